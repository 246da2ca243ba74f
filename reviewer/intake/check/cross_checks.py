"""What can only be seen with all of a call's applications side by side: shared addresses, shared documents.

Derived anew at the end of every import, so that it does not matter in what order rows and batches came.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, func, or_, select

from reviewer.intake.check.findings import CheckFinding, make_finding
from reviewer.intake.store.import_context import ImportContext
from reviewer.intake.store.table_writer import write_findings
from reviewer.intake.store.upsert import judge
from reviewer.models import Applicant, Application, BatchRow, Document, Finding

CODES = ("shared_contact", "same_document")
MOST_FOLIOS_NAMED = 3


@dataclass(frozen=True, slots=True)
class _Holder:
    """Somebody who has an address or a document. ``person_folio`` is the folio under which she stands."""

    application_id: int
    folio: str
    person_folio: str
    kind: str = ""
    name: str = ""


def refresh_findings(session: Session, context: ImportContext) -> list[tuple[int | None, CheckFinding]]:
    """Brings the findings of this module up to date, all over the call, and the eligibilities with them.

    Returns those of the desk's batch, each with its application.
    """
    expected = _expected_findings(session, context)
    unchanged: set[tuple[int, int | None, int | None, CheckFinding]] = set()
    changed_applications: set[int] = set()
    for line in session.exec(_stored_findings_query(context)):
        key = (line.batch_id, line.row, line.application_id, _check_finding(line))
        if key in expected and key not in unchanged:
            unchanged.add(key)
        else:
            changed_applications.add(line.application_id or 0)
            session.delete(line)
    for batch_id, _, application_id, finding in sorted(expected - unchanged, key=repr):
        changed_applications.add(application_id or 0)
        write_findings(session, batch_id, [(finding, application_id)])
    session.flush()
    for application_id in sorted(changed_applications):
        judge(session, session.get_one(Application, application_id), context.spec)
    return [
        (application_id, finding)
        for batch_id, _, application_id, finding in expected
        if batch_id == context.batch_id
    ]


def _expected_findings(
    session: Session, context: ImportContext
) -> set[tuple[int, int | None, int | None, CheckFinding]]:
    """Each finding where it belongs: at the row that the application stands by, and at this batch's own."""
    findings_by_application: dict[int, list[CheckFinding]] = defaultdict(list)
    for application_id, finding in (*_shared_contacts(session, context), *_same_documents(session, context)):
        findings_by_application[application_id].append(finding)
    places = _batch_rows(session, context, findings_by_application)
    return {
        (batch_id, row, application_id, replace(finding, row=row))
        for batch_id, row, application_id in places
        for finding in findings_by_application[application_id]
    }


def _batch_rows(
    session: Session, context: ImportContext, applications: Iterable[int]
) -> set[tuple[int, int, int]]:
    application_ids = set(applications)
    standing = select(Application.batch_id, Application.row, Application.id).where(
        Application.call_id == context.call_id
    )
    in_batch = select(BatchRow.batch_id, BatchRow.row, BatchRow.application_id).where(
        BatchRow.batch_id == context.batch_id
    )
    return {
        (batch, row, key)
        for query in (standing, in_batch)
        for batch, row, key in session.exec(query)
        if key in application_ids
    }


def _stored_findings_query(context: ImportContext) -> Any:
    standing = (col(Application.batch_id) == col(Finding.batch_id)) & (
        col(Application.row) == col(Finding.row)
    )
    return (
        select(Finding)
        .join(Application, col(Application.id) == col(Finding.application_id))
        .where(Application.call_id == context.call_id, col(Finding.code).in_(CODES))
        .where(or_(standing, col(Finding.batch_id) == context.batch_id))
    )


def _check_finding(line: Finding) -> CheckFinding:
    return replace(make_finding(line.code, line.message, field=line.field, file=line.file), row=line.row)


def _shared_contacts(session: Session, context: ImportContext) -> Iterator[tuple[int, CheckFinding]]:
    of_call = col(Applicant.call_id) == context.call_id
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
    for email, key, folio, person_folio in session.exec(query):
        holders[email].append(_Holder(key or 0, folio, person_folio or folio))
    for email, group in holders.items():
        for holder, other_folios in _with_other_folios(group):
            message = f"El correo «{email}» es también de otra persona ({other_folios})."
            yield holder.application_id, make_finding("shared_contact", message, field="correo")


def _same_documents(session: Session, context: ImportContext) -> Iterator[tuple[int, CheckFinding]]:
    def accepted_documents(*what: Any) -> Any:
        query = sql_select(*what).join(Application, col(Application.id) == col(Document.application_id))
        return query.where(col(Application.call_id) == context.call_id, col(Document.refused).is_(None))

    has_several_owners = func.count(func.distinct(Document.application_id)) > 1
    repeated = accepted_documents(Document.sha256).group_by(Document.sha256).having(has_several_owners)
    owner_columns = (Application.id, Application.folio, Application.superseded_by)
    query = accepted_documents(Document.sha256, *owner_columns, Document.kind, Document.original_name)
    holders: dict[str, list[_Holder]] = defaultdict(list)
    for sha256, key, folio, person_folio, kind, name in session.exec(
        query.where(col(Document.sha256).in_(repeated))
    ):
        holders[sha256].append(_Holder(key or 0, folio, person_folio or folio, kind, name))
    for group in holders.values():
        for holder, other_folios in _with_other_folios(group):
            message = f"«{holder.name}» es idéntico, byte por byte, a un documento de otra persona ({other_folios})."
            yield (
                holder.application_id,
                make_finding("same_document", message, field=holder.kind, file=holder.name),
            )


def _with_other_folios(group: list[_Holder]) -> Iterator[tuple[_Holder, str]]:
    """Each holder with the folios of the other people, for those where there are any."""
    people = sorted({holder.person_folio for holder in group})
    remainder = f" y {len(people) - 1 - MOST_FOLIOS_NAMED} más" if len(people) - 1 > MOST_FOLIOS_NAMED else ""
    for holder in group if len(people) > 1 else ():
        other_folios = [
            person_folio
            for person_folio in people[: MOST_FOLIOS_NAMED + 1]
            if person_folio != holder.person_folio
        ]
        yield holder, ", ".join(other_folios[:MOST_FOLIOS_NAMED]) + remainder
