"""A call's jury: who is on it, and what holds for each of them in this call only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlmodel import Session, and_, case, col, func, select

from reviewer import geography
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call
from reviewer.database import reading, writing
from reviewer.errors import Refused
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    PanelMember,
    Person,
    Review,
    ReviewStatus,
    Role,
)

MOST = 1_000_000


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
    """A juror as those who run the jury see her; ``away``: left this call, or may not enter."""

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
    def away(self) -> bool:
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


def members(viewer: Actor, *, call: str) -> list[Member]:
    """Everybody on the jury, and those who are away but have something of this call, by name."""
    require(viewer, Action.ASSIGN)
    stored = get_call(call)
    with reading() as session:
        found = session.execute(_members(stored)).all()
    made = [Member(*each) for each in found]
    return [each for each in made if not each.away or each.assigned or each.left_at]


def set_terms(actor: Actor, *, call: str, terms: Iterable[Terms]) -> int:
    """Sets limits and alcaldías of jurors in this call; how many changed. What was given stays given."""
    require(actor, Action.ASSIGN)
    with writing() as session:
        stored = call_in(session, call)
        require(actor, Action.ASSIGN, stored.phase)
        jury = set(session.exec(select(Person.id).where(Person.role == Role.JURY)))
        changed = 0
        for each in terms:
            if each.person_id not in jury:
                raise Refused("Esa persona ya no está en el jurado: recargue la página.")
            _check(each)
            changed += _set(session, actor, stored, each)
    return changed


def member_in(session: Session, call: Call, person_id: int) -> PanelMember:
    """The row of what holds for a juror, added where there is none."""
    found = session.get(PanelMember, (call.id, person_id))
    if found is None:
        found = PanelMember(call_id=call.id or 0, person_id=person_id)
        session.add(found)
    return found


def jurors_in(session: Session, call: Call) -> list[Juror]:
    """Those to whom applications may be given, in the order they were added."""
    query = (
        sa.select(
            *(col(Person.id), col(Person.name), col(Person.email)),
            *(col(PanelMember.most), col(PanelMember.alcaldia)),
        )
        .outerjoin(PanelMember, _of_call(call))
        .where(col(Person.role) == Role.JURY, col(Person.active), col(PanelMember.left_at).is_(None))
        .order_by(col(Person.id))
    )
    return [Juror(*row) for row in session.execute(query)]


def _members(call: Call) -> Any:
    state = col(Review.status)
    return (
        sa.select(
            *(col(Person.id), col(Person.name), col(Person.email)),
            *(col(PanelMember.most), col(PanelMember.alcaldia), col(PanelMember.left_at)),
            col(Person.active),
            _sum(and_(col(Application.id).is_not(None), state.is_(None))),
            _sum(state == ReviewStatus.BEGUN),
            _sum(state == ReviewStatus.SUBMITTED),
        )
        .outerjoin(PanelMember, _of_call(call))
        .outerjoin(
            Assignment,
            and_(
                col(Assignment.person_id) == Person.id,
                col(Assignment.call_id) == call.id,
                col(Assignment.closed_at).is_(None),
            ),
        )
        .outerjoin(
            Application,
            and_(
                col(Application.id) == Assignment.application_id,
                col(Application.status) == ApplicationStatus.CURRENT,
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


def _sum(condition: Any) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _of_call(call: Call) -> Any:
    return and_(col(PanelMember.person_id) == Person.id, col(PanelMember.call_id) == call.id)


def _check(terms: Terms) -> None:
    if terms.most is not None and not 0 <= terms.most <= MOST:
        raise Refused("El límite es un número de postulaciones, de 0 en adelante; vacío: sin límite.")
    if terms.alcaldia is not None and terms.alcaldia not in geography.by_code():
        raise Refused("Elija una de las dieciséis alcaldías, o ninguna.")


def _set(session: Session, actor: Actor, call: Call, terms: Terms) -> bool:
    row = member_in(session, call, terms.person_id)
    before = (row.most, row.alcaldia)
    if before == (terms.most, terms.alcaldia):
        return False
    row.most, row.alcaldia = terms.most, terms.alcaldia
    facts = {"call": call.slug, "most": terms.most, "alcaldia": terms.alcaldia is not None}
    audit.record(session, actor, "panel.terms", "person", terms.person_id, facts)
    return True


def call_in(session: Session, slug: str) -> Call:
    """The call of this slug. Raises ``Refused`` where there is none."""
    call = session.exec(select(Call).where(Call.slug == slug)).first()
    if call is None:
        raise Refused(f"No hay una convocatoria «{slug}».")
    return call
