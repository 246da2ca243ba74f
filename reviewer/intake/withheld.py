"""People whose data was blocked or deleted, known again when a batch brings them: by digests alone.

A digest is salted for its call and slow to make (PBKDF2), so that the list of them names nobody. Whoever
holds the database can still try out a CURP or an address that she has in mind: it is what the list is for.
"""

import hashlib
import secrets
from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, delete, select

from reviewer.calls import CallSpec
from reviewer.intake.applicant import Submission
from reviewer.intake.findings import Found, found
from reviewer.intake.people import Identity, identity, is_address
from reviewer.intake.recognition import identity_of
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
ROUNDS = 1000  # about a third of a millisecond for each of a row's up to five digests
WITH, WITHOUT = "con CURP", "sin CURP"


def mark(session: Session, people: Iterable[Applicant]) -> None:
    """Keeps the digests of people whose data is about to be taken out, in the caller's transaction."""
    for each in people:
        salt = _salt(session, each.call_id)
        who = identity(each.curp, each.email, f"{each.first_names} {each.surnames}", each.birth_date)
        session.add_all(
            WithheldMark(call_id=each.call_id, application_id=each.application_id, digest=digest)
            for digest in sorted({_digest(salt, fact) for fact in _facts(who)})
        )


def forget(session: Session, application_id: int) -> None:
    """Takes them away where the data is put back."""
    session.exec(delete(WithheldMark).where(col(WithheldMark.application_id) == application_id))


def met_again(
    session: Session, call_id: int, spec: CallSpec, submissions: Iterable[Submission]
) -> dict[int, Found]:
    """What is said of each row that brings one of these people, by the row's number."""
    query = select(WithheldMark.digest, WithheldMark.application_id).where(WithheldMark.call_id == call_id)
    known = dict(session.exec(query).all())
    if not known:
        return {}
    salt, said = _salt(session, call_id), {}
    for submission in submissions:
        digests = (_digest(salt, fact) for fact in _could_be(identity_of(submission)))
        key = next((known[each] for each in digests if each in known), None)
        if key is not None:
            words = _words(session, spec, session.get_one(Application, key))
            said[submission.row] = found(CODE, words, row=submission.row)
    return said


def _facts(who: Identity) -> Iterator[str]:
    """What tells a person among others, as ``same_person`` holds it: CURP; e-mail with name or birth date."""
    if who.valid_curp:
        yield who.valid_curp
    yield from _by_email(who, WITH if who.valid_curp else WITHOUT)


def _could_be(who: Identity) -> Iterator[str]:
    """The facts of those whom a row may bring: different valid CURPs tell people of one address apart."""
    if who.valid_curp:
        yield who.valid_curp
    else:
        yield from _by_email(who, WITH)
    yield from _by_email(who, WITHOUT)


def _by_email(who: Identity, kind: str) -> Iterator[str]:
    if who.email:
        yield f"{kind}|{who.email}|{who.name}"
        if who.birth_date and is_address(who.email):
            yield f"{kind}|{who.email}|{who.birth_date}"


def _digest(salt: bytes, fact: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", fact.encode(), salt, ROUNDS).hex()


def _salt(session: Session, call_id: int) -> bytes:
    """The call's own, made when it is first needed."""
    key = f"withheld-salt-{call_id}"
    kept = session.get(Setting, key)
    if kept is None:
        kept = Setting(key=key, value=secrets.token_hex(32))
        session.add(kept)
        session.flush()
    return bytes.fromhex(kept.value)


def _words(session: Session, spec: CallSpec, application: Application) -> str:
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
