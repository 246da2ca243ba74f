"""Recognising people whose data was blocked or deleted when a batch brings them, by digests alone.

A digest is salted for its call and slow to compute (PBKDF2), so that the list of digests names nobody. With
access to the database one can still test a known CURP or e-mail, which is what the list is for.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, delete, select

from reviewer.call.spec import CallSpec
from reviewer.intake.check.findings import CheckFinding, make_finding
from reviewer.intake.parse.submission import Submission
from reviewer.intake.store.person_matching import Identity, identity_of, looks_like_email, make_identity
from reviewer.models import (
    Applicant,
    Application,
    BlockedRecord,
    DeletedItem,
    DeletedKind,
    Deletion,
    Setting,
    Withheld,
    WithheldMark,
)

CODE = "withheld_person"
PBKDF2_ROUNDS = 1000  # about a third of a millisecond for each of a row's up to five digests
WITH_CURP, WITHOUT_CURP = "con CURP", "sin CURP"


def add_digests(session: Session, people: Iterable[Applicant]) -> None:
    """Stores the digests of people whose data is about to be blocked, in the caller's transaction."""
    for applicant in people:
        salt = _salt(session, applicant.call_id)
        name = f"{applicant.first_names} {applicant.surnames}"
        identity = make_identity(applicant.curp, applicant.email, name, applicant.birth_date)
        session.add_all(
            WithheldMark(call_id=applicant.call_id, application_id=applicant.application_id, digest=digest)
            for digest in sorted({_digest(salt, fact) for fact in _identifying_facts(identity)})
        )


def remove_digests(session: Session, application_id: int) -> None:
    """Deletes an application's digests, where its data is unblocked."""
    session.exec(delete(WithheldMark).where(col(WithheldMark.application_id) == application_id))


def findings_by_row(
    session: Session, call_id: int, spec: CallSpec, submissions: Iterable[Submission]
) -> dict[int, CheckFinding]:
    """Returns the finding of each row that brings one of these people, by the row's number."""
    query = select(WithheldMark.digest, WithheldMark.application_id).where(WithheldMark.call_id == call_id)
    applications_by_digest = dict(session.exec(query).all())
    if not applications_by_digest:
        return {}
    salt, findings = _salt(session, call_id), {}
    for submission in submissions:
        digests = (_digest(salt, fact) for fact in _possible_facts(identity_of(submission)))
        if key := next(filter(None, map(applications_by_digest.get, digests)), None):
            message = _withheld_message(session, spec, session.get_one(Application, key))
            findings[submission.row] = make_finding(CODE, message, row=submission.row)
    return findings


def _identifying_facts(identity: Identity) -> Iterator[str]:
    """Yields what identifies a person in ``is_same_person``: CURP; e-mail with name or birth date."""
    if identity.valid_curp:
        yield identity.valid_curp
    yield from _email_facts(identity, WITH_CURP if identity.valid_curp else WITHOUT_CURP)


def _possible_facts(identity: Identity) -> Iterator[str]:
    """Yields the facts by which a row's person may be known; two valid CURPs are two people."""
    if identity.valid_curp:
        yield identity.valid_curp
    else:
        yield from _email_facts(identity, WITH_CURP)
    yield from _email_facts(identity, WITHOUT_CURP)


def _email_facts(identity: Identity, kind: str) -> Iterator[str]:
    if identity.email:
        yield f"{kind}|{identity.email}|{identity.name}"
        if identity.birth_date and looks_like_email(identity.email):
            yield f"{kind}|{identity.email}|{identity.birth_date}"


def _digest(salt: bytes, fact: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", fact.encode(), salt, PBKDF2_ROUNDS).hex()


def _salt(session: Session, call_id: int) -> bytes:
    """Returns the call's salt, created when it is first needed."""
    key = f"withheld-salt-{call_id}"
    setting = session.get(Setting, key)
    if setting is None:
        setting = Setting(key=key, value=secrets.token_hex(32))
        session.add(setting)
        session.flush()
    return bytes.fromhex(setting.value)


def _withheld_message(session: Session, spec: CallSpec, application: Application) -> str:
    folio = application.folio
    if application.withheld is Withheld.BLOCKED:
        query = select(BlockedRecord.blocked_at).where(BlockedRecord.application_id == application.id)
        day = spec.local(session.exec(query).one()).date()
        return (
            f"Los datos de esta persona ({folio}) se bloquearon el {day:%d/%m/%Y}: la fila no se tomó y nada "
            "de ella se guardó. Para tomarla, antes se desbloquean en Privacidad."
        )
    deleted = (
        select(DeletedItem.gone_at)
        .join(Deletion, col(Deletion.id) == col(DeletedItem.deletion_id))
        .where(Deletion.call_id == application.call_id, DeletedItem.kind == DeletedKind.APPLICATION)
        .where(DeletedItem.name == folio, col(DeletedItem.gone_at).is_not(None))
    )
    moment = session.exec(deleted.order_by(col(DeletedItem.id).desc())).first()
    on = f" el {spec.local(moment):%d/%m/%Y}" if moment else ""
    return (
        f"Los datos de esta persona ({folio}) se suprimieron{on}: la fila no se tomó y nada de ella se "
        "guardó. Quítela también de la tabla de origen."
    )
