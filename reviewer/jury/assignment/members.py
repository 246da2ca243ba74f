"""The jury of a call: who is a member, and the limit and alcaldía of each in this call only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, case, col, func

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in
from reviewer.call.transactions import write_call
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.demographics import geography
from reviewer.models import Application, Assignment, Call, PanelMember, Person, Review, ReviewStatus, Role, require_id
from reviewer.models.scopes import CURRENT_APPLICATION, OPEN_ASSIGNMENT, REVIEW_OF_ASSIGNMENT

MAX_LIMIT = 1_000_000


@dataclass(frozen=True)
class Juror:
    """A juror who may be given applications; ``most`` is the maximum number, or None without a limit."""

    person_id: int
    name: str
    email: str
    most: int | None = None
    alcaldia: str | None = None


@dataclass(frozen=True)
class Member:
    """A juror as coordinators see them, with the numbers of applications assigned to them now."""

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
        """Whether no applications are given to them: they left this call or are deactivated."""
        return not self.active or self.left_at is not None

    @property
    def assigned(self) -> int:
        """The number of applications that they have now."""
        return self.pending + self.begun + self.submitted


@dataclass(frozen=True)
class Terms:
    """The limit and the alcaldía to set for a juror; see ``Juror``."""

    person_id: int
    most: int | None
    alcaldia: str | None


@verb(Action.ASSIGN)
def list_members(viewer: Actor, *, slug: str) -> list[Member]:
    """Returns the jurors by name, and those away who left or still have applications of this call."""
    require(viewer, Action.ASSIGN)
    with read_session() as session:
        rows = session.execute(_members_query(call_in(session, slug)))
        everybody = [Member(*row) for row in rows]
    return [member for member in everybody if not member.is_away or member.assigned or member.left_at]


@verb(Action.ASSIGN)
def set_terms(actor: Actor, *, slug: str, terms: Iterable[Terms]) -> int:
    """Sets limits and alcaldías of jurors in this call and returns how many changed; assignments stay."""
    with write_call(actor, Action.ASSIGN, slug) as (session, call):
        changed = 0
        for juror_terms in terms:
            require_juror(session, juror_terms.person_id)
            _check_terms(juror_terms)
            changed += _apply_terms(session, actor, call, juror_terms)
    return changed


def require_juror(session: Session, person_id: int) -> Person:
    """Returns the person; raises UserError unless they are a juror."""
    person = session.get(Person, person_id)
    if person is None or person.role is not Role.JURY:
        raise UserError("Esa persona ya no está en el jurado: recargue la página.")
    return person


def get_or_add_member(session: Session, call: Call, person_id: int) -> PanelMember:
    """Returns a juror's row in this call, which is added if missing."""
    member = session.get(PanelMember, (call.id, person_id))
    if member is None:
        member = PanelMember(call_id=require_id(call), person_id=person_id)
        session.add(member)
    return member


def jurors_in(session: Session, call: Call) -> list[Juror]:
    """Returns the jurors to whom applications may be given, in the order they were added."""
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


def _members_query(call: Call) -> sa.Select[*tuple[Any, ...]]:
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
            and_(col(Assignment.person_id) == Person.id, col(Assignment.call_id) == call.id, OPEN_ASSIGNMENT),
        )
        .outerjoin(Application, and_(col(Application.id) == Assignment.application_id, CURRENT_APPLICATION))
        .outerjoin(Review, and_(REVIEW_OF_ASSIGNMENT, col(Review.application_id) == Application.id))
        .where(col(Person.role) == Role.JURY)
        .group_by(col(Person.id), col(PanelMember.call_id), col(PanelMember.person_id))
        .order_by(col(Person.name), col(Person.id))
    )


def _count_where(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _is_in_call(call: Call) -> sa.ColumnElement[bool]:
    return and_(col(PanelMember.person_id) == Person.id, col(PanelMember.call_id) == call.id)


def _check_terms(terms: Terms) -> None:
    if terms.most is not None and not 0 <= terms.most <= MAX_LIMIT:
        raise UserError("El límite es un número de postulaciones, de 0 en adelante; vacío: sin límite.")
    if terms.alcaldia is not None and terms.alcaldia not in geography.by_code():
        raise UserError("Elija una de las dieciséis alcaldías, o ninguna.")


def _apply_terms(session: Session, actor: Actor, call: Call, terms: Terms) -> bool:
    row = get_or_add_member(session, call, terms.person_id)
    if (row.most, row.alcaldia) == (terms.most, terms.alcaldia):
        return False
    row.most, row.alcaldia = terms.most, terms.alcaldia
    facts = {"call": call.slug, "most": terms.most, "alcaldia": terms.alcaldia is not None}
    log.record(session, actor, "panel.terms", "person", terms.person_id, facts)
    return True
