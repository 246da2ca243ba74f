"""Drafting, signing and correcting an acta. Signing freezes the decision; a correction reopens it."""

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from reviewer.access import login_attempts
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_for, get_call, spec_of
from reviewer.call.transactions import write_call
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.core.reasons import require_reason
from reviewer.decision.acta import pdf, wording
from reviewer.decision.acta.collect import VersionInfo, applicant_names, collect_facts
from reviewer.decision.acta.facts import ActaFacts, AmendmentFacts
from reviewer.decision.deliberation.meeting import find_open_meeting
from reviewer.decision.selection import record
from reviewer.decision.selection.record import Selection
from reviewer.models import Acta, ActaKind, Attendance, Call, Meeting, Phase, Scenario, require_id


@dataclass(frozen=True)
class SignedVersion:
    """A signed version of the acta, or an amendment."""

    public_id: str
    version: int
    signed_by: str
    signed_at: datetime
    fingerprint: str
    correction: str


@dataclass(frozen=True)
class ActaStatus:
    """The state of a call's acta: its signed versions, the last of which counts.

    ``correction_reason`` is that of a correction under way. ``obstacles`` prevent signing, ``cautions`` are
    what the jury should know before.
    """

    versions: tuple[SignedVersion, ...]
    correction_reason: str | None
    has_selection: bool
    obstacles: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def version_in_force(self) -> SignedVersion | None:
        """The version in force; None where there is none, or it is being corrected."""
        return self.versions[-1] if self.versions and self.correction_reason is None else None


@verb(Action.SEE_ACTA)
def acta_status(viewer: Actor, *, slug: str) -> ActaStatus:
    """Returns the state of the acta."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored = get_call(slug)
        pending = pending_correction(session, stored)
        selection = record.in_force(session, stored)
        return ActaStatus(
            versions=signed_versions(session, stored, ActaKind.ACTA),
            correction_reason=pending.correction if pending else None,
            has_selection=selection is not None,
            obstacles=tuple(_obstacles(session, stored, selection)),
            cautions=tuple(_cautions(session, stored, selection)),
        )


@verb(Action.SEE_ACTA)
def draft(viewer: Actor, *, slug: str) -> ActaFacts:
    """Returns what the acta would state now. Raises ``UserError`` without a selection in force."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored = get_call(slug)
        return _draft_facts(session, stored)[0]


@condition("The draft of the acta of a blind call shows no names; the signed one does.")
@verb(Action.SEE_ACTA)
def draft_names(viewer: Actor, *, facts: ActaFacts) -> dict[str, str]:
    """Returns the names that a draft may show: none in a blind call, until the acta is signed."""
    require(viewer, Action.SEE_ACTA)
    if facts.blind and not facts.is_signed:
        return {}
    with read_session() as session:
        return applicant_names(session, get_call(facts.call), _folios(facts))


@verb(Action.SIGN_ACTA)
def sign(actor: Actor, *, slug: str, password: str, fingerprint: str) -> None:
    """Signs the acta of the selection in force, which does not change from then on.

    ``fingerprint`` is that of the draft on the coordinator's screen: raises ``StaleWrite`` where the data
    have changed. The password is asked for again, and attempts count as at login.
    """
    require(actor, Action.SIGN_ACTA)
    stored = call_for(actor, Action.SIGN_ACTA, slug)
    login_attempts.confirm_password(actor, password=password)
    with read_session() as session:
        _require_no_obstacles(session, stored)
        draft_facts, names = _draft_facts(session, stored)
    facts = draft_facts.model_copy(update={"signed_by": actor.name, "signed_at": clock.now()})
    document = pdf.render(wording.acta(facts, names=names))
    with write_session() as session:
        advisory_lock(session, f"acta {slug}")
        stored = session.get_one(Call, stored.id)
        require(actor, Action.SIGN_ACTA, stored.phase)
        _require_no_obstacles(session, stored)
        selection = _require_selection(session, stored)
        if record.fingerprint(session, stored, selection) != fingerprint or facts.fingerprint != fingerprint:
            raise StaleWrite("Los datos cambiaron desde que se hizo el borrador: revíselo de nuevo y firme.")
        _store_signed(session, actor, stored, selection, facts, document)


@verb(Action.CORRECT_ACTA)
def begin_correction(actor: Actor, *, slug: str, reason: str) -> None:
    """Reopens a signed decision; the next version states what it replaces and why."""
    with write_call(actor, Action.CORRECT_ACTA, slug) as (session, stored):
        reason = require_reason(reason, "qué se corrige y por qué", use="queda en el acta")
        advisory_lock(session, f"acta {slug}")
        last_acta = last_signed(session, stored)
        if last_acta is None:
            raise UserError("No hay un acta firmada que corregir.")
        if signed_versions(session, stored, ActaKind.AMENDMENT):
            raise UserError("El acta ya tiene adendas: lo que falte se hace con otra adenda.")
        session.add(
            Acta(
                call_id=require_id(stored),
                kind=ActaKind.ACTA,
                version=last_acta.version + 1,
                replaces_id=last_acta.id,
                correction=reason,
            )
        )
        session.get_one(Scenario, last_acta.scenario_id).signed_at = None
        _change_phase(session, actor, stored, Phase.DELIBERATION)
        log.record(session, actor, "acta.correct", "call", slug, {"replaces": last_acta.version})


@verb(Action.SIGN_ACTA)
def cancel_correction(actor: Actor, *, slug: str) -> None:
    """Puts the signed version back in force. Raises ``UserError`` where the decision has changed."""
    with write_call(actor, Action.SIGN_ACTA, slug) as (session, stored):
        advisory_lock(session, f"acta {slug}")
        pending, last_acta = pending_correction(session, stored), last_signed(session, stored)
        if pending is None or last_acta is None:
            raise UserError("No hay una corrección en curso.")
        if find_open_meeting(session, stored) is not None:
            raise UserError("Hay una sesión abierta: ciérrela antes.")
        selection = record.in_force(session, stored)
        if selection is None or record.fingerprint(session, stored, selection) != last_acta.fingerprint:
            raise UserError("La decisión ya no es la que se firmó: deshaga los cambios, o firme la corrección.")
        session.delete(pending)
        session.get_one(Scenario, last_acta.scenario_id).signed_at = last_acta.signed_at
        _change_phase(session, actor, stored, Phase.DECIDED)
        log.record(session, actor, "acta.correct.give_up", "call", slug, {"stands": last_acta.version})


def last_signed(session: Session, call: Call) -> Acta | None:
    """Returns the acta signed last, whether or not it is being corrected."""
    query = (
        select(Acta)
        .where(Acta.call_id == call.id, Acta.kind == ActaKind.ACTA, col(Acta.signed_at).is_not(None))
        .order_by(col(Acta.version).desc())
    )
    return session.exec(query).first()


def pending_correction(session: Session, call: Call) -> Acta | None:
    """Returns the correction under way."""
    query = select(Acta).where(Acta.call_id == call.id, Acta.kind == ActaKind.ACTA, col(Acta.signed_at).is_(None))
    return session.exec(query).first()


def acta_in_force(session: Session, call: Call) -> Acta | None:
    """Returns the signed acta in force; None where none was signed or one is being corrected."""
    return None if pending_correction(session, call) else last_signed(session, call)


def signed_versions(session: Session, call: Call, kind: ActaKind) -> tuple[SignedVersion, ...]:
    """Returns every signed acta (or amendment) of a call, by version."""
    query = (
        select(Acta)
        .where(Acta.call_id == call.id, Acta.kind == kind, col(Acta.signed_at).is_not(None))
        .order_by(col(Acta.version))
    )
    return tuple(
        SignedVersion(
            public_id=acta.public_id,
            version=acta.version,
            signed_by=str(acta.facts.get("signed_by", "")),
            signed_at=acta.signed_at,
            fingerprint=acta.fingerprint,
            correction=acta.correction,
        )
        for acta in session.exec(query)
        if acta.signed_at
    )


@verb(Action.SEE_ACTA)
def amendments(viewer: Actor, *, slug: str) -> tuple[SignedVersion, ...]:
    """Returns the signed amendments of a call, by number."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        return signed_versions(session, get_call(slug), ActaKind.AMENDMENT)


@verb(Action.SEE_ACTA)
def signed_acta(viewer: Actor, *, public_id: str) -> tuple[ActaFacts, dict[str, str]]:
    """Returns the facts of a signed acta, and the names to draw it with."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        acta = _signed_row(session, public_id)
        facts = ActaFacts.model_validate(acta.facts)
        return facts, applicant_names(session, session.get_one(Call, acta.call_id), _folios(facts))


@verb(Action.SEE_ACTA)
def signed_document(viewer: Actor, *, public_id: str) -> tuple[str, bytes]:
    """Returns the file name and the PDF of a signed acta or amendment, unchanged since its signature."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        acta = _signed_row(session, public_id)
        slug = session.get_one(Call, acta.call_id).slug
        kind = "acta" if acta.kind is ActaKind.ACTA else "adenda"
        return f"{kind}-{slug}-{acta.version}.pdf", base64.b64decode(acta.document)


def _signed_row(session: Session, public_id: str) -> Acta:
    acta = session.exec(select(Acta).where(Acta.public_id == public_id, col(Acta.signed_at).is_not(None))).first()
    if acta is None:
        raise Forbidden
    return acta


def _draft_facts(session: Session, call: Call) -> tuple[ActaFacts, dict[str, str]]:
    pending, last_acta = pending_correction(session, call), last_signed(session, call)
    version = pending.version if pending else (last_acta.version + 1 if last_acta else 1)
    versions = VersionInfo(version, last_acta if pending else None, pending.correction if pending else "")
    facts = collect_facts(session, call, _require_selection(session, call), versions)
    return facts, applicant_names(session, call, _folios(facts))


def _require_selection(session: Session, call: Call) -> Selection:
    selection = record.in_force(session, call)
    if selection is None:
        raise UserError("No hay una selección vigente: calcúlela en Selección antes del acta.")
    return selection


def _folios(facts: ActaFacts) -> list[str]:
    return [folio for venue in facts.venues for folio in (*venue.selected, *venue.waiting)]


def _require_no_obstacles(session: Session, call: Call) -> None:
    for obstacle in _obstacles(session, call, record.in_force(session, call)):
        raise UserError(obstacle)


def _obstacles(session: Session, call: Call, selection: Selection | None) -> list[str]:
    obstacles = []
    if call.phase in (Phase.INTAKE, Phase.SCREENING, Phase.REVIEWING):
        obstacles.append("La convocatoria no está en deliberación: quien administra la pasa a esa fase.")
    if selection is None:
        obstacles.append("No hay una selección vigente: calcúlela en Selección.")
    if find_open_meeting(session, call) is not None:
        obstacles.append("Hay una sesión abierta: ciérrela en Deliberación antes de firmar.")
    attendance_count = session.exec(
        select(func.count(col(Attendance.id))).join(Meeting).where(Meeting.call_id == call.id)
    ).one()
    if not attendance_count:
        obstacles.append("No hay una sesión con asistencia: ábrala en Deliberación y anote quién está.")
    if selection is not None:
        taken = Counter(place.venue for place in selection.selected)
        obstacles += [
            f"{venue.label} tiene {taken[venue.key]} personas para {venue.seats} lugares: saque o cambie de "
            "sede a alguien en Selección."
            for venue in spec_of(call).venues
            if taken[venue.key] > venue.seats
        ]
    return obstacles


def _cautions(session: Session, call: Call, selection: Selection | None) -> list[str]:
    """Returns what to know before signing."""
    if selection is None:
        return []
    broken = sorted({state.label for state in selection.broken_rules})
    cautions = [f"No se cumple una regla: {label}. El acta lo dirá." for label in broken]
    if not record.is_current(session, call, selection):
        cautions.append(f"{record.OUT_OF_DATE} Vuelva a calcularla en Selección, o el acta lo dirá.")
    return cautions


def _store_signed(
    session: Session, actor: Actor, call: Call, selection: Selection, facts: ActaFacts, document: bytes
) -> None:
    acta = pending_correction(session, call) or Acta(
        call_id=require_id(call), kind=ActaKind.ACTA, version=facts.version
    )
    acta.scenario_id = selection.scenario_id
    fill_signed(acta, actor, facts, document)
    session.add(acta)
    session.get_one(Scenario, selection.scenario_id).signed_at = facts.signed_at
    _change_phase(session, actor, call, Phase.DECIDED)
    detail = {
        "version": facts.version,
        "fingerprint": facts.fingerprint,
        "document": acta.document_sha256,
        "replaces": facts.replaces,
    }
    log.record(session, actor, "acta.sign", "call", call.slug, detail)


def fill_signed(acta: Acta, actor: Actor, facts: ActaFacts | AmendmentFacts, document: bytes) -> None:
    """Writes signed facts, and the PDF made of them, into the row of an acta or amendment."""
    acta.facts = facts.model_dump(mode="json")
    acta.fingerprint = facts.fingerprint
    acta.document = base64.b64encode(document).decode()
    acta.document_sha256 = hashlib.sha256(document).hexdigest()
    acta.signed_at, acta.signed_by = facts.signed_at, actor.person_id


def _change_phase(session: Session, actor: Actor, call: Call, phase: Phase) -> None:
    """Sets the phase: a signed acta decides the call, a correction reopens it."""
    if call.phase is phase:
        return
    log.record(session, actor, "call.phase", "call", call.slug, {"before": call.phase, "after": phase})
    call.phase = phase
    session.add(call)
