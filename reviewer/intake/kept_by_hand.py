"""What was set right by hand stands over a later batch, until its source says something new there.

A source that repeats what was corrected has not heard of it; one that says something else is newer, and a
person has to look. Neither happens in silence.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlmodel import Session, select

from reviewer.intake import cells as cells_of
from reviewer.intake.checks import OF_CELLS
from reviewer.intake.desk import Desk
from reviewer.intake.documents import Claim, Received
from reviewer.intake.findings import Found, found
from reviewer.intake.ready import Ready, accepted, received_before
from reviewer.intake.source import Entry
from reviewer.intake.text import one_line
from reviewer.intake.writing import documents_of
from reviewer.models import Application, Batch, BatchRow, Correction

KEPT, OVERRULED = "correction_kept", "correction_overruled"
CODES = frozenset((KEPT, OVERRULED))


def as_corrected(session: Session, desk: Desk, ready: Ready, application: Application) -> Ready:
    """A row that renews an application, with what was corrected there by hand as far as it still stands.

    Its digest stays the row's own. Corrections that the row overrules are forgotten.
    """
    return _with_cells(session, desk, _with_documents(session, desk, ready, application), application)


def _with_cells(session: Session, desk: Desk, ready: Ready, application: Application) -> Ready:
    query = select(Correction).where(Correction.application_id == application.id)
    corrections = session.exec(query.order_by(Correction.field)).all()
    if not corrections or ready.placed is None:
        return ready
    before, now = _row_before(session, application), desk.read(ready)
    standing = {
        each.field: each.value
        for each in corrections
        if each.field not in now or _same(now[each.field], before.get(each.field, ""))
    }
    submission = cells_of.submission_of({**now, **standing}, ready.row, desk.spec)
    if not submission.can_be_stored:
        standing, submission = {}, ready.placed.submission
    said = [*_said_of_cells(corrections, standing, now, ready.row), *submission.findings]
    for each in corrections:
        if each.field not in standing:
            session.delete(each)
    others = (each for each in ready.found if each.code not in OF_CELLS)
    merged = replace(submission, folio=ready.placed.submission.folio)
    return replace(ready, found=(*said, *others), placed=replace(ready.placed, submission=merged))


def _said_of_cells(
    corrections: Sequence[Correction], standing: Mapping[str, str], now: Mapping[str, str], row: int
) -> list[Found]:
    said = []
    for each in corrections:
        came = now.get(each.field, each.value)  # a table without the column says nothing of it
        if _same(came, each.value):
            continue
        if each.field in standing:
            again = f"repite «{came}»" if came else "sigue sin decirlo"
            message = f"Se conserva lo corregido a mano («{each.value}»): el lote {again}."
            said.append(found(KEPT, message, field=each.field, row=row))
        else:
            message = (
                f"El lote trae «{came}» donde a mano se había corregido «{each.value}»: vale lo del lote."
            )
            said.append(found(OVERRULED, message, field=each.field, row=row))
    return said


def _row_before(session: Session, application: Application) -> dict[str, str]:
    query = select(Batch, BatchRow).where(
        Batch.id == application.batch_id, BatchRow.batch_id == Batch.id, BatchRow.row == application.row
    )
    line = session.exec(query).first()
    return cells_of.of_row(session, *line) if line else {}


def _same(one: str, other: str) -> bool:
    return one_line(one).casefold() == one_line(other).casefold()


def _with_documents(session: Session, desk: Desk, ready: Ready, application: Application) -> Ready:
    by_hand = [each for each in documents_of(session, application.id) if each.replaced is not None]
    if not by_hand or ready.placed is None:
        return ready
    claims, received, notes = list(ready.claims), list(ready.received), []
    for document in by_hand:
        place = _places(received).get((document.kind, document.position))
        ours = received_before(document)
        claim = Claim(document.kind, document.original_name, Entry(ours.path, ours.size))
        if place is None:
            claims.append(claim)
            received.append(ours)
        elif received[place].sha256 == document.replaced:
            claims = [claim if _is_of(each, received[place]) else each for each in claims]
            received[place] = ours
        elif received[place].sha256 != document.sha256:
            name = received[place].name
            message = f"El lote trae «{name}» donde a mano se había puesto «{ours.name}»: vale lo del lote."
            notes.append(found(OVERRULED, message, field=document.kind, file=name, row=ready.row))
    kinds = desk.spec.documents
    said = [each for each in ready.found if each.field not in {kind.key for kind in kinds}]
    again = accepted(ready.placed, ready.raw, [*said, *notes], claims, received, kinds)
    return replace(again, digest=ready.digest)


def _places(received: Sequence[Received]) -> dict[tuple[str, int], int]:
    """Which of them is which kind's which document."""
    counts: dict[str, int] = defaultdict(int)
    places = {}
    for index, each in enumerate(received):
        places[each.kind, counts[each.kind]] = index
        counts[each.kind] += 1
    return places


def _is_of(claim: Claim, file: Received) -> bool:
    return claim.entry is not None and (claim.kind, claim.entry.path) == (file.kind, file.path)
