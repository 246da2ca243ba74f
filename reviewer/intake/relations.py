"""What can only be seen with all of a call's applications side by side: shared addresses, shared documents.

Derived anew at the end of every import, so that it does not matter in what order rows and batches came.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, or_, select

from reviewer.intake.desk import Desk
from reviewer.intake.findings import Found, found
from reviewer.intake.store import judge
from reviewer.intake.writing import write_findings
from reviewer.models import Applicant, Application, BatchRow, Document, Finding

CODES = ("shared_contact", "same_document")
MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Holder:
    """Somebody who has an address or a document. ``person`` is the folio under which she stands."""

    application_id: int
    folio: str
    person: str
    kind: str = ""
    name: str = ""


def derive(session: Session, desk: Desk) -> list[tuple[int | None, Found]]:
    """Brings the findings of this module up to date, all over the call, and the eligibilities with them.

    Returns those of the desk's batch, each with its application.
    """
    wanted = _wanted(session, desk)
    kept: set[tuple[int, int | None, int | None, Found]] = set()
    touched: set[int] = set()
    for line in session.exec(_present(desk)):
        key = (line.batch_id, line.row, line.application_id, _found_of(line))
        if key in wanted and key not in kept:
            kept.add(key)
        else:
            touched.add(line.application_id or 0)
            session.delete(line)
    for batch_id, _, application_id, finding in sorted(wanted - kept, key=repr):
        touched.add(application_id or 0)
        write_findings(session, batch_id, [(finding, application_id)])
    session.flush()
    for application_id in sorted(touched):
        judge(session, session.get_one(Application, application_id), desk.spec)
    return [
        (application_id, each) for batch_id, _, application_id, each in wanted if batch_id == desk.batch_id
    ]


def _wanted(session: Session, desk: Desk) -> set[tuple[int, int | None, int | None, Found]]:
    """Each finding where it belongs: at the row that the application stands by, and at this batch's own."""
    found_in: dict[int, list[Found]] = defaultdict(list)
    for application_id, finding in (*_shared_contacts(session, desk), *_same_documents(session, desk)):
        found_in[application_id].append(finding)
    places = _places(session, desk, found_in)
    return {
        (batch_id, row, application_id, replace(finding, row=row))
        for batch_id, row, application_id in places
        for finding in found_in[application_id]
    }


def _places(session: Session, desk: Desk, found_in: Iterable[int]) -> set[tuple[int, int, int]]:
    wanted = set(found_in)
    standing = select(Application.batch_id, Application.row, Application.id).where(
        Application.call_id == desk.call_id
    )
    here = select(BatchRow.batch_id, BatchRow.row, BatchRow.application_id).where(
        BatchRow.batch_id == desk.batch_id
    )
    return {
        (batch, row, key)
        for query in (standing, here)
        for batch, row, key in session.exec(query)
        if key in wanted
    }


def _present(desk: Desk) -> Any:
    standing = (col(Application.batch_id) == col(Finding.batch_id)) & (
        col(Application.row) == col(Finding.row)
    )
    return (
        select(Finding)
        .join(Application, col(Application.id) == col(Finding.application_id))
        .where(Application.call_id == desk.call_id, col(Finding.code).in_(CODES))
        .where(or_(standing, col(Finding.batch_id) == desk.batch_id))
    )


def _found_of(line: Finding) -> Found:
    return replace(found(line.code, line.message, field=line.field, file=line.file), row=line.row)


def _shared_contacts(session: Session, desk: Desk) -> Iterator[tuple[int, Found]]:
    of_call = col(Applicant.call_id) == desk.call_id
    repeated = (
        select(Applicant.email)
        .where(of_call, Applicant.email != "")
        .group_by(Applicant.email)
        .having(func.count() > 1)
    )
    query = (
        select(Applicant.email, Application.id, Application.folio, Application.superseded_by)
        .join(Application, col(Application.id) == col(Applicant.application_id))
        .where(of_call, col(Applicant.email).in_(repeated))
    )
    holders: dict[str, list[_Holder]] = defaultdict(list)
    for email, key, folio, person in session.exec(query):
        holders[email].append(_Holder(key or 0, folio, person or folio))
    for email, group in holders.items():
        for holder, others in _with_others(group):
            message = f"El correo «{email}» es también de otra persona ({others})."
            yield holder.application_id, found("shared_contact", message, field="correo")


def _same_documents(session: Session, desk: Desk) -> Iterator[tuple[int, Found]]:
    def taken(*what: Any) -> Any:
        joined = sql_select(*what).join(Application, col(Application.id) == col(Document.application_id))
        return joined.where(col(Application.call_id) == desk.call_id, col(Document.refused).is_(None))

    several = func.count(func.distinct(Document.application_id)) > 1
    repeated = taken(Document.sha256).group_by(Document.sha256).having(several)
    whose = (Application.id, Application.folio, Application.superseded_by)
    query = taken(Document.sha256, *whose, Document.kind, Document.original_name)
    holders: dict[str, list[_Holder]] = defaultdict(list)
    for sha256, key, folio, person, kind, name in session.exec(
        query.where(col(Document.sha256).in_(repeated))
    ):
        holders[sha256].append(_Holder(key or 0, folio, person or folio, kind, name))
    for group in holders.values():
        for holder, others in _with_others(group):
            message = (
                f"«{holder.name}» es idéntico, byte por byte, a un documento de otra persona ({others})."
            )
            yield holder.application_id, found("same_document", message, field=holder.kind, file=holder.name)


def _with_others(group: list[_Holder]) -> Iterator[tuple[_Holder, str]]:
    """Each holder with the folios of the other people, for those where there are any."""
    people = sorted({holder.person for holder in group})
    more = f" y {len(people) - 1 - MOST_NAMED} más" if len(people) - 1 > MOST_NAMED else ""
    for holder in group if len(people) > 1 else ():
        others = [person for person in people[: MOST_NAMED + 1] if person != holder.person]
        yield holder, ", ".join(others[:MOST_NAMED]) + more
