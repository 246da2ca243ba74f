"""Which applications are counted, and the one query that counts them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql import visitors
from sqlmodel import Session, col

from reviewer import geography, grouping_rules
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.answers import NO_ANSWER, Grouping
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.cohort import traits
from reviewer.cohort.stages import Stage, reached
from reviewer.cohort.traits import AGE, FILTERS, TRAITS, Trait
from reviewer.database import reading
from reviewer.errors import Refused
from reviewer.models import Applicant, Application, ApplicationStatus, Call, SensitiveTraits


@dataclass(frozen=True)
class Part:
    """The part of a call's current applications that is counted.

    ``alcaldia`` is an INEGI code, ``groups`` the group wanted by a trait's key; without them everybody.
    Raises ``Refused`` for a code or a trait that can't be filtered by.
    """

    call_slug: str
    stage: Stage = Stage.RECEIVED
    alcaldia: str | None = None
    groups: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        if self.alcaldia is not None and self.alcaldia not in geography.by_code():
            raise Refused(f"«{self.alcaldia}» no es la clave de una alcaldía: quite el filtro o elija otra.")
        for key, _ in self.groups:
            if key not in {each.key for each in FILTERS if each.key != "alcaldia"}:
                raise Refused(f"No se puede filtrar por «{key}»: quite el filtro.")

    @property
    def whole(self) -> bool:
        """Whether no filter leaves anybody out."""
        return self.alcaldia is None and not self.groups

    def at(self, stage: Stage) -> "Part":
        """The same at another stage."""
        return replace(self, stage=stage)

    def wanted(self, trait: Trait) -> str | None:
        """The group that this trait is filtered by."""
        return dict(self.groups).get(trait.key)


@dataclass(frozen=True)
class Counting:
    """An open session in which the applications of a part are counted, with what belongs to it."""

    session: Session
    call: Call
    spec: CallSpec
    part: Part
    groupings: Mapping[str, Grouping]
    _wanted: dict[str, list[str]] = field(default_factory=dict)

    def of(self, part: Part) -> "Counting":
        """The same session, for another part of the same call."""
        return replace(self, part=part)

    @property
    def everywhere(self) -> "Counting":
        """The same without the filter by alcaldía, for what shows all of them."""
        return self.of(replace(self.part, alcaldia=None))

    def count(self, *keys: Any, stage: Stage | None = None) -> list[tuple[Any, ...]]:
        """How many applications there are for each value of ``keys``: rows of the values and the count.

        Applications whose applicant is no longer kept count as missing answers.
        """
        # Grouped outside: PostgreSQL takes an expression with parameters, written twice, for two expressions.
        inner = self.select(*keys, stage=stage).subquery()
        rows = self.session.connection().execute(select(*inner.c, func.count()).group_by(*inner.c))
        return [tuple(row) for row in rows]

    def total(self) -> int:
        """How many applications the part has."""
        inner = self.select(col(Application.id)).subquery()
        return int(self.session.connection().execute(select(func.count()).select_from(inner)).scalar_one())

    def select(self, *keys: Any, stage: Stage | None = None) -> Select[Any]:
        """The query for ``keys`` (columns or expressions) of the applications that are counted."""
        named = [key.label(f"key{place}") for place, key in enumerate(keys)]
        query = (
            select(*named)
            .select_from(Application)
            .where(
                col(Application.call_id) == self.call.id, col(Application.status) == ApplicationStatus.CURRENT
            )
            .where(reached(stage or self.part.stage, self.call, self.spec))
        )
        conditions = self._conditions()
        used = {table for each in (*keys, *conditions) for table in _tables(each)}
        for model in (Applicant, SensitiveTraits):
            if model.__tablename__ in used:
                query = query.join(model, col(model.application_id) == Application.id, isouter=True)
        return query.where(*conditions)

    def expression(self, trait: Trait) -> Any:
        """What SQL groups a trait's answers by."""
        return traits.expression(trait, self.spec)

    def label(self, trait: Trait, answer: Any) -> str:
        """The group of an answer."""
        return traits.label_of(trait, answer, self.spec, self.groupings)

    def labels(self, trait: Trait) -> tuple[str, ...]:
        """All groups of a trait, in the order shown."""
        return traits.labels(trait, self.spec, self.groupings)

    def _conditions(self) -> list[Any]:
        found = [] if self.part.alcaldia is None else [col(Applicant.alcaldia) == self.part.alcaldia]
        return found + [self._condition(TRAITS[key], label) for key, label in self.part.groups]

    def _condition(self, trait: Trait, label: str) -> Any:
        asked = self.expression(trait)
        if trait == AGE and label in traits.bands(self.spec):
            return asked.between(*traits.bands(self.spec)[label])
        if trait == AGE:
            return asked.is_(None) if label == NO_ANSWER else or_(asked < 0, asked > traits.OLDEST)
        condition = asked.in_(self._among(self._answers(trait, label)))
        return or_(condition, asked.is_(None)) if label == NO_ANSWER else condition

    def _answers(self, trait: Trait, label: str) -> list[str]:
        """The answers that a group gathers, as they were given."""
        if trait.key not in self._wanted:
            inner = Counting(self.session, self.call, self.spec, Part(self.part.call_slug), self.groupings)
            query = inner.select(self.expression(trait)).distinct()
            given = [each or "" for (each,) in self.session.connection().execute(query)]
            self._wanted[trait.key] = [each for each in given if self.label(trait, each) == label]
        return self._wanted[trait.key]

    def _among(self, values: list[str]) -> Any:
        """The values as a subquery: as parameters, thousands of answers would be too many."""
        if self.session.get_bind().dialect.name == "postgresql":
            return select(func.jsonb_array_elements_text(literal(values, JSONB)).column_valued())
        return select(func.json_each(json.dumps(values)).table_valued("value").c.value)


@contextmanager
def counting(viewer: Actor, part: Part) -> Iterator[Counting]:
    """Counts a part for a viewer who may see the cohort; else ``Forbidden``."""
    require(viewer, Action.SEE_COHORT)
    call = get_call(part.call_slug)
    with reading() as session:
        yield Counting(session, call, spec_of(call), part, grouping_rules.all_of(session))


def _tables(expression: Any) -> set[str]:
    """The names of the tables that an expression reads."""
    tables = (getattr(each, "table", None) for each in visitors.iterate(expression))
    return {str(each.name) for each in tables if each is not None}
