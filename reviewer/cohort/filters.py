"""Which applications are counted, and the query that counts them."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, func, literal, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped
from sqlalchemy.sql import visitors
from sqlmodel import Session, col

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.cohort import questions
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.cohort.stages import Stage, reached_condition
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.demographics import geography, group_rules
from reviewer.demographics.answer_groups import NO_ANSWER, Grouping
from reviewer.demographics.questions import AGE, COHORT, Question
from reviewer.models import Applicant, Application, Call, SensitiveTraits
from reviewer.models.scopes import current_of

T = TypeVar("T")


@dataclass(frozen=True)
class Subset:
    """The part of a call's current applications that is counted.

    ``alcaldias`` are INEGI codes, ``groups`` pairs of a question's key and the group that is counted. Raises
    UserError for an unknown code or a question that is no filter.
    """

    call_slug: str
    stage: Stage = Stage.RECEIVED
    alcaldias: tuple[str, ...] = ()
    groups: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for code in self.alcaldias:
            if code not in geography.by_code():
                raise UserError(f"«{code}» no es la clave de una alcaldía: quite el filtro o elija otra.")
        for key, _ in self.groups:
            if key not in {question.key for question in FILTER_QUESTIONS}:
                raise UserError(f"No se puede filtrar por «{key}»: quite el filtro.")

    @property
    def is_whole_cohort(self) -> bool:
        """Whether no filter is set."""
        return not self.alcaldias and not self.groups

    def group_filter(self, question: Question) -> str | None:
        """Returns the group that this question is filtered by."""
        return dict(self.groups).get(question.key)


@dataclass(frozen=True)
class CohortSession:
    """An open database session in which the applications of a subset are counted."""

    session: Session
    call: Call
    spec: CallSpec
    subset: Subset
    groupings: Mapping[str, Grouping]
    _answers_by_group: dict[tuple[str, str, Grouping], list[str]] = field(default_factory=dict)
    _results: dict[Any, Any] = field(default_factory=dict)

    def with_subset(self, subset: Subset) -> "CohortSession":
        """Returns the same session for another subset of the same call."""
        return replace(self, subset=subset)

    @property
    def without_alcaldia(self) -> "CohortSession":
        """The same without the filter by alcaldía, for figures that show all of them."""
        return self.with_subset(replace(self.subset, alcaldias=()))

    def once(self, read: "Callable[[CohortSession], T]") -> T:
        """Returns the result of a read, which several figures share, queried once for each subset."""
        key = read, self.subset
        if key not in self._results:
            self._results[key] = read(self)
        result: T = self._results[key]
        return result

    def count(self, *keys: Any, stage: Stage | None = None) -> list[tuple[Any, ...]]:
        """Returns rows of the values of ``keys`` (columns or expressions) and the number of applications.

        Applications whose applicant was deleted count as missing answers.
        """
        # Grouped in an outer query: PostgreSQL takes a repeated expression with parameters for another one.
        inner = self.select(*keys, stage=stage).subquery()
        rows = self.session.connection().execute(select(*inner.c, func.count()).group_by(*inner.c))
        return [tuple(row) for row in rows]

    def total(self) -> int:
        """Returns how many applications the subset has."""
        inner = self.select(col(Application.id)).subquery()
        return int(self.session.connection().execute(select(func.count()).select_from(inner)).scalar_one())

    def select(self, *keys: Any, stage: Stage | None = None) -> Select[Any]:
        """Returns the query for ``keys`` of the applications that are counted."""
        labelled_keys = [key.label(f"key{index}") for index, key in enumerate(keys)]
        query = (
            select(*labelled_keys)
            .select_from(Application)
            .where(current_of(self.call))
            .where(reached_condition(stage or self.subset.stage, self.call, self.spec))
        )
        conditions = self._conditions()
        used = {table for expression in (*keys, *conditions) for table in _table_names(expression)}
        for model in (Applicant, SensitiveTraits):
            if model.__tablename__ in used:
                query = query.join(model, col(model.application_id) == Application.id, isouter=True)
        return query.where(*conditions)

    def expression(self, question: Question) -> ColumnElement[Any] | Mapped[Any]:
        """Returns what SQL groups a question's answers by."""
        return questions.expression(question, self.spec)

    def label(self, question: Question, answer: Any) -> str:
        """Returns the group of an answer."""
        return questions.label_of(question, answer, self.spec, self.groupings)

    def labels(self, question: Question) -> tuple[str, ...]:
        """Returns all groups of a question, in the order shown."""
        return questions.labels(question, self.spec, self.groupings)

    def _conditions(self) -> list[ColumnElement[bool]]:
        codes = self.subset.alcaldias
        conditions = [col(Applicant.alcaldia).in_(codes)] if codes else []
        return conditions + [self._condition(COHORT[key], label) for key, label in self.subset.groups]

    def _condition(self, question: Question, label: str) -> ColumnElement[bool]:
        expression = self.expression(question)
        if question == AGE and label in questions.age_bands(self.spec):
            return expression.between(*questions.age_bands(self.spec)[label])
        if question == AGE:
            return expression.is_(None) if label == NO_ANSWER else or_(expression < 0, expression > questions.MAX_AGE)
        condition = expression.in_(self._values_subquery(self._answers(question, label)))
        return or_(condition, expression.is_(None)) if label == NO_ANSWER else condition

    def _answers(self, question: Question, label: str) -> list[str]:
        """Returns the answers that a group gathers, as they were written."""
        key = (question.key, label, self.groupings[question.key])
        if key not in self._answers_by_group:
            query = self.with_subset(Subset(self.subset.call_slug)).select(self.expression(question)).distinct()
            answers = [answer or "" for (answer,) in self.session.connection().execute(query)]
            self._answers_by_group[key] = [answer for answer in answers if self.label(question, answer) == label]
        return self._answers_by_group[key]

    def _values_subquery(self, values: list[str]) -> Select[tuple[Any]]:
        """Returns the values as a subquery: thousands of answers are too many parameters."""
        if self.session.get_bind().dialect.name == "postgresql":
            return select(func.jsonb_array_elements_text(literal(values, JSONB)).column_valued())
        return select(func.json_each(json.dumps(values)).table_valued("value").c.value)


@verb(Action.SEE_COHORT)
@contextmanager
def open_cohort(viewer: Actor, subset: Subset) -> Iterator[CohortSession]:
    """Opens a session that counts a subset. Raises Forbidden for a viewer who may not see the cohort."""
    require(viewer, Action.SEE_COHORT)
    call = get_call(subset.call_slug)
    with read_session() as session:
        yield CohortSession(session, call, spec_of(call), subset, group_rules.all_groupings(session))


def _table_names(expression: Any) -> set[str]:
    """Returns the names of the tables that an expression reads."""
    tables = (getattr(element, "table", None) for element in visitors.iterate(expression))
    return {str(table.name) for table in tables if table is not None}
