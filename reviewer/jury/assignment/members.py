"""A call's jury: who is on it, and what holds for each of them in this call only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, case, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, get_call
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.demographics import geography
from reviewer.models import (
    Application,
    Assignment,
    Call,
    PanelMember,
    Person,
    Review,
    ReviewStatus,
    Role,
    require_id,
)
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT

MAX_LIMIT = 1_000_000


@dataclass(frozen=True)
class Juror:
    """A member of the jury; ``most`` is how many applications she takes, None: as many as come."""

    person_id: int
    name: str
    email: str
    most: int | None = None
    alcaldia: str | None = None


@dataclass(frozen=True)
class Member:
    """A juror as those who run the jury see her; ``is_away``: left this call, or may not enter."""

    person_id: int
    name: str
    email: str
    most: int | None
    alcaldia: str | None
    left_at: datetime | None
    active: bool
    pending: int
    begun: int
    submitted: int

    @property
    def is_away(self) -> bool:
        """Whether nothing more is given to her."""
        return not self.active or self.left_at is not None

    @property
    def assigned(self) -> int:
        """All that is hers now."""
        return self.pending + self.begun + self.submitted


@dataclass(frozen=True)
class Terms:
    """What is to hold for a juror: see ``Juror``."""

    person_id: int
    most: int | None
    alcaldia: str | None


@verb(Action.ASSIGN)
def list_members(viewer: Actor, *, slug: str) -> list[Member]:
    """Everybody on the jury, and those who are away but have something of this call, by name."""
    require(viewer, Action.ASSIGN)
    call = get_call(slug)
    with read_session() as session:
        rows = session.execute(_members_query(call)).all()
    all_members = [Member(*row) for row in rows]
    return [member for member in all_members if not member.is_away or member.assigned or member.left_at]


@verb(Action.ASSIGN)
def set_terms(actor: Actor, *, slug: str, terms: Iterable[Terms]) -> int:
    """Sets limits and alcaldías of jurors in this call; how many changed. What was given stays given."""
    require(actor, Action.ASSIGN)
    with write_session() as session:
        call = call_in(session, slug)
        require(actor, Action.ASSIGN, call.phase)
        juror_ids = set(session.exec(select(Person.id).where(Person.role == Role.JURY)))
        changed = 0
        for juror_terms in terms:
            if juror_terms.person_id not in juror_ids:
                raise UserError("Esa persona ya no está en el jurado: recargue la página.")
            _check_terms(juror_terms)
            changed += _apply_terms(session, actor, call, juror_terms)
    return changed


def get_or_add_member(session: Session, call: Call, person_id: int) -> PanelMember:
    """The row of what holds for a juror, added where there is none."""
    member = session.get(PanelMember, (call.id, person_id))
    if member is None:
        member = PanelMember(call_id=require_id(call), person_id=person_id)
        session.add(member)
    return member


def jurors_in(session: Session, call: Call) -> list[Juror]:
    """Those to whom applications may be given, in the order they were added."""
    query = (
        sa.select(
            *(col(Person.id), col(Person.name), col(Person.email)),
            *(col(PanelMember.most), col(PanelMember.alcaldia)),
        )
        .outerjoin(PanelMember, _is_in_call(call))
        .where(col(Person.role) == Role.JURY, col(Person.active), col(PanelMember.left_at).is_(None))
        .order_by(col(Person.id))
    )
    return [Juror(*row) for row in session.execute(query)]


def _members_query(call: Call) -> Any:
    state = col(Review.status)
    return (
        sa.select(
            *(col(Person.id), col(Person.name), col(Person.email)),
            *(col(PanelMember.most), col(PanelMember.alcaldia), col(PanelMember.left_at)),
            col(Person.active),
            _count_where(and_(col(Application.id).is_not(None), state.is_(None))),
            _count_where(state == ReviewStatus.BEGUN),
            _count_where(state == ReviewStatus.SUBMITTED),
        )
        .outerjoin(PanelMember, _is_in_call(call))
        .outerjoin(
            Assignment,
            and_(
                col(Assignment.person_id) == Person.id,
                col(Assignment.call_id) == call.id,
                OPEN_ASSIGNMENT,
            ),
        )
        .outerjoin(
            Application,
            and_(
                col(Application.id) == Assignment.application_id,
                CURRENT_APPLICATION,
            ),
        )
        .outerjoin(
            Review,
            and_(col(Review.application_id) == Application.id, col(Review.person_id) == Assignment.person_id),
        )
        .where(col(Person.role) == Role.JURY)
        .group_by(
            col(Person.id),
            col(PanelMember.most),
            col(PanelMember.alcaldia),
            col(PanelMember.left_at),
        )
        .order_by(col(Person.name), col(Person.id))
    )


def _count_where(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _is_in_call(call: Call) -> Any:
    return and_(col(PanelMember.person_id) == Person.id, col(PanelMember.call_id) == call.id)


def _check_terms(terms: Terms) -> None:
    if terms.most is not None and not 0 <= terms.most <= MAX_LIMIT:
        raise UserError("El límite es un número de postulaciones, de 0 en adelante; vacío: sin límite.")
    if terms.alcaldia is not None and terms.alcaldia not in geography.by_code():
        raise UserError("Elija una de las dieciséis alcaldías, o ninguna.")


def _apply_terms(session: Session, actor: Actor, call: Call, terms: Terms) -> bool:
    row = get_or_add_member(session, call, terms.person_id)
    before = (row.most, row.alcaldia)
    if before == (terms.most, terms.alcaldia):
        return False
    row.most, row.alcaldia = terms.most, terms.alcaldia
    facts = {"call": call.slug, "most": terms.most, "alcaldia": terms.alcaldia is not None}
    log.record(session, actor, "panel.terms", "person", terms.person_id, facts)
    return True
