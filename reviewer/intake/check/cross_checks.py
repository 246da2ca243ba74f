"""Findings that take more than a row to see: e-mails and documents that people share, and sent reviews.

They are derived anew at the end of every import, so that the order of rows and batches does not matter.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select as columns
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.call.reviewed_documents import REVIEWED_BEFORE, changed_kinds
from reviewer.intake.check.duplicates import duplicate_pairs
from reviewer.intake.check.findings import CheckFinding, make_finding
from reviewer.intake.store.import_context import ImportContext
from reviewer.intake.store.table_writer import read_finding, write_findings
from reviewer.intake.store.upsert import judge
from reviewer.models import Applicant, Application, BatchRow, Document, Finding

CODES = ("shared_contact", "possible_duplicate", "same_document", REVIEWED_BEFORE)
MOST_FOLIOS_NAMED = 3
_PlacedFinding = tuple[int, int | None, int | None, CheckFinding]  # with batch, row and application


@dataclass(frozen=True, slots=True)
class _Holder:
    """An application with an address or a document; ``person_folio`` is of its person's current one."""

    application_id: int
    person_folio: str
    kind: str = ""
    name: str = ""


def refresh_findings(session: Session, context: ImportContext) -> list[tuple[int | None, CheckFinding]]:
    """Updates these findings in the whole call, and the eligibilities that depend on them.

    Returns those of the context's batch, each with its application's id.
    """
    expected = _expected_findings(session, context)
    unchanged: set[_PlacedFinding] = set()
    changed_applications: set[int | None] = set()
    for line in session.exec(_stored_findings_query(context)):
        key = (line.batch_id, line.row, line.application_id, read_finding(line))
        if key in expected and key not in unchanged:
            unchanged.add(key)
        else:
            changed_applications.add(line.application_id)
            session.delete(line)
    for batch_id, _, application_id, finding in sorted(expected - unchanged, key=repr):
        changed_applications.add(application_id)
        write_findings(session, batch_id, [(finding, application_id)])
    session.flush()
    changed = select(Application).where(col(Application.id).in_(changed_applications))
    for application in session.exec(changed.order_by(col(Application.id))).all():
        judge(session, application, context.spec)
    return [(key, finding) for batch_id, _, key, finding in expected if batch_id == context.batch_id]


def _expected_findings(session: Session, context: ImportContext) -> set[_PlacedFinding]:
    """Returns each finding with its batch, row and application: for current rows and this batch's own."""
    findings: dict[int, list[CheckFinding]] = defaultdict(list)
    checks = (_shared_contacts, _possible_duplicates, _same_documents, _changed_documents)
    for application_id, finding in (pair for check in checks for pair in check(session, context)):
        findings[application_id].append(finding)
    return {
        (batch_id, row, application_id, replace(finding, row=row))
        for batch_id, row, application_id in _batch_rows(session, context, findings)
        for finding in findings[application_id]
    }


def _batch_rows(session: Session, context: ImportContext, application_ids: Container[int]) -> set[tuple[int, int, int]]:
    """Returns batch, row and application of these applications' own rows, and of this batch's."""
    own = select(Application.batch_id, Application.row, Application.id)
    in_batch = select(BatchRow.batch_id, BatchRow.row, BatchRow.application_id)
    rows = (
        *session.exec(own.where(Application.call_id == context.call_id)),
        *session.exec(in_batch.where(BatchRow.batch_id == context.batch_id)),
    )
    return {(batch, row, key) for batch, row, key in rows if key is not None and key in application_ids}


def _stored_findings_query(context: ImportContext) -> SelectOfScalar[Finding]:
    of_own_row = (col(Application.batch_id) == Finding.batch_id) & (col(Application.row) == Finding.row)
    return (
        select(Finding)
        .join(Application, col(Application.id) == col(Finding.application_id))
        .where(Application.call_id == context.call_id, col(Finding.code).in_(CODES))
        .where(col(Application.withheld).is_(None))  # those of blocked data come back with it
        .where(or_(of_own_row, col(Finding.batch_id) == context.batch_id))
    )


def _shared_contacts(session: Session, context: ImportContext) -> Iterator[tuple[int, CheckFinding]]:
    of_call = (col(Applicant.call_id) == context.call_id, col(Applicant.email) != "")
    emails = select(Applicant.email).where(*of_call).group_by(Applicant.email).having(func.count() > 1)
    query = (
        select(Applicant.email, Application.folio, Application.superseded_by, Applicant.application_id)
        .join(Application, col(Application.id) == col(Applicant.application_id))
        .where(*of_call, col(Applicant.email).in_(emails))
    )
    holders: dict[str, list[_Holder]] = defaultdict(list)
    for email, folio, person_folio, key in session.exec(query):
        holders[email].append(_Holder(key, person_folio or folio))
    for email, group in holders.items():
        for holder, other_folios in _with_other_folios(group):
            message = f"El correo «{email}» es también de otra persona ({other_folios})."
            yield holder.application_id, make_finding("shared_contact", message, field="correo")


def _possible_duplicates(session: Session, context: ImportContext) -> Iterator[tuple[int, CheckFinding]]:
    """Yields those who may be the same person as others under another e-mail, unless somebody kept them apart."""
    others: dict[int, set[str]] = defaultdict(set)
    for one, other in duplicate_pairs(session, context.call_id):
        others[one.application_id].add(other.folio)
        others[other.application_id].add(one.folio)
    for key, folios in others.items():
        shared = "tienen el mismo nombre, y la misma fecha de nacimiento o el mismo teléfono"
        message = f"Puede ser la misma persona que {_join_folios(sorted(folios), len(folios))}: {shared}."
        yield key, make_finding("possible_duplicate", message)


def _join_folios(folios: Sequence[str], count: int) -> str:
    """Returns the first of ``count`` folios, of which ``folios`` may be only the beginning."""
    more = count - MOST_FOLIOS_NAMED
    return ", ".join(folios[:MOST_FOLIOS_NAMED]) + (f" y {more} más" if more > 0 else "")


def _same_documents(session: Session, context: ImportContext) -> Iterator[tuple[int, CheckFinding]]:
    of_call = (col(Application.call_id) == context.call_id, col(Document.refused).is_(None))
    join = (Application, col(Application.id) == col(Document.application_id))
    has_several_owners = func.count(func.distinct(Document.application_id)) > 1
    hashes = select(Document.sha256).join(*join).where(*of_call).group_by(Document.sha256)
    facts: tuple[Any, ...] = (
        *(Application.folio, Application.superseded_by),
        *(Document.application_id, Document.kind, Document.original_name),
    )
    query = columns(col(Document.sha256), *facts).join(*join)
    shared = col(Document.sha256).in_(hashes.having(has_several_owners))
    holders: dict[str, list[_Holder]] = defaultdict(list)
    for sha256, folio, person_folio, key, kind, name in session.execute(query.where(*of_call, shared)):
        holders[sha256].append(_Holder(key, person_folio or folio, kind, name))
    for group in holders.values():
        for holder, other_folios in _with_other_folios(group):
            other = f"a un documento de otra persona ({other_folios})"
            message = f"«{holder.name}» es idéntico, byte por byte, {other}."
            finding = make_finding("same_document", message, field=holder.kind, file=holder.name)
            yield holder.application_id, finding


def _changed_documents(session: Session, context: ImportContext) -> Iterator[tuple[int, CheckFinding]]:
    """Yields the documents that changed after reviews of them were sent."""
    labels = {kind.key: kind.label for kind in context.spec.documents}
    changed = changed_kinds(session, context.spec, col(Application.call_id) == context.call_id)
    for application_id, reviews_by_kind in changed.items():
        for kind, reviews in reviews_by_kind.items():
            sent = "se envió un dictamen" if len(reviews) == 1 else f"se enviaron {len(reviews)} dictámenes"
            message = f"«{labels.get(kind, kind)}» cambió después de que {sent}: leyeron otro archivo."
            yield application_id, make_finding(REVIEWED_BEFORE, message, field=kind)


def _with_other_folios(group: Iterable[_Holder]) -> Iterator[tuple[_Holder, str]]:
    """Yields each holder with the folios of the other people, where there are any."""
    people = sorted({holder.person_folio for holder in group})
    for holder in group if len(people) > 1 else ():
        others = [folio for folio in people[: MOST_FOLIOS_NAMED + 1] if folio != holder.person_folio]
        yield holder, _join_folios(others, len(people) - 1)
