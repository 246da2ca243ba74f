"""How long the data of those not selected is kept, and whose turn it is to be blocked and then deleted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import get_call, spec_of
from reviewer.database import reading
from reviewer.decision.acta.signing import in_force
from reviewer.decision.outcome.cohort import cohort_of
from reviewer.models import (
    Application,
    BlockedDocument,
    BlockedRecord,
    Call,
    Deletion,
    Document,
    Phase,
    PrivacyRequest,
)
from reviewer.privacy.sealing import rejected_rows

DECIDED = (Phase.DECIDED, Phase.ARCHIVED)


@dataclass(frozen=True)
class Pieces:
    """So many of each; ``size`` in bytes, ``cells`` personal values (0 where they were not counted)."""

    applications: int = 0
    rows: int = 0
    documents: int = 0
    size: int = 0
    cells: int = 0


@dataclass(frozen=True)
class Standing:
    """Where a call stands. ``keeps_until`` is None while no acta is signed.

    ``to_block`` is what blocking would take now, ``blocked`` all that is blocked, ``to_delete`` what of it
    may go today, ``waiting`` what is kept by a reason or an open request; ``next_on`` the next day something
    may go, ``unfinished`` a deletion that was interrupted.
    """

    keeps_until: date | None
    today: date
    kept: int
    to_block: Pieces
    blocked: Pieces
    to_delete: Pieces
    waiting: int
    next_on: date | None
    unfinished: str | None

    @property
    def is_due(self) -> bool:
        """Whether the call's retention time is over."""
        return self.keeps_until is not None and self.today > self.keeps_until


def standing(viewer: Actor, *, call: str) -> Standing:
    """What is kept, blocked and due in a call."""
    require(viewer, Action.KEEP_PRIVACY)
    found = get_call(call)
    today = today_of(found)
    with reading() as session:
        deletable = may_go(session, found, today)
        blocked = col(BlockedRecord.call_id) == found.id
        return Standing(
            keeps_until=keeps_until(session, found),
            today=today,
            kept=len(kept_folios(session, found)),
            to_block=_to_block(session, found),
            blocked=_blocked(session, blocked),
            to_delete=_blocked(session, blocked, *deletable),
            waiting=_count_of(session, blocked, BlockedRecord.delete_after <= today, ~and_(*deletable)),
            next_on=session.exec(
                select(func.min(BlockedRecord.delete_after)).where(
                    blocked, BlockedRecord.delete_after > today
                )
            ).one(),
            unfinished=unfinished(session, found),
        )


def keeps_until(session: Session, call: Call) -> date | None:
    """The last day of the retention time, which begins with the acta that stands."""
    acta = in_force(session, call)
    if acta is None or acta.signed_at is None:
        return None
    spec = spec_of(call)
    return spec.local(acta.signed_at).date() + timedelta(days=spec.decision.retention_days)


def today_of(call: Call) -> date:
    """The day in the call's zone."""
    return spec_of(call).local(clock.now()).date()


def kept_folios(session: Session, call: Call) -> set[str]:
    """Who has a seat, amendments included; nobody while no acta stands."""
    if in_force(session, call) is None:
        return set()
    return {each.folio for each in cohort_of(session, call).seats}


def not_selected(call: Call, kept: set[str], *columns: Any) -> Any:
    """The query for the applications of those who have no seat, and are not blocked yet."""
    query = select(*columns) if columns else select(Application)
    return query.where(
        Application.call_id == call.id,
        col(Application.withheld).is_(None),
        col(Application.folio).not_in(kept),
        col(Application.superseded_by).not_in(kept),
    )


def may_go(session: Session, call: Call, today: date) -> tuple[Any, ...]:
    """The conditions on a blocked record under which it may be deleted."""
    asked = _asked_about(session, call)
    return (
        BlockedRecord.delete_after <= today,
        BlockedRecord.hold == "",
        or_(BlockedRecord.folio == "", col(BlockedRecord.folio).not_in(asked)),
    )


def unfinished(session: Session, call: Call) -> str | None:
    """The deletion of this call that began and did not end."""
    query = select(Deletion.public_id).where(Deletion.call_id == call.id, col(Deletion.finished_at).is_(None))
    return session.exec(query).first()


def _asked_about(session: Session, call: Call) -> Sequence[str]:
    """Folios with an open request: their data is not deleted under the hands of whoever answers it."""
    query = select(PrivacyRequest.folios).where(
        PrivacyRequest.call_id == call.id, col(PrivacyRequest.answered_on).is_(None)
    )
    return sorted({folio for folios in session.exec(query) for folio in folios})


def _to_block(session: Session, call: Call) -> Pieces:
    kept = kept_folios(session, call)
    whose = not_selected(call, kept, col(Application.id))
    applications = session.exec(select(func.count()).select_from(whose.subquery())).one()
    papers = _files(
        session,
        select(Document.sha256, Document.size).where(
            col(Document.application_id).in_(whose), col(Document.refused).is_(None)
        ),
    )
    rows = session.exec(select(func.count()).select_from(rejected_rows(call.id or 0).subquery())).one()
    return Pieces(applications, rows, *papers)


def _blocked(session: Session, *conditions: Any) -> Pieces:
    of_people = col(BlockedRecord.application_id).is_not(None)
    cells = session.exec(select(func.coalesce(func.sum(BlockedRecord.cells), 0)).where(*conditions)).one()
    papers = _files(
        session,
        select(BlockedDocument.sha256, BlockedDocument.size)
        .join(BlockedRecord, col(BlockedRecord.id) == BlockedDocument.record_id)
        .where(*conditions, BlockedDocument.sha256 != ""),
    )
    return Pieces(
        applications=_count_of(session, *conditions, of_people),
        rows=_count_of(session, *conditions, ~of_people),
        documents=papers[0],
        size=papers[1],
        cells=int(cells),
    )


def _files(session: Session, query: Any) -> tuple[int, int]:
    """How many files a query of hashes and sizes names, each once, and their bytes."""
    once = query.distinct().subquery()
    count, size = session.exec(select(func.count(), func.coalesce(func.sum(once.c.size), 0))).one()
    return int(count), int(size)


def _count_of(session: Session, *conditions: Any) -> int:
    return session.exec(select(func.count(col(BlockedRecord.id))).where(*conditions)).one()
