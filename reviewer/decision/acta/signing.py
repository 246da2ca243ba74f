"""Drafting, signing and correcting an acta. Signing freezes the decision; a correction opens it again."""

import base64
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from reviewer import clock
from reviewer.access import audit, sessions
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import advisory_lock, reading, writing
from reviewer.decision.acta import pdf, wording
from reviewer.decision.acta.facts import ActaFacts
from reviewer.decision.acta.gathering import Versions, facts_of, names_of
from reviewer.decision.deliberation.meeting import open_in
from reviewer.decision.selection import record
from reviewer.decision.selection.record import Selection
from reviewer.errors import Forbidden, Refused, Stale
from reviewer.models import Acta, ActaKind, Attendance, Call, Meeting, Phase, Scenario

LONGEST_CORRECTION = 600


@dataclass(frozen=True)
class Signed:
    """A signed version of the acta, or an amendment."""

    public_id: str
    version: int
    signed_by: str
    signed_at: datetime
    fingerprint: str
    correction: str


@dataclass(frozen=True)
class Standing:
    """Where the acta of a call stands: versions signed (the last one stands), a correction under way,
    whether there is a selection to draft it from, what keeps it from being signed, and what the jury
    should know first."""

    versions: tuple[Signed, ...]
    correcting: str | None
    has_selection: bool
    obstacles: tuple[str, ...]
    cautions: tuple[str, ...]

    @property
    def signed(self) -> Signed | None:
        """The version in force; None while there is none, or it is being corrected."""
        return self.versions[-1] if self.versions and self.correcting is None else None


def standing(viewer: Actor, *, call: str) -> Standing:
    """Where the acta stands."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored = get_call(call)
        pending = under_correction(session, stored)
        selection = record.in_force(session, stored)
        return Standing(
            versions=signed_versions(session, stored, ActaKind.ACTA),
            correcting=pending.correction if pending else None,
            has_selection=selection is not None,
            obstacles=tuple(_obstacles(session, stored, selection)),
            cautions=tuple(_cautions(session, stored, selection)),
        )


def draft(viewer: Actor, *, call: str) -> ActaFacts:
    """What the acta would state now. Refused where there is nothing to state."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored = get_call(call)
        return _facts(session, stored)[0]


def draft_names(viewer: Actor, *, facts: ActaFacts) -> dict[str, str]:
    """The names that a draft may bear: none in a blind call, which stays blind until it is signed."""
    require(viewer, Action.SEE_ACTA)
    if facts.blind and not facts.is_signed:
        return {}
    with reading() as session:
        return names_of(session, get_call(facts.call), _folios(facts))


def sign(actor: Actor, *, call: str, password: str, fingerprint: str) -> None:
    """Signs the acta of the selection in force, which from now on does not change.

    ``fingerprint`` is that of the draft the coordinator has before her: ``Stale`` where the data are others
    by now. Her password is asked again, and attempts are counted as at the log-in.
    """
    require(actor, Action.SIGN_ACTA)
    stored = get_call(call)
    require(actor, Action.SIGN_ACTA, stored.phase)
    sessions.confirm_password(actor, password=password)
    with reading() as session:
        _check_nothing_hinders(session, stored)
        drafted, names = _facts(session, stored)
    facts = drafted.model_copy(update={"signed_by": actor.name, "signed_at": clock.now()})
    document = pdf.draw(wording.acta(facts, names=names))
    with writing() as session:
        advisory_lock(session, f"acta {call}")
        stored = session.get_one(Call, stored.id)
        require(actor, Action.SIGN_ACTA, stored.phase)
        _check_nothing_hinders(session, stored)
        selection = _selection(session, stored)
        if record.fingerprint(session, stored, selection) != fingerprint or facts.fingerprint != fingerprint:
            raise Stale("Los datos cambiaron desde que se hizo el borrador: revíselo de nuevo y firme.")
        _keep(session, actor, stored, selection, facts, document)


def begin_correction(actor: Actor, *, call: str, reason: str) -> None:
    """Opens a signed decision again: the next version will name the one that stands, and say why."""
    require(actor, Action.CORRECT_ACTA)
    reason = reason.strip()
    if not reason or len(reason) > LONGEST_CORRECTION:
        raise Refused(f"Escriba qué se corrige y por qué, en menos de {LONGEST_CORRECTION} caracteres.")
    with writing() as session:
        stored = session.exec(select(Call).where(Call.slug == call)).one()
        require(actor, Action.CORRECT_ACTA, stored.phase)
        advisory_lock(session, f"acta {call}")
        last = last_signed(session, stored)
        if last is None:
            raise Refused("No hay un acta firmada que corregir.")
        if signed_versions(session, stored, ActaKind.AMENDMENT):
            raise Refused("El acta ya tiene adendas: lo que falte se hace con otra adenda.")
        session.add(
            Acta(
                call_id=stored.id or 0,
                kind=ActaKind.ACTA,
                version=last.version + 1,
                replaces_id=last.id,
                correction=reason,
            )
        )
        session.get_one(Scenario, last.scenario_id).signed_at = None
        _to_phase(session, actor, stored, Phase.DELIBERATION)
        audit.record(session, actor, "acta.correct", "call", call, {"replaces": last.version})


def give_up_correction(actor: Actor, *, call: str) -> None:
    """Puts the signed version back in force, as long as nothing of the decision has changed."""
    require(actor, Action.SIGN_ACTA)
    with writing() as session:
        stored = session.exec(select(Call).where(Call.slug == call)).one()
        require(actor, Action.SIGN_ACTA, stored.phase)
        advisory_lock(session, f"acta {call}")
        pending, last = under_correction(session, stored), last_signed(session, stored)
        if pending is None or last is None:
            raise Refused("No hay una corrección en curso.")
        if open_in(session, stored) is not None:
            raise Refused("Hay una sesión abierta: ciérrela antes.")
        selection = record.in_force(session, stored)
        if selection is None or record.fingerprint(session, stored, selection) != last.fingerprint:
            raise Refused("La decisión ya no es la que se firmó: deshaga los cambios, o firme la corrección.")
        session.delete(pending)
        session.get_one(Scenario, last.scenario_id).signed_at = last.signed_at
        _to_phase(session, actor, stored, Phase.DECIDED)
        audit.record(session, actor, "acta.correct.give_up", "call", call, {"stands": last.version})


def last_signed(session: Session, call: Call) -> Acta | None:
    """The acta signed last, whether or not it is being corrected."""
    query = (
        select(Acta)
        .where(Acta.call_id == call.id, Acta.kind == ActaKind.ACTA, col(Acta.signed_at).is_not(None))
        .order_by(col(Acta.version).desc())
    )
    return session.exec(query).first()


def under_correction(session: Session, call: Call) -> Acta | None:
    """The correction under way."""
    query = select(Acta).where(
        Acta.call_id == call.id, Acta.kind == ActaKind.ACTA, col(Acta.signed_at).is_(None)
    )
    return session.exec(query).first()


def in_force(session: Session, call: Call) -> Acta | None:
    """The signed acta that stands now; None while none was signed or one is being corrected."""
    return None if under_correction(session, call) else last_signed(session, call)


def signed_versions(session: Session, call: Call, kind: ActaKind) -> tuple[Signed, ...]:
    """Every signed acta (or amendment) of a call, by version."""
    query = (
        select(Acta)
        .where(Acta.call_id == call.id, Acta.kind == kind, col(Acta.signed_at).is_not(None))
        .order_by(col(Acta.version))
    )
    return tuple(
        Signed(
            public_id=each.public_id,
            version=each.version,
            signed_by=str(each.facts.get("signed_by", "")),
            signed_at=each.signed_at,
            fingerprint=each.fingerprint,
            correction=each.correction,
        )
        for each in session.exec(query)
        if each.signed_at
    )


def amendments(viewer: Actor, *, call: str) -> tuple[Signed, ...]:
    """The signed amendments of a call, by number."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        return signed_versions(session, get_call(call), ActaKind.AMENDMENT)


def signed_acta(viewer: Actor, *, public_id: str) -> tuple[ActaFacts, dict[str, str]]:
    """A signed acta's facts, and the names to draw it with."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        found = _signed_row(session, public_id)
        facts = ActaFacts.model_validate(found.facts)
        return facts, names_of(session, session.get_one(Call, found.call_id), _folios(facts))


def signed_document(viewer: Actor, *, public_id: str) -> tuple[str, bytes]:
    """A signed acta or amendment as PDF, byte for byte as it was signed; with a name for the file."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        found = _signed_row(session, public_id)
        slug = session.get_one(Call, found.call_id).slug
        kind = "acta" if found.kind is ActaKind.ACTA else "adenda"
        return f"{kind}-{slug}-{found.version}.pdf", base64.b64decode(found.document)


def _signed_row(session: Session, public_id: str) -> Acta:
    found = session.exec(
        select(Acta).where(Acta.public_id == public_id, col(Acta.signed_at).is_not(None))
    ).first()
    if found is None:
        raise Forbidden
    return found


def _facts(session: Session, call: Call) -> tuple[ActaFacts, dict[str, str]]:
    pending, last = under_correction(session, call), last_signed(session, call)
    number = pending.version if pending else (last.version + 1 if last else 1)
    versions = Versions(number, last if pending else None, pending.correction if pending else "")
    facts = facts_of(session, call, _selection(session, call), versions)
    return facts, names_of(session, call, _folios(facts))


def _selection(session: Session, call: Call) -> Selection:
    selection = record.in_force(session, call)
    if selection is None:
        raise Refused("No hay una selección vigente: calcúlela en Selección antes del acta.")
    return selection


def _folios(facts: ActaFacts) -> list[str]:
    return [folio for venue in facts.venues for folio in (*venue.selected, *venue.waiting)]


def _check_nothing_hinders(session: Session, call: Call) -> None:
    for obstacle in _obstacles(session, call, record.in_force(session, call)):
        raise Refused(obstacle)


def _obstacles(session: Session, call: Call, selection: Selection | None) -> list[str]:
    said = []
    if call.phase in (Phase.INTAKE, Phase.SCREENING, Phase.REVIEWING):
        said.append("La convocatoria no está en deliberación: quien administra la pasa a esa fase.")
    if selection is None:
        said.append("No hay una selección vigente: calcúlela en Selección.")
    if open_in(session, call) is not None:
        said.append("Hay una sesión abierta: ciérrela en Deliberación antes de firmar.")
    attended = session.exec(
        select(func.count(col(Attendance.id))).join(Meeting).where(Meeting.call_id == call.id)
    ).one()
    if not attended:
        said.append("No hay una sesión con asistencia: ábrala en Deliberación y anote quién está.")
    if selection is not None:
        taken = Counter(each.venue for each in selection.selected)
        said += [
            f"{venue.label} tiene {taken[venue.key]} personas para {venue.seats} lugares: saque o cambie de "
            "sede a alguien en Selección."
            for venue in spec_of(call).venues
            if taken[venue.key] > venue.seats
        ]
    return said


def _cautions(session: Session, call: Call, selection: Selection | None) -> list[str]:
    """What may be signed all the same, knowing it."""
    if selection is None:
        return []
    broken = sorted({each.label for each in selection.broken})
    said = [f"No se cumple una regla: {each}. El acta lo dirá." for each in broken]
    if not record.is_current(session, call, selection):
        said.append(f"{record.OUT_OF_DATE} Vuelva a calcularla en Selección, o el acta lo dirá.")
    return said


def _keep(
    session: Session, actor: Actor, call: Call, selection: Selection, facts: ActaFacts, document: bytes
) -> None:
    acta = under_correction(session, call) or Acta(
        call_id=call.id or 0, kind=ActaKind.ACTA, version=facts.version
    )
    acta.scenario_id = selection.scenario_id
    acta.facts = facts.model_dump(mode="json")
    acta.fingerprint = facts.fingerprint
    acta.document = base64.b64encode(document).decode()
    acta.document_sha256 = hashlib.sha256(document).hexdigest()
    acta.signed_at, acta.signed_by = facts.signed_at, actor.person_id
    session.add(acta)
    session.get_one(Scenario, selection.scenario_id).signed_at = facts.signed_at
    _to_phase(session, actor, call, Phase.DECIDED)
    audit.record(
        session,
        actor,
        "acta.sign",
        "call",
        call.slug,
        {
            "version": facts.version,
            "fingerprint": facts.fingerprint,
            "document": acta.document_sha256,
            "replaces": facts.replaces,
        },
    )


def _to_phase(session: Session, actor: Actor, call: Call, phase: Phase) -> None:
    """The decision moves the call: a signed acta decides it, a correction opens it again."""
    if call.phase is phase:
        return
    audit.record(session, actor, "call.phase", "call", call.slug, {"before": call.phase, "after": phase})
    call.phase = phase
    session.add(call)
