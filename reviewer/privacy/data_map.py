"""Where an application's personal data is stored: the list that blocking, export and deletion use.

What explains the decision is not in it and stays: folio, status, scores, votes, places in the selection, and
the reasons that the acta gives for them.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, SQLModel, col, or_, select

from reviewer.demographics.questions import Store, stored_columns
from reviewer.models import (
    Applicant,
    Application,
    BatchRow,
    BlockedDocument,
    BlockedRecord,
    Call,
    ChangedValue,
    CommitteeMessage,
    Conflict,
    ConflictSuggestion,
    Correction,
    Document,
    DocumentView,
    DuplicateDecision,
    Finding,
    Flag,
    ManualCover,
    Note,
    PinnedNote,
    Review,
    ReviewedDocument,
    Screening,
    ScreeningHold,
    SeatReply,
    SensitiveTraits,
    UnclaimedFile,
    Withheld,
)
from reviewer.models.scopes import CURRENT_APPLICATION, STORED_UNCLAIMED_FILE

STATE_LABELS = {None: "vigentes", Withheld.BLOCKED: "bloqueados", Withheld.DELETED: "suprimidos"}
BLOCKED_NAME, DELETED_NAME = "(datos bloqueados)", "(datos suprimidos)"
REMOVED_TEXT = "(dato retirado)"


@dataclass(frozen=True)
class PersonalTable:
    """A table with personal data.

    ``blank`` holds the values that replace personal ones; if it is empty, rows are deleted. ``owner`` is the
    table that names the application, and how to join it, where this table does not.
    """

    model: type[SQLModel]
    blank: Mapping[str, Any] = field(default_factory=dict)
    owner: Any = None

    @property
    def name(self) -> str:
        """The table's name."""
        return str(self.model.__tablename__)

    def rows(self, session: Session, applications: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """Yields the rows of these applications, each with its application's id."""
        table: Any = self.model
        if self.owner is None:
            application_id = col(Application.id) if table is Application else col(table.application_id)
            query = select(application_id, table).where(application_id.in_(applications))
        else:
            owner_model, condition = self.owner
            query = select(owner_model.application_id, table).join(owner_model, condition)
            query = query.where(col(owner_model.application_id).in_(applications))
        yield from session.exec(query.order_by(*table.__table__.primary_key))  # type: ignore[misc]


def _blank_values(*names: str) -> dict[str, Any]:
    return dict.fromkeys(names, "")


def _blank_answers(store: Store, **others: Any) -> dict[str, Any]:
    return {**_blank_values(*stored_columns(store)), **others}


TABLES = (
    PersonalTable(Application, _blank_answers(Store.APPLICATION, digest="", submitted_at=None, privacy_consent=None)),
    PersonalTable(Applicant, _blank_answers(Store.APPLICANT, first_names=BLOCKED_NAME, birth_date=None, alcaldia=None)),
    PersonalTable(SensitiveTraits, _blank_answers(Store.SENSITIVE)),
    # The row's digest stays: a repeated import of the same batch recognises the row by it.
    PersonalTable(BatchRow, {"raw": {}, "files": []}),
    PersonalTable(Finding, {"message": REMOVED_TEXT, "file": None}),
    PersonalTable(Correction),
    PersonalTable(ChangedValue),
    PersonalTable(Screening, {"reason": REMOVED_TEXT}),
    PersonalTable(DuplicateDecision, {"reason": REMOVED_TEXT}),
    PersonalTable(ScreeningHold),
    PersonalTable(Conflict, _blank_values("statement")),
    PersonalTable(ConflictSuggestion, _blank_values("evidence")),
    PersonalTable(PinnedNote, _blank_values("text")),
    PersonalTable(Flag, _blank_values("words", "resolution")),
    PersonalTable(ManualCover, _blank_values("term")),
    PersonalTable(CommitteeMessage, {"text": REMOVED_TEXT}),
    PersonalTable(Note, _blank_values("text"), (Review, col(Note.review_id) == Review.id)),
    PersonalTable(ReviewedDocument, owner=(Review, col(ReviewedDocument.review_id) == Review.id)),
    PersonalTable(SeatReply, _blank_values("note")),
    PersonalTable(DocumentView, owner=(Document, col(DocumentView.document_id) == Document.id)),
    PersonalTable(UnclaimedFile, {"path": "", "undo": {}}),
    PersonalTable(Document),  # after the tables that refer to it
)
"""In the order in which rows may be deleted."""


def is_filled(value: Any) -> bool:
    """Returns whether a cell holds a value."""
    return value not in (None, "", {}, [])


STORED_DOCUMENT: ColumnElement[bool] = col(Document.refused).is_(None)
"""A current document whose file is in the store."""
STORED_BLOCKED_DOCUMENT: ColumnElement[bool] = col(BlockedDocument.sha256) != ""
"""A blocked document whose file is in the store."""


def document_hashes(
    session: Session,
    among: Collection[str] | None = None,
    *,
    except_records: ColumnElement[bool] | None = None,
) -> set[str]:
    """Returns the hashes of current and blocked documents, of those that sent reviews read, and of unclaimed files.

    ``among`` limits them to these hashes; ``except_records`` is a condition on records that are left out.
    """
    current = select(Document.sha256).where(STORED_DOCUMENT)
    reviewed = select(ReviewedDocument.sha256)
    unclaimed = select(UnclaimedFile.sha256).where(STORED_UNCLAIMED_FILE)
    blocked = select(BlockedDocument.sha256).where(STORED_BLOCKED_DOCUMENT)
    if among is not None:
        reviewed = reviewed.where(col(ReviewedDocument.sha256).in_(among))
        current = current.where(col(Document.sha256).in_(among))
        unclaimed = unclaimed.where(col(UnclaimedFile.sha256).in_(among))
        blocked = blocked.where(col(BlockedDocument.sha256).in_(among))
    if except_records is not None:
        record_ids = select(BlockedRecord.id).where(except_records)
        blocked = blocked.where(col(BlockedDocument.record_id).not_in(record_ids))
    return {sha256 for query in (current, reviewed, blocked, unclaimed) for sha256 in session.exec(query)}


def applications_of(session: Session, call: Call, folio: str) -> list[Application]:
    """Returns the current application of a folio and those that it superseded, in this order."""
    query = select(Application).where(
        Application.call_id == call.id,
        or_((col(Application.folio) == folio) & CURRENT_APPLICATION, col(Application.superseded_by) == folio),
    )
    return list(session.exec(query.order_by(col(Application.status), col(Application.id)))) if folio else []
