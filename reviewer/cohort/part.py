"""Which applications are counted, and the one query that counts them."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import func, select
from sqlmodel import col

from reviewer import geography
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import reading
from reviewer.errors import Refused
from reviewer.models import Applicant, Application, ApplicationStatus, Call, Eligibility


class Stage(StrEnum):
    """How far the applications counted have come. The values are the words of the page's address."""

    RECEIVED = "recibidas"
    ELIGIBLE = "elegibles"


@dataclass(frozen=True)
class Part:
    """The part of a call's current applications that is counted.

    ``alcaldia`` is an INEGI code; None counts everybody. Raises ``Refused`` for a code that is none.
    """

    call_slug: str
    stage: Stage = Stage.RECEIVED
    alcaldia: str | None = None

    def __post_init__(self) -> None:
        if self.alcaldia is not None and self.alcaldia not in geography.by_code():
            raise Refused(f"«{self.alcaldia}» no es la clave de una alcaldía: quite el filtro o elija otra.")


def call_for(viewer: Actor, part: Part) -> Call:
    """The call that the part belongs to, for a viewer who may see its cohort; else ``Forbidden``."""
    require(viewer, Action.SEE_COHORT)
    return get_call(part.call_slug)


def count_by(call: Call, part: Part, *keys: Any) -> list[tuple[Any, ...]]:
    """How many applications there are for each value of ``keys`` (columns or expressions).

    Each row holds the keys' values and the count.

    Applications whose applicant is no longer kept count as missing answers.
    """
    named = [key.label(f"key{place}") for place, key in enumerate(keys)]
    counted = (
        select(*named)
        .select_from(Application)
        .join(Applicant, col(Applicant.application_id) == Application.id, isouter=True)
        .where(col(Application.call_id) == call.id, col(Application.status) == ApplicationStatus.CURRENT)
    )
    if part.stage is Stage.ELIGIBLE:
        counted = counted.where(col(Application.eligibility) == Eligibility.ELIGIBLE)
    if part.alcaldia is not None:
        counted = counted.where(col(Applicant.alcaldia) == part.alcaldia)
    # Grouped outside: PostgreSQL takes an expression with parameters, written twice, for two expressions.
    inner = counted.subquery()
    with reading() as session:
        rows = session.connection().execute(select(*inner.c, func.count()).group_by(*inner.c))
        return [tuple(row) for row in rows]
