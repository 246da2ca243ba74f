"""Applications that wait for a screener, the next one, and lists by state."""

from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import and_, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.core.search import search_conditions
from reviewer.models import Applicant, Application, Eligibility, ScreeningHold, ScreeningState
from reviewer.models.scopes import ELIGIBLE_APPLICATION, current_of
from reviewer.screening.holds import MAX_HOLD


class Part(StrEnum):
    """Which applications to list and to take the next one from."""

    PENDING = "pendientes"
    ASKED = "pedidas"
    INELIGIBLE = "no-elegibles"
    ELIGIBLE = "elegibles"
    WITHDRAWN = "retiradas"
    ALL = "todas"


@dataclass(frozen=True)
class Counts:
    """The numbers of applications; ``changed`` are among the ``pending``, ``decided`` by a person only."""

    pending: int
    changed: int
    asked: int
    decided: int
    ineligible: int
    eligible: int
    total: int

    @property
    def done(self) -> int:
        """Applications that a person has dealt with."""
        return self.asked + self.decided

    @property
    def needing_decision(self) -> int:
        """Applications that a person has dealt with or has to."""
        return self.done + self.pending


@dataclass(frozen=True)
class Line:
    """An application in a list; ``reasons`` are codes of the checks, or what a person wrote."""

    folio: str
    name: str
    eligibility: Eligibility
    state: ScreeningState
    reasons: str


MOST_REASONS = 30
_UNDECIDED = col(Application.screening).in_((ScreeningState.OPEN, ScreeningState.CHANGED))
_PENDING = and_(
    col(Application.eligibility) == Eligibility.TO_CHECK,
    _UNDECIDED,
)
_CONDITIONS: dict[Part, ColumnElement[bool]] = {
    Part.PENDING: _PENDING,
    Part.ASKED: col(Application.screening) == ScreeningState.ASKED,
    Part.INELIGIBLE: col(Application.eligibility) == Eligibility.INELIGIBLE,
    Part.ELIGIBLE: ELIGIBLE_APPLICATION,
    Part.WITHDRAWN: col(Application.eligibility) == Eligibility.WITHDRAWN,
    Part.ALL: col(Application.id).is_not(None),
}


@verb(Action.SCREEN)
def counts(viewer: Actor, *, slug: str) -> Counts:
    """Returns the numbers of applications by state."""
    require(viewer, Action.SCREEN)

    def count_where(condition: ColumnElement[bool]) -> ColumnElement[int]:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)

    query = select(  # type: ignore[call-overload]  # more columns than the overloads take
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
    """Returns the next folio after ``after``, starting again at the end, or None if none is left.

    Applications that somebody else holds are skipped.
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
def reason_counts(viewer: Actor, *, slug: str, part: Part) -> dict[str, int]:
    """Returns how many undecided applications of this part have exactly these codes of checks, the most first."""
    require(viewer, Action.SCREEN)
    count = func.count()
    query = (
        select(Application.reasons, count)
        .where(current_of(spec.get_call(slug)), _CONDITIONS[part], _UNDECIDED, Application.reasons != "")
        .group_by(Application.reasons)
        .order_by(count.desc(), Application.reasons)
        .limit(MOST_REASONS)
    )
    with read_session() as session:
        return dict(session.exec(query).all())


@verb(Action.SCREEN)
def count_lines(viewer: Actor, *, slug: str, part: Part, search: str = "", reasons: str = "") -> int:
    """Returns how many applications of this part have these words in folio, name or e-mail.

    ``reasons`` limits them to undecided ones with exactly these codes.
    """
    require(viewer, Action.SCREEN)
    query = select(func.count()).select_from(Application).join(Applicant, _APPLICANT_JOIN)
    with read_session() as session:
        return session.exec(query.where(*_search_conditions(slug, part, search, reasons))).one()


@verb(Action.SCREEN)
def lines(
    viewer: Actor, *, slug: str, part: Part, search: str = "", reasons: str = "", offset: int = 0, limit: int = 50
) -> list[Line]:
    """Returns a page of those applications, by folio."""
    require(viewer, Action.SCREEN)
    query = (
        select(Application, Applicant.first_names, Applicant.surnames)
        .join(Applicant, _APPLICANT_JOIN)
        .where(*_search_conditions(slug, part, search, reasons))
        .order_by(Application.folio)
    )
    with read_session() as session:
        records = session.exec(query.offset(offset).limit(limit)).all()
    return [
        Line(row.folio, f"{first} {last}".strip(), row.eligibility, row.screening, row.reasons)
        for row, first, last in records
    ]


_APPLICANT_JOIN = col(Applicant.application_id) == col(Application.id)


def _search_conditions(slug: str, part: Part, search: str, reasons: str) -> list[ColumnElement[bool]]:
    return [
        *((_UNDECIDED, col(Application.reasons) == reasons) if reasons else ()),
        current_of(spec.get_call(slug)),
        _CONDITIONS[part],
        *search_conditions(search, Applicant.search_text, folio=Application.folio),
    ]
