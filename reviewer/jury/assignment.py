"""Sharing the eligible applications out among the jury: seen first, then carried out."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.errors import Refused
from reviewer.jury.dealing import Need, deal, short_of_readers
from reviewer.models import (
    Application,
    ApplicationStatus,
    Assignment,
    Call,
    Conflict,
    Eligibility,
    Person,
    Role,
)
from reviewer.words import counted

_NAMED = 5  # folios named in a refusal


@dataclass(frozen=True)
class Load:
    """A juror, how many applications she has, and how many of them are new in this plan."""

    name: str
    email: str
    before: int
    added: int

    @property
    def total(self) -> int:
        """What she has once the plan is carried out."""
        return self.before + self.added


@dataclass(frozen=True)
class Plan:
    """What sharing out makes: ``pairs`` of (application, person) and each juror's load."""

    call: str
    reviews: int
    applications: int
    loads: tuple[Load, ...]
    pairs: tuple[tuple[int, int], ...]
    warnings: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As the command line prints it."""
        return {
            "call": self.call,
            "reviews": self.reviews,
            "applications": self.applications,
            "created": len(self.pairs),
            "jurors": [{"reviewer": each.email, "applications": each.total} for each in self.loads],
            "warnings": list(self.warnings),
        }


@dataclass(frozen=True)
class Standing:
    """How far the sharing out of a call has come."""

    eligible: int
    assigned: int
    jurors: int
    reviews: int


def standing(viewer: Actor, *, call: str) -> Standing:
    """Eligible applications, how many of them have all their readers, active jurors, readers wanted."""
    require(viewer, Action.ASSIGN)
    with reading() as session:
        stored = _call(session, call)
        wanted = spec_of(stored).review.reviews_per_application
        open_ones = col(Assignment.closed_at).is_(None)
        full = (
            select(Assignment.application_id)
            .where(Assignment.call_id == stored.id, open_ones)
            .group_by(col(Assignment.application_id))
            .having(func.count() >= wanted)
        )
        eligible = select(func.count()).select_from(Application).where(*_is_eligible(stored))
        return Standing(
            eligible=session.exec(eligible).one(),
            assigned=session.exec(eligible.where(col(Application.id).in_(full))).one(),
            jurors=len(_panel(session)),
            reviews=wanted,
        )


def preview(viewer: Actor, *, call: str, reviews: int | None = None) -> Plan:
    """What ``assign`` would make now. Raises ``Refused`` where too few jurors may read an application."""
    require(viewer, Action.ASSIGN)
    with reading() as session:
        return _plan(session, _call(session, call), reviews)


def assign(actor: Actor, *, call: str, reviews: int | None = None) -> Plan:
    """Gives each eligible application the readers it lacks (``reviews`` each, else as the call says).

    Loads stay within one of each other as far as conflicts of interest let them; what was given before
    stays as it is, so that a second time changes nothing. Raises ``Refused`` where too few jurors may
    read an application, having changed nothing.
    """
    require(actor, Action.ASSIGN)
    with writing() as session:
        stored = _call(session, call)
        require(actor, Action.ASSIGN, stored.phase)
        advisory_lock(session, f"assign {call}")
        plan = _plan(session, stored, reviews)
        session.add_all(
            Assignment(
                call_id=stored.id or 0,
                application_id=application,
                person_id=person,
                place=place_of(application, person),
            )
            for application, person in plan.pairs
        )
        if plan.pairs:
            facts = {"reviews": plan.reviews, "created": len(plan.pairs), "jurors": len(plan.loads)}
            audit.record(session, actor, "assignment.deal", "call", call, facts)
        return plan


def place_of(application_id: int, person_id: int) -> int:
    """Where an application stands in a juror's own random order: the same for ever, 31 bits."""
    digest = hashlib.sha256(f"{person_id}|{application_id}".encode()).digest()
    return int.from_bytes(digest[:4], "big") >> 1


def _plan(session: Session, call: Call, reviews: int | None) -> Plan:
    wanted = reviews if reviews is not None else spec_of(call).review.reviews_per_application
    if wanted < 1:
        raise Refused("Cada postulación necesita al menos una lectura.")
    panel = _panel(session)
    if len(panel) < wanted:
        raise Refused(
            f"Cada postulación pide {counted(wanted, 'lectura', 'lecturas')} y en el jurado hay "
            f"{counted(len(panel), 'persona activa', 'personas activas')}: "
            "agregue jurado o pida menos lecturas."
        )
    folios = dict(
        session.exec(
            select(Application.id, Application.folio).where(*_is_eligible(call)).order_by(Application.folio)
        ).all()
    )
    number = {person.id: index for index, person in enumerate(panel)}
    needs, loads = _needs(session, call, list(folios), number, wanted)
    short = [list(folios.values())[each] for each in short_of_readers(needs, len(panel))]
    if short:
        raise Refused(_short_of_readers(short, wanted))
    before = list(loads)
    deal(needs, loads, seed=int.from_bytes(hashlib.sha256(call.slug.encode()).digest()[:8], "big"))
    pairs = tuple(
        (application, panel[juror].id or 0)
        for application, need in zip(folios, needs, strict=True)
        for juror in need.given
    )
    return _summary(call.slug, wanted, panel, before, pairs, len(folios))


def _summary(
    slug: str, wanted: int, panel: list[Person], before: list[int], pairs: Any, applications: int
) -> Plan:
    added: dict[int, int] = defaultdict(int)
    for _, person_id in pairs:
        added[person_id] += 1
    loads = tuple(
        Load(person.name, person.email, had, added[person.id or 0])
        for person, had in zip(panel, before, strict=True)
    )
    totals = [each.total for each in loads]
    warnings = []
    if pairs and max(totals) - min(totals) > 1:
        warnings.append(
            f"Las cargas van de {min(totals)} a {max(totals)}: los conflictos de interés o lo ya repartido "
            "no permiten emparejarlas más."
        )
    return Plan(slug, wanted, applications, loads, pairs, tuple(warnings))


def _needs(
    session: Session, call: Call, applications: list[int | None], number: dict[int | None, int], wanted: int
) -> tuple[list[Need], list[int]]:
    """What each application lacks, and each juror's open load.

    Who gave an application back does not get it again.
    """
    readers: dict[int, set[int]] = defaultdict(set)
    barred: dict[int, set[int]] = defaultdict(set)
    outside: dict[int, int] = defaultdict(int)
    loads = [0] * len(number)
    given = select(Assignment.application_id, Assignment.person_id, Assignment.closed_at).where(
        Assignment.call_id == call.id
    )
    for application, person, closed in session.exec(given):
        if closed is not None:
            if person in number:
                barred[application].add(number[person])
        elif person in number:
            readers[application].add(number[person])
            loads[number[person]] += 1
        else:
            outside[application] += 1
    conflicts = (
        select(Conflict.application_id, Conflict.person_id)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(Application.call_id == call.id)
    )
    for application, person in session.exec(conflicts):
        if person in number:
            barred[application].add(number[person])
    needs = [
        Need(
            missing=max(0, wanted - len(readers[each or 0]) - outside[each or 0]),
            readers=frozenset(readers[each or 0]),
            barred=frozenset(barred[each or 0]),
        )
        for each in applications
    ]
    return needs, loads


def _short_of_readers(folios: list[str], wanted: int) -> str:
    named = ", ".join(folios[:_NAMED]) + (f" y {len(folios) - _NAMED} más" if len(folios) > _NAMED else "")
    return (
        f"Por conflictos de interés no alcanza el jurado para {wanted} lecturas de {named}: "
        "agregue jurado o pida menos lecturas."
    )


def _call(session: Session, slug: str) -> Call:
    call = session.exec(select(Call).where(Call.slug == slug)).first()
    if call is None:
        raise Refused(f"No hay una convocatoria «{slug}».")
    return call


def _is_eligible(call: Call) -> tuple[Any, ...]:
    return (
        Application.call_id == call.id,
        Application.status == ApplicationStatus.CURRENT,
        Application.eligibility == Eligibility.ELIGIBLE,
    )


def _panel(session: Session) -> list[Person]:
    query = select(Person).where(Person.role == Role.JURY, Person.active).order_by(col(Person.id))
    return list(session.exec(query))
