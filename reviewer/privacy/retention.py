"""How long the data of those not selected is kept, and whose turn it is to be blocked and then deleted.

Working days in Mexico, in which the privacy laws count: neither weekends nor days of obligatory rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

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
    require_id,
)
from reviewer.privacy.sealed_record import rejected_rows

DECIDED_PHASES = (Phase.DECIDED, Phase.ARCHIVED)


@dataclass(frozen=True)
class DataAmounts:
    """So many of each; ``size`` in bytes, ``cells`` personal values (0 where they were not counted)."""

    applications: int = 0
    rows: int = 0
    documents: int = 0
    size: int = 0
    cells: int = 0


@dataclass(frozen=True)
class RetentionStatus:
    """Where a call stands. ``retention_end`` is None while no acta is signed.

    ``to_block`` is what blocking would take now, ``of_call`` all that is blocked, ``to_delete`` what of it
    may go today, ``on_hold`` what is kept by a reason or an open request; ``next_deletion_on`` the next day something
    may go, ``unfinished_deletion`` a deletion that was interrupted.
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
    """What is kept, blocked and due in a call."""
    require(viewer, Action.KEEP_PRIVACY)
    call = get_call(slug)
    today = today_of(call)
    with read_session() as session:
        deletable = deletable_conditions(session, call, today)
        of_call = col(BlockedRecord.call_id) == call.id
        return RetentionStatus(
            retention_end=retention_end(session, call),
            today=today,
            seated=len(seated_folios(session, call)),
            to_block=_amounts_to_block(session, call),
            blocked=_blocked_amounts(session, of_call),
            to_delete=_blocked_amounts(session, of_call, *deletable),
            on_hold=_count_records(session, of_call, BlockedRecord.delete_after <= today, ~and_(*deletable)),
            next_deletion_on=session.exec(
                select(func.min(BlockedRecord.delete_after)).where(
                    of_call, BlockedRecord.delete_after > today
                )
            ).one(),
            unfinished_deletion=unfinished_deletion(session, call),
        )


def retention_end(session: Session, call: Call) -> date | None:
    """The last day of the retention time, which begins with the acta that stands."""
    acta = acta_in_force(session, call)
    if acta is None or acta.signed_at is None:
        return None
    spec = spec_of(call)
    return spec.local(acta.signed_at).date() + timedelta(days=spec.decision.retention_days)


def today_of(call: Call) -> date:
    """The day in the call's zone."""
    return spec_of(call).local(clock.now()).date()


def seated_folios(session: Session, call: Call) -> set[str]:
    """Who has a seat, amendments included; nobody while no acta stands."""
    if acta_in_force(session, call) is None:
        return set()
    return {seat.folio for seat in seat_holders_of(session, call).seats}


def select_without_seat(call: Call, seated: set[str], *columns: Any) -> Any:
    """The query for the applications of those who have no seat, and are not blocked yet."""
    query = select(*columns) if columns else select(Application)
    return query.where(
        Application.call_id == call.id,
        col(Application.withheld).is_(None),
        col(Application.folio).not_in(seated),
        col(Application.superseded_by).not_in(seated),
    )


def deletable_conditions(session: Session, call: Call, today: date) -> tuple[Any, ...]:
    """The conditions on a blocked record under which it may be deleted."""
    requested_folios = _folios_with_open_requests(session, call)
    return (
        BlockedRecord.delete_after <= today,
        BlockedRecord.hold == "",
        or_(BlockedRecord.folio == "", col(BlockedRecord.folio).not_in(requested_folios)),
    )


def unfinished_deletion(session: Session, call: Call) -> str | None:
    """The deletion of this call that began and did not end."""
    query = select(Deletion.public_id).where(Deletion.call_id == call.id, col(Deletion.finished_at).is_(None))
    return session.exec(query).first()


def _folios_with_open_requests(session: Session, call: Call) -> Sequence[str]:
    """Folios with an open request: their data is not deleted under the hands of whoever answers it."""
    query = select(PrivacyRequest.folios).where(
        PrivacyRequest.call_id == call.id, col(PrivacyRequest.answered_on).is_(None)
    )
    return sorted({folio for folios in session.exec(query) for folio in folios})


def _amounts_to_block(session: Session, call: Call) -> DataAmounts:
    seated = seated_folios(session, call)
    without_seat = select_without_seat(call, seated, col(Application.id))
    applications = session.exec(select(func.count()).select_from(without_seat.subquery())).one()
    files = _file_amounts(
        session,
        select(Document.sha256, Document.size).where(
            col(Document.application_id).in_(without_seat), col(Document.refused).is_(None)
        ),
    )
    rows = session.exec(select(func.count()).select_from(rejected_rows(require_id(call)).subquery())).one()
    return DataAmounts(applications, rows, *files)


def _blocked_amounts(session: Session, *conditions: Any) -> DataAmounts:
    has_application = col(BlockedRecord.application_id).is_not(None)
    cells = session.exec(select(func.coalesce(func.sum(BlockedRecord.cells), 0)).where(*conditions)).one()
    files = _file_amounts(
        session,
        select(BlockedDocument.sha256, BlockedDocument.size)
        .join(BlockedRecord, col(BlockedRecord.id) == BlockedDocument.record_id)
        .where(*conditions, BlockedDocument.sha256 != ""),
    )
    return DataAmounts(
        applications=_count_records(session, *conditions, has_application),
        rows=_count_records(session, *conditions, ~has_application),
        documents=files[0],
        size=files[1],
        cells=int(cells),
    )


def _file_amounts(session: Session, query: Any) -> tuple[int, int]:
    """How many files a query of hashes and sizes names, each once, and their bytes."""
    distinct_files = query.distinct().subquery()
    count, size = session.exec(select(func.count(), func.coalesce(func.sum(distinct_files.c.size), 0))).one()
    return int(count), int(size)


def _count_records(session: Session, *conditions: Any) -> int:
    return session.exec(select(func.count(col(BlockedRecord.id))).where(*conditions)).one()


MONDAY = 0


def is_working_day(day: date) -> bool:
    """Whether it is neither a weekend nor a day of rest; an institution's own free days are not known."""
    return day.weekday() < 5 and day not in rest_days(day.year)


def add_working_days(day: date, count: int) -> date:
    """The day on which ``count`` working days have passed since ``day``, which itself does not count."""
    while count:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def rest_days(year: int) -> set[date]:
    """Ley Federal del Trabajo, article 74; election days fall on Sundays."""
    fixed = {date(year, 1, 1), date(year, 5, 1), date(year, 9, 16), date(year, 12, 25)}
    moved_to_monday = {_nth_monday(year, 2, 1), _nth_monday(year, 3, 3), _nth_monday(year, 11, 3)}
    handover = {date(year, 10, 1)} if (year - 2024) % 6 == 0 else set()
    return fixed | moved_to_monday | handover


def _nth_monday(year: int, month: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(MONDAY - first.weekday()) % 7 + 7 * (nth - 1))
