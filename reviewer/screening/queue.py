"""Which applications wait for a person, which is next, and lists of those decided. Filters are SQL's."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import and_, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.search import search_conditions
from reviewer.models import (
    Applicant,
    Application,
    Eligibility,
    ScreeningHold,
    ScreeningState,
)
from reviewer.models.scopes import ELIGIBLE_APPLICATION, current_of
from reviewer.screening.holds import MAX_HOLD


class Part(StrEnum):
    """Which applications: what the list shows and the next one is taken from."""

    PENDING = "pendientes"
    ASKED = "pedidas"
    INELIGIBLE = "no-elegibles"
    ELIGIBLE = "elegibles"
    ALL = "todas"


@dataclass(frozen=True)
class Counts:
    """How far screening is. ``changed`` are among the ``pending``; ``decided`` by hand only."""

    pending: int
    changed: int
    asked: int
    decided: int
    ineligible: int
    eligible: int
    total: int

    @property
    def done(self) -> int:
        """Those that a person has dealt with."""
        return self.asked + self.decided

    @property
    def needing_decision(self) -> int:
        """Those that a person has, or had, to deal with."""
        return self.done + self.pending


@dataclass(frozen=True)
class Line:
    """An application in a list. ``reasons`` are the checks' codes, or what a person wrote."""

    folio: str
    name: str
    eligibility: Eligibility
    state: ScreeningState
    reasons: str


_PENDING = and_(
    col(Application.eligibility) == Eligibility.TO_CHECK,
    col(Application.screening).in_((ScreeningState.OPEN, ScreeningState.CHANGED)),
)
_CONDITIONS: dict[Part, Any] = {
    Part.PENDING: _PENDING,
    Part.ASKED: col(Application.screening) == ScreeningState.ASKED,
    Part.INELIGIBLE: col(Application.eligibility) == Eligibility.INELIGIBLE,
    Part.ELIGIBLE: ELIGIBLE_APPLICATION,
    Part.ALL: col(Application.id).is_not(None),
}


@verb(Action.SCREEN)
def counts(viewer: Actor, *, slug: str) -> Counts:
    """See ``Counts``."""
    require(viewer, Action.SCREEN)

    def count_where(condition: Any) -> Any:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    query = select(  # type: ignore[call-overload]  # more columns than the library has words for
        count_where(_PENDING),
        count_where(and_(_PENDING, col(Application.screening) == ScreeningState.CHANGED)),
        count_where(_CONDITIONS[Part.ASKED]),
        count_where(col(Application.screening) == ScreeningState.DECIDED),
        count_where(_CONDITIONS[Part.INELIGIBLE]),
        count_where(_CONDITIONS[Part.ELIGIBLE]),
        func.count(),
    ).where(current_of(spec.get_call(slug)))
    with read_session() as session:
        return Counts(*(int(count) for count in session.exec(query).one()))


@verb(Action.SCREEN)
def next_folio(viewer: Actor, *, slug: str, part: Part = Part.PENDING, after: str = "") -> str | None:
    """The folio that comes after ``after``, from the beginning again at the end; None: none is left.

    One that somebody else has before her is passed over.
    """
    require(viewer, Action.SCREEN)
    now = clock.now()
    held_by_others = select(ScreeningHold.application_id).where(
        ScreeningHold.until > now,
        ScreeningHold.until <= now + MAX_HOLD,
        ScreeningHold.person_id != viewer.person_id,
    )
    query = (
        select(Application.folio)
        .where(current_of(spec.get_call(slug)), _CONDITIONS[part], Application.folio != after)
        .where(col(Application.id).not_in(held_by_others))
        .order_by(case((col(Application.folio) > after, 0), else_=1), Application.folio)
        .limit(1)
    )
    with read_session() as session:
        return session.exec(query).first()


@verb(Action.SCREEN)
def count_lines(viewer: Actor, *, slug: str, part: Part, search: str = "") -> int:
    """How many applications are of this part, with these words in folio, name or e-mail."""
    require(viewer, Action.SCREEN)
    query = select(func.count()).select_from(Application).join(Applicant, _APPLICANT_JOIN)
    with read_session() as session:
        return session.exec(query.where(*_search_conditions(slug, part, search))).one()


@verb(Action.SCREEN)
def lines(
    viewer: Actor, *, slug: str, part: Part, search: str = "", offset: int = 0, limit: int = 50
) -> list[Line]:
    """Those applications, by folio."""
    require(viewer, Action.SCREEN)
    query = (
        select(Application, Applicant.first_names, Applicant.surnames)
        .join(Applicant, _APPLICANT_JOIN)
        .where(*_search_conditions(slug, part, search))
        .order_by(Application.folio)
    )
    with read_session() as session:
        return [
            Line(
                application.folio,
                f"{first} {last}".strip(),
                application.eligibility,
                application.screening,
                application.reasons,
            )
            for application, first, last in session.exec(query.offset(offset).limit(limit))
        ]


_APPLICANT_JOIN = col(Applicant.application_id) == col(Application.id)


def _search_conditions(slug: str, part: Part, search: str) -> list[Any]:
    return [
        current_of(spec.get_call(slug)),
        _CONDITIONS[part],
        *search_conditions(search, Applicant.search_text, folio=Application.folio),
    ]
