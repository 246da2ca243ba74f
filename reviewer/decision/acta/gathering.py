"""An acta's facts, gathered from the decision as it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer import clock
from reviewer.calls import CallSpec, spec_of
from reviewer.decision.acta.facts import (
    ActaFacts,
    Agreement,
    HandChange,
    Member,
    Resolved,
    RuleStated,
    Sitting,
    Statistics,
    Tie,
    VenueResult,
)
from reviewer.decision.call_ranking import agreement_of
from reviewer.decision.deliberation.meeting import panel_of
from reviewer.decision.deliberation.room import recusals
from reviewer.decision.selection import record
from reviewer.decision.selection.record import RuleState, Selection
from reviewer.models import (
    Acta,
    AgendaItem,
    Applicant,
    Application,
    ApplicationStatus,
    Attendance,
    Call,
    ChangeKind,
    Conflict,
    Eligibility,
    Meeting,
    Person,
    Resolution,
    Review,
    ReviewStatus,
    Role,
    Vote,
    VoteChoice,
)
from reviewer.words import listed, number

DECISIONS = {Resolution.SELECT: "Queda seleccionada", Resolution.REJECT: "No queda seleccionada"}
_NAMED_GROUPS = 4


@dataclass(frozen=True)
class Versions:
    """Which version is being written, and which it replaces."""

    number: int
    replaces: Acta | None
    correction: str


def facts_of(session: Session, call: Call, selection: Selection, versions: Versions) -> ActaFacts:
    """What an acta of this selection would state now; not signed."""
    spec = spec_of(call)
    replaced = versions.replaces
    sittings = _sittings(session, call)
    return ActaFacts(
        call=call.slug,
        title=spec.title,
        organizers=spec.organizers,
        timezone=spec.timezone,
        seats=spec.seats,
        place=sittings[-1].place if sittings else "",
        drawn_on=spec.local(clock.now()).date(),
        version=versions.number,
        replaces=replaced.version if replaced else None,
        replaces_fingerprint=replaced.fingerprint if replaced else "",
        correction=versions.correction,
        order=spec.decision.ranking,
        blind=spec.review.blind,
        readings_per_application=spec.review.reviews_per_application,
        criteria=tuple((each.label, each.weight) for each in spec.criteria),
        sittings=sittings,
        members=_members(session, call),
        rules=tuple(_rules(selection, spec)),
        warnings=(*selection.warnings, *_stale(session, call, selection)),
        venues=_venues(selection, spec),
        resolved=_resolved(session, call),
        changes=tuple(_change(each, spec) for each in selection.changes),
        lottery_seed=selection.seed,
        lottery_band=spec.decision.lottery_band,
        ties=tuple(Tie(folios=each.folios, seated=each.seated) for each in selection.ties),
        statistics=_statistics(session, call),
        agreement=_agreement(session, call, spec),
        fingerprint=record.fingerprint(session, call, selection),
    )


def _stale(session: Session, call: Call, selection: Selection) -> tuple[str, ...]:
    return () if record.is_current(session, call, selection) else (record.OUT_OF_DATE,)


def names_of(session: Session, call: Call, folios: Iterable[str]) -> dict[str, str]:
    """The applicants' names by folio, for documents that bear them. Guard who may ask before."""
    query = (
        select(Application.folio, Applicant.first_names, Applicant.surnames)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
        .where(col(Application.folio).in_(list(folios)))
    )
    return {
        folio: f"{first} {last}".strip() for folio, first, last in session.exec(query) if f"{first}{last}"
    }


def _sittings(session: Session, call: Call) -> tuple[Sitting, ...]:
    query = select(Meeting).where(Meeting.call_id == call.id).order_by(col(Meeting.began_at))
    return tuple(
        Sitting(place=each.place, began=each.began_at, ended=each.ended_at) for each in session.exec(query)
    )


def _members(session: Session, call: Call) -> tuple[Member, ...]:
    """The call's jury, there or not, then whoever else was there, in the order they were noted.

    Of those who left the jury, the ones who came or whose readings count.
    """
    there = session.exec(
        select(Attendance)
        .join(Meeting, col(Meeting.id) == Attendance.meeting_id)
        .where(Meeting.call_id == call.id)
        .order_by(col(Attendance.id))
    ).all()
    came = {each.person_id for each in there}
    counts = select(Review.person_id).where(
        Review.call_id == call.id, Review.status == ReviewStatus.SUBMITTED
    )
    on_panel = panel_of(call)
    jurors = session.exec(
        select(Person)
        .where(Person.role == Role.JURY)
        .where(col(Person.id).in_(on_panel) | col(Person.id).in_(came) | col(Person.id).in_(counts))
        .order_by(Person.name)
    ).all()
    staying = set(session.exec(on_panel))
    folios = _recused_folios(session, call)
    jury = [
        Member(
            name=each.name,
            capacity="Jurado" if each.id in staying or each.id in came else "Jurado (dejó el jurado)",
            present=each.id in came,
            signs=True,
            recused=tuple(folios.get(each.id or 0, ())),
        )
        for each in jurors
    ]
    known = {each.id for each in jurors}
    others = {(each.name, each.capacity): each for each in there if each.person_id not in known}
    return (
        *jury,
        *(
            Member(name=name, capacity=capacity, present=True, signs=each.person_id is not None)
            for (name, capacity), each in others.items()
        ),
    )


def _recused_folios(session: Session, call: Call) -> dict[int, list[str]]:
    query = (
        select(Conflict.person_id, Application.folio)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
        .order_by(Application.folio)
    )
    found: dict[int, list[str]] = {}
    for person_id, folio in session.exec(query):
        found.setdefault(person_id, []).append(folio)
    return found


def _rules(selection: Selection, spec: CallSpec) -> Iterable[RuleStated]:
    """A line for each rule as it is written; what became of its groups in words."""
    by_label: dict[str, list[RuleState]] = {}
    for each in selection.rules:
        by_label.setdefault(each.label, []).append(each)
    for label, states in by_label.items():
        yield RuleStated(label=label, limits=_limits(states, spec), outcome=_outcome(states))


def _limits(states: list[RuleState], spec: CallSpec) -> str:
    least = {each.lowered_from or each.at_least for each in states if each.at_least is not None}
    most = {each.at_most for each in states if each.at_most is not None}
    parts = [
        *(f"al menos {number(each)}" for each in sorted(x for x in least if x is not None)),
        *(f"a lo más {number(each)}" for each in sorted(x for x in most if x is not None)),
    ]
    labels = {each.key: each.label for each in spec.venues}
    venues = sorted({labels.get(each.venue, each.venue) for each in states if each.venue})
    where = f" en {listed(venues)}" if venues else ""
    return f"{listed(parts)}{where}"


def _outcome(states: list[RuleState]) -> str:
    broken = [each for each in states if not each.met]
    lowered = [each for each in states if each.lowered_from is not None]
    if broken:
        named = listed([f"{each.group} ({number(each.count)})" for each in broken[:_NAMED_GROUPS]])
        rest = len(broken) - _NAMED_GROUPS
        return f"No se cumple en {named}{f' y {number(rest)} más' if rest > 0 else ''}"
    if lowered:
        named = listed([f"{each.group} ({number(each.count)})" for each in lowered[:_NAMED_GROUPS]])
        return f"Se cumple, hasta donde hay postulaciones elegibles en {named}"
    return "Se cumple"


def _venues(selection: Selection, spec: CallSpec) -> tuple[VenueResult, ...]:
    return tuple(
        VenueResult(
            label=venue.label,
            seats=venue.seats,
            selected=tuple(sorted(each.folio for each in selection.selected if each.venue == venue.key)),
            waiting=tuple(each.folio for each in selection.waiting if each.venue == venue.key),
        )
        for venue in spec.venues
    )


def _resolved(session: Session, call: Call) -> tuple[Resolved, ...]:
    """What was decided, in the order of the agenda; of an application decided twice, the last."""
    query = (
        select(AgendaItem, Application)
        .join(Application, col(Application.id) == AgendaItem.application_id)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting_id)
        .where(Meeting.call_id == call.id, col(AgendaItem.verdict).is_not(None))
        .order_by(col(AgendaItem.meeting_id), col(AgendaItem.position))
    )
    rows = list(session.exec(query))
    last = {application.id: item.id for item, application in rows}
    kept = [(item, application) for item, application in rows if last[application.id] == item.id]
    votes = _votes(session, [item.id for item, _ in kept])
    names = recusals(session, [application.id for _, application in kept])
    return tuple(
        Resolved(
            folio=application.folio,
            decision=DECISIONS[item.verdict] if item.verdict else "",
            in_favour=votes.get((item.id, VoteChoice.FAVOUR), 0),
            against=votes.get((item.id, VoteChoice.AGAINST), 0),
            abstained=votes.get((item.id, VoteChoice.ABSTAIN), 0),
            recused=tuple(name for _, name in names.get(application.id, ())),
            reason=item.reason,
        )
        for item, application in kept
    )


def _votes(session: Session, items: list[int | None]) -> dict[tuple[int | None, VoteChoice], int]:
    query: Any = (
        select(Vote.item_id, Vote.choice, func.count())
        .where(col(Vote.item_id).in_(items))
        .group_by(col(Vote.item_id), col(Vote.choice))
    )
    return {(item, choice): count for item, choice, count in session.exec(query)}


def _change(change: record.Change, spec: CallSpec) -> HandChange:
    label = next((each.label for each in spec.venues if each.key == change.venue), change.venue)
    words = {
        ChangeKind.IN: f"Entra a {label}",
        ChangeKind.OUT: "Sale",
        ChangeKind.VENUE: f"Pasa a {label}",
    }
    by = change.made_by or "Operación del sistema"
    return HandChange(
        folio=change.folio, change=words[change.kind], reason=change.reason, by=by, at=change.made_at
    )


def _statistics(session: Session, call: Call) -> Statistics:
    current = (Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
    standing: Any = (
        select(Application.eligibility, func.count()).where(*current).group_by(Application.eligibility)
    )
    by_eligibility: dict[Eligibility, int] = dict(session.exec(standing).all())
    submitted = (*current, Review.status == ReviewStatus.SUBMITTED)
    readings, jurors = session.exec(
        select(func.count(col(Review.id)), func.count(func.distinct(Review.person_id)))
        .join(Application, col(Application.id) == Review.application_id)
        .where(*submitted)
    ).one()
    read = session.exec(
        select(func.count(func.distinct(Review.application_id)))
        .join(Application, col(Application.id) == Review.application_id)
        .where(*submitted, Application.eligibility == Eligibility.ELIGIBLE)
    ).one()
    recused = session.exec(
        select(func.count(col(Conflict.id)))
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(*current)
    ).one()
    return Statistics(
        received=sum(by_eligibility.values()),
        eligible=by_eligibility.get(Eligibility.ELIGIBLE, 0),
        ineligible=by_eligibility.get(Eligibility.INELIGIBLE, 0),
        to_check=by_eligibility.get(Eligibility.TO_CHECK, 0),
        read=read,
        readings=readings,
        jurors=jurors,
        recusals=recused,
    )


def _agreement(session: Session, call: Call, spec: CallSpec) -> Agreement | None:
    found = agreement_of(session, call)
    if found is None:
        return None
    return Agreement(
        alpha=tuple((each.label, alpha) for each, alpha in zip(spec.criteria, found.alpha, strict=True)),
        single=found.single,
        mean=found.mean,
        readings=found.readings,
        shares=found.shares,
    )
