"""How long the data of applicants without a seat is kept, and what is due to be blocked and deleted.

The privacy laws count in working days: no weekends and no days of obligatory rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CompoundSelect, union
from sqlmodel import Session, and_, col, func, or_, select
from sqlmodel.sql.expression import Select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.decision.acta.signing import acta_in_force
from reviewer.decision.outcome.seat_holders import seat_holders_of
from reviewer.models import (
    Application,
    BlockedDocument,
    BlockedRecord,
    Call,
    Deletion,
    Document,
    Phase,
    PrivacyRequest,
    UnclaimedFile,
    require_id,
)
from reviewer.privacy.data_map import STORED_BLOCKED_DOCUMENT, STORED_DOCUMENT
from reviewer.privacy.sealed_record import rejected_rows, unclaimed_files_of

DECIDED_PHASES = (Phase.DECIDED, Phase.ARCHIVED)
MONDAY = 0


@dataclass(frozen=True)
class DataAmounts:
    """Amounts of personal data; ``size`` in bytes, ``cells`` personal values (0 if they were not counted)."""

    applications: int = 0
    rows: int = 0
    documents: int = 0
    size: int = 0
    cells: int = 0


@dataclass(frozen=True)
class RetentionStatus:
    """What is kept, blocked and due in a call. ``retention_end`` is None while no acta is signed.

    ``to_block`` is what ``block_due`` would block, ``blocked`` all that is blocked, ``to_delete`` what of it
    is due today, ``on_hold`` how many records a reason or an open request keeps, ``next_deletion_on`` the
    next day on which something is due, and ``unfinished_deletion`` the id of an interrupted deletion.
    """

    retention_end: date | None
    today: date
    seated: int
    to_block: DataAmounts
    blocked: DataAmounts
    to_delete: DataAmounts
    on_hold: int
    next_deletion_on: date | None
    unfinished_deletion: str | None

    @property
    def is_due(self) -> bool:
        """Whether the call's retention time is over."""
        return self.retention_end is not None and self.today > self.retention_end


@verb(Action.KEEP_PRIVACY)
def status(viewer: Actor, *, slug: str) -> RetentionStatus:
    """Returns what is kept, blocked and due in a call."""
    require(viewer, Action.KEEP_PRIVACY)
    call = get_call(slug)
    today = today_of(call)
    with read_session() as session:
        deletable = deletable_condition(session, call)
        of_call = col(BlockedRecord.call_id) == call.id
        return RetentionStatus(
            retention_end=retention_end(session, call),
            today=today,
            seated=len(seated_folios(session, call)),
            to_block=_amounts_to_block(session, call),
            blocked=_blocked_amounts(session, of_call),
            to_delete=_blocked_amounts(session, deletable),
            on_hold=_count_records(session, of_call, col(BlockedRecord.delete_after) <= today, ~deletable),
            next_deletion_on=session.exec(
                select(func.min(BlockedRecord.delete_after)).where(of_call, BlockedRecord.delete_after > today)
            ).one(),
            unfinished_deletion=unfinished_deletion(session, call),
        )


def retention_end(session: Session, call: Call) -> date | None:
    """Returns the last day of the retention time, which begins when the acta in force is signed."""
    acta = acta_in_force(session, call)
    if acta is None or acta.signed_at is None:
        return None
    spec = spec_of(call)
    return spec.local(acta.signed_at).date() + timedelta(days=spec.decision.retention_days)


def today_of(call: Call) -> date:
    """Returns today's date in the call's zone."""
    return spec_of(call).local(clock.now()).date()


def seated_folios(session: Session, call: Call) -> set[str]:
    """Returns the folios with a seat, amendments included; none while no acta is in force."""
    if acta_in_force(session, call) is None:
        return set()
    return {seat.folio for seat in seat_holders_of(session, call).seats}


def without_seat(call: Call, seated: set[str]) -> ColumnElement[bool]:
    """Returns the condition on ``Application`` of having no seat and not being withheld."""
    return and_(
        col(Application.call_id) == call.id,
        col(Application.withheld).is_(None),
        col(Application.folio).not_in(seated),
        col(Application.superseded_by).not_in(seated),
    )


def deletable_condition(session: Session, call: Call) -> ColumnElement[bool]:
    """Returns the condition on ``BlockedRecord`` of being due for deletion in this call."""
    requested_folios = _folios_with_open_requests(session, call)
    return and_(
        col(BlockedRecord.call_id) == call.id,
        col(BlockedRecord.delete_after) <= today_of(call),
        col(BlockedRecord.hold) == "",
        or_(col(BlockedRecord.folio) == "", col(BlockedRecord.folio).not_in(requested_folios)),
    )


def unfinished_deletion(session: Session, call: Call) -> str | None:
    """Returns the public id of the call's deletion that was interrupted."""
    query = select(Deletion.public_id).where(Deletion.call_id == call.id, col(Deletion.finished_at).is_(None))
    return session.exec(query).first()


def _folios_with_open_requests(session: Session, call: Call) -> Sequence[str]:
    """Returns the folios with an open request, whose data is kept until it is answered."""
    query = select(PrivacyRequest.folios).where(
        PrivacyRequest.call_id == call.id, col(PrivacyRequest.answered_on).is_(None)
    )
    return sorted({folio for folios in session.exec(query) for folio in folios})


def _amounts_to_block(session: Session, call: Call) -> DataAmounts:
    application_ids = select(col(Application.id)).where(without_seat(call, seated_folios(session, call)))
    applications = session.exec(select(func.count()).select_from(application_ids.subquery())).one()
    of_applications = select(Document.sha256, Document.size).where(
        col(Document.application_id).in_(application_ids), STORED_DOCUMENT
    )
    of_nobody = unclaimed_files_of(require_id(call)).with_only_columns(
        col(UnclaimedFile.sha256), col(UnclaimedFile.size)
    )
    files = _file_amounts(session, union(of_applications, of_nobody))
    rows = session.exec(select(func.count()).select_from(rejected_rows(require_id(call)).subquery())).one()
    return DataAmounts(applications, rows, *files)


def _blocked_amounts(session: Session, *conditions: ColumnElement[bool]) -> DataAmounts:
    has_application = col(BlockedRecord.application_id).is_not(None)
    is_row = and_(~has_application, ~col(BlockedRecord.is_of_files))
    cells = session.exec(select(func.coalesce(func.sum(BlockedRecord.cells), 0)).where(*conditions)).one()
    files = _file_amounts(
        session,
        select(BlockedDocument.sha256, BlockedDocument.size)
        .join(BlockedRecord, col(BlockedRecord.id) == BlockedDocument.record_id)
        .where(*conditions, STORED_BLOCKED_DOCUMENT)
        .distinct(),
    )
    return DataAmounts(
        applications=_count_records(session, *conditions, has_application),
        rows=_count_records(session, *conditions, is_row),
        documents=files[0],
        size=files[1],
        cells=int(cells),
    )


def _file_amounts(session: Session, distinct: Select[str, int] | CompoundSelect[Any]) -> tuple[int, int]:
    """Returns how many files a query of distinct hashes and sizes has, and their bytes."""
    files = distinct.subquery()
    count, size = session.exec(select(func.count(), func.coalesce(func.sum(files.c.size), 0))).one()
    return int(count), int(size)


def _count_records(session: Session, *conditions: ColumnElement[bool]) -> int:
    return session.exec(select(func.count(col(BlockedRecord.id))).where(*conditions)).one()


def is_working_day(day: date) -> bool:
    """Returns whether a day is neither on a weekend nor a day of rest (holidays of an institution aside)."""
    return day.weekday() < 5 and day not in rest_days(day.year)


def add_working_days(day: date, count: int) -> date:
    """Returns the ``count``-th working day after ``day``."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def rest_days(year: int) -> set[date]:
    """Returns the days of obligatory rest of a year (Ley Federal del Trabajo, article 74)."""
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 9, 16), date(year, 12, 25)}
    moved_to_monday = {_nth_monday(year, 2, 1), _nth_monday(year, 3, 3), _nth_monday(year, 11, 3)}
    handover = {date(year, 10, 1)} if (year - 2024) % 6 == 0 else set()
    return fixed | moved_to_monday | handover


def _nth_monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (nth - 1))
