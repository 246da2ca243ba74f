"""The facts of an acta, collected from the decision as it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from reviewer.call.spec import CallSpec, spec_of
from reviewer.core import clock
from reviewer.core.spanish import format_number, join_words
from reviewer.decision.acta.facts import (
    ActaFacts,
    AgreementFact,
    ManualChangeFact,
    MeetingFact,
    MemberFact,
    ResolutionFact,
    RuleFact,
    Statistics,
    TieFact,
    VenueResult,
)
from reviewer.decision.deliberation.meeting import panel_person_ids
from reviewer.decision.deliberation.queries import recusals
from reviewer.decision.ranking.service import agreement_of
from reviewer.decision.selection import record
from reviewer.decision.selection.record import RuleState, Selection
from reviewer.models import (
    Acta,
    AgendaItem,
    Applicant,
    Application,
    Attendance,
    Call,
    ChangeKind,
    Conflict,
    Eligibility,
    Meeting,
    Person,
    Resolution,
    Review,
    Role,
    Vote,
    VoteChoice,
    require_id,
)
from reviewer.models.scopes import ELIGIBLE_APPLICATION, SUBMITTED_REVIEW, current_of

RESOLUTION_LABELS = {Resolution.SELECT: "Queda seleccionada", Resolution.REJECT: "No queda seleccionada"}
_MAX_NAMED_GROUPS = 4


@dataclass(frozen=True)
class VersionInfo:
    """The version of the acta being written, and the acta that it replaces."""

    number: int
    replaces: Acta | None
    correction: str


def collect_facts(session: Session, call: Call, selection: Selection, versions: VersionInfo) -> ActaFacts:
    """Returns what an acta of this selection would state now, unsigned."""
    spec = spec_of(call)
    replaced_acta = versions.replaces
    sittings, is_current = _meetings(session, call), record.is_current(session, call, selection)
    return ActaFacts(
        call=call.slug,
        title=spec.title,
        organizers=spec.organizers,
        timezone=spec.timezone,
        seats=spec.seats,
        place=sittings[-1].place if sittings else "",
        drawn_on=spec.local(clock.now()).date(),
        version=versions.number,
        replaces=replaced_acta.version if replaced_acta else None,
        replaces_fingerprint=replaced_acta.fingerprint if replaced_acta else "",
        correction=versions.correction,
        order=spec.decision.ranking,
        blind=spec.review.blind,
        readings_per_application=spec.review.reviews_per_application,
        criteria=tuple((criterion.label, criterion.weight) for criterion in spec.criteria),
        sittings=sittings,
        members=_members(session, call),
        rules=tuple(_rules(selection, spec)),
        warnings=(*selection.warnings, *(() if is_current else (record.OUT_OF_DATE,))),
        venues=_venues(selection, spec),
        resolved=_resolutions(session, call),
        changes=tuple(_change(change, spec) for change in selection.changes),
        lottery_seed=selection.seed,
        lottery_band=spec.decision.lottery_band,
        ties=tuple(TieFact(folios=tie.folios, seated=tie.seated) for tie in selection.ties),
        statistics=_statistics(session, call),
        agreement=_agreement(session, call, spec),
        fingerprint=record.fingerprint(session, call, selection),
    )


def applicant_names(session: Session, call: Call, folios: Iterable[str]) -> dict[str, str]:
    """Returns the applicants' names by folio, for documents; callers check the permission."""
    query = (
        select(Application.folio, Applicant.first_names, Applicant.surnames)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call))
        .where(col(Application.folio).in_(list(folios)))
    )
    return {folio: f"{first} {last}".strip() for folio, first, last in session.exec(query) if f"{first}{last}"}


def _meetings(session: Session, call: Call) -> tuple[MeetingFact, ...]:
    query = select(Meeting).where(Meeting.call_id == call.id).order_by(col(Meeting.began_at))
    return tuple(
        MeetingFact(place=meeting.place, began=meeting.began_at, ended=meeting.ended_at)
        for meeting in session.exec(query)
    )


def _members(session: Session, call: Call) -> tuple[MemberFact, ...]:
    """Returns the call's jury, then other people who attended, in the order they were noted.

    Jurors who left the jury are included if they attended or have submitted reviews.
    """
    attendances = session.exec(
        select(Attendance)
        .join(Meeting, col(Meeting.id) == Attendance.meeting_id)
        .where(Meeting.call_id == call.id)
        .order_by(col(Attendance.id))
    ).all()
    attendee_ids = {attendance.person_id for attendance in attendances}
    reviewer_ids = select(Review.person_id).where(Review.call_id == call.id, SUBMITTED_REVIEW)
    panel = panel_person_ids(call)
    person_id = col(Person.id)
    query = select(Person).where(
        Person.role == Role.JURY,
        person_id.in_(panel) | person_id.in_(attendee_ids) | person_id.in_(reviewer_ids),
    )
    jurors = session.exec(query.order_by(Person.name)).all()
    panel_or_present = {*session.exec(panel), *attendee_ids}
    folios = _recused_folios(session, call)
    jury = [
        MemberFact(
            name=juror.name,
            capacity="Jurado" if juror.id in panel_or_present else "Jurado (dejó el jurado)",
            present=juror.id in attendee_ids,
            signs=True,
            recused=tuple(folios.get(require_id(juror), ())),
        )
        for juror in jurors
    ]
    juror_ids = {juror.id for juror in jurors}
    others = {(row.name, row.capacity): row for row in attendances if row.person_id not in juror_ids}
    return (
        *jury,
        *(
            MemberFact(name=name, capacity=capacity, present=True, signs=row.person_id is not None)
            for (name, capacity), row in others.items()
        ),
    )


def _recused_folios(session: Session, call: Call) -> dict[int, list[str]]:
    query = (
        select(Conflict.person_id, Application.folio)
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(current_of(call))
        .order_by(Application.folio)
    )
    folios_by_person: dict[int, list[str]] = {}
    for person_id, folio in session.exec(query):
        folios_by_person.setdefault(person_id, []).append(folio)
    return folios_by_person


def _rules(selection: Selection, spec: CallSpec) -> Iterable[RuleFact]:
    """Returns a row for each rule as written, with the result for its groups in words."""
    by_label: dict[str, list[RuleState]] = {}
    for state in selection.rules:
        by_label.setdefault(state.label, []).append(state)
    for label, states in by_label.items():
        yield RuleFact(label=label, limits=_limits(states, spec), outcome=_outcome(states))


def _limits(states: list[RuleState], spec: CallSpec) -> str:
    minima = {state.lowered_from or state.at_least or 0 for state in states if state.at_least is not None}
    maxima = {state.at_most for state in states if state.at_most is not None}
    parts = [f"al menos {format_number(limit)}" for limit in sorted(minima)]
    parts += [f"a lo más {format_number(limit)}" for limit in sorted(maxima)]
    venues = sorted({spec.venue_labels.get(state.venue, state.venue) for state in states if state.venue})
    return f"{join_words(parts)}{f' en {join_words(venues)}' if venues else ''}"


def _outcome(states: list[RuleState]) -> str:
    broken = [state for state in states if not state.met]
    if broken:
        more = len(broken) - _MAX_NAMED_GROUPS
        return f"No se cumple en {_counts_text(broken)}{f' y {format_number(more)} más' if more > 0 else ''}"
    lowered = [state for state in states if state.lowered_from is not None]
    if lowered:
        return f"Se cumple, hasta donde hay postulaciones elegibles en {_counts_text(lowered)}"
    return "Se cumple"


def _counts_text(states: list[RuleState]) -> str:
    named = states[:_MAX_NAMED_GROUPS]
    return join_words([f"{state.group} ({format_number(state.count)})" for state in named])


def _venues(selection: Selection, spec: CallSpec) -> tuple[VenueResult, ...]:
    return tuple(
        VenueResult(
            label=venue.label,
            seats=venue.seats,
            selected=tuple(sorted(place.folio for place in selection.selected if place.venue == venue.key)),
            waiting=tuple(place.folio for place in selection.waiting if place.venue == venue.key),
        )
        for venue in spec.venues
    )


def _resolutions(session: Session, call: Call) -> tuple[ResolutionFact, ...]:
    """Returns the decisions in the order of the agenda; of an application decided twice, the last."""
    query = (
        select(AgendaItem, Application)
        .join(Application, col(Application.id) == AgendaItem.application_id)
        .join(Meeting, col(Meeting.id) == AgendaItem.meeting_id)
        .where(Meeting.call_id == call.id, col(AgendaItem.verdict).is_not(None))
        .order_by(col(AgendaItem.meeting_id), col(AgendaItem.position))
    )
    rows = session.exec(query).all()
    last_item_ids = {application.id: item.id for item, application in rows}
    latest_rows = [row for row in rows if last_item_ids[row[1].id] == row[0].id]
    votes = _votes(session, [item.id for item, _ in latest_rows])
    names = recusals(session, [application.id for _, application in latest_rows])
    return tuple(
        ResolutionFact(
            folio=application.folio,
            decision=RESOLUTION_LABELS[item.verdict] if item.verdict else "",
            in_favour=votes.get((item.id, VoteChoice.FAVOUR), 0),
            against=votes.get((item.id, VoteChoice.AGAINST), 0),
            abstained=votes.get((item.id, VoteChoice.ABSTAIN), 0),
            recused=tuple(name for _, name in names.get(application.id, ())),
            reason=item.reason,
        )
        for item, application in latest_rows
    )


def _votes(session: Session, items: list[int | None]) -> dict[tuple[int | None, VoteChoice], int]:
    query: Any = (
        select(Vote.item_id, Vote.choice, func.count())
        .where(col(Vote.item_id).in_(items))
        .group_by(col(Vote.item_id), col(Vote.choice))
    )
    return {(item, choice): count for item, choice, count in session.exec(query)}


def _change(change: record.HandChangeEntry, spec: CallSpec) -> ManualChangeFact:
    label = spec.venue_labels.get(change.venue, change.venue)
    change_texts = {
        ChangeKind.IN: f"Entra a {label}",
        ChangeKind.OUT: "Sale",
        ChangeKind.VENUE: f"Pasa a {label}",
    }
    by = change.made_by or "Operación del sistema"
    return ManualChangeFact(
        folio=change.folio, change=change_texts[change.kind], reason=change.reason, by=by, at=change.made_at
    )


def _statistics(session: Session, call: Call) -> Statistics:
    current = current_of(call)
    eligibility_query: Any = (
        select(Application.eligibility, func.count()).where(current).group_by(Application.eligibility)
    )
    by_eligibility: dict[Eligibility, int] = dict(session.exec(eligibility_query).all())
    readings, jurors = session.exec(
        select(func.count(col(Review.id)), func.count(func.distinct(Review.person_id)))
        .join(Application, col(Application.id) == Review.application_id)
        .where(current, SUBMITTED_REVIEW)
    ).one()
    applications_read = session.exec(
        select(func.count(func.distinct(Review.application_id)))
        .join(Application, col(Application.id) == Review.application_id)
        .where(current, SUBMITTED_REVIEW, ELIGIBLE_APPLICATION)
    ).one()
    recusal_count = session.exec(
        select(func.count(col(Conflict.id)))
        .join(Application, col(Application.id) == Conflict.application_id)
        .where(current)
    ).one()
    return Statistics(
        received=sum(by_eligibility.values()),
        eligible=by_eligibility.get(Eligibility.ELIGIBLE, 0),
        ineligible=by_eligibility.get(Eligibility.INELIGIBLE, 0),
        to_check=by_eligibility.get(Eligibility.TO_CHECK, 0),
        read=applications_read,
        readings=readings,
        jurors=jurors,
        recusals=recusal_count,
    )


def _agreement(session: Session, call: Call, spec: CallSpec) -> AgreementFact | None:
    agreement = agreement_of(session, call)
    if agreement is None:
        return None
    return AgreementFact(
        alpha=tuple((criterion.label, alpha) for criterion, alpha in zip(spec.criteria, agreement.alpha, strict=True)),
        single=agreement.single,
        mean=agreement.mean,
        readings=agreement.readings,
        shares=agreement.shares,
    )
