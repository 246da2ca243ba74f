"""Where an application's personal data lies: the one list that blocking, export and deletion go by.

What decides and has to be explained later stays in its place: folio, status, scores, votes, places in the
selection, and the reasons given for them in the acta.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from reviewer.demographics.questions import Store, stored_columns
from reviewer.models import (
    Applicant,
    Application,
    BatchRow,
    ChangedValue,
    CommitteeMessage,
    Conflict,
    ConflictSuggestion,
    Correction,
    Document,
    Finding,
    Flag,
    Note,
    PageTurn,
    PinnedNote,
    Review,
    Screening,
    ScreeningHold,
    SeatReply,
    SensitiveTraits,
)

BLOCKED_NAME, DELETED_NAME = "(datos bloqueados)", "(datos suprimidos)"
REMOVED_TEXT = "(dato retirado)"


@dataclass(frozen=True)
class PersonalTable:
    """A table with personal data: ``blank`` is what its columns hold once the data is taken out.

    Without it the row itself goes. ``owner`` leads to the application where the table does not name it.
    """

    model: type[SQLModel]
    blank: Mapping[str, Any] = field(default_factory=dict)
    owner: Any = None

    @property
    def name(self) -> str:
        """The table's."""
        return str(self.model.__tablename__)

    def rows(self, session: Session, applications: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """The rows of these applications, each with its application's number."""
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
    PersonalTable(Application, _blank_answers(Store.APPLICATION, digest="", submitted_at=None)),
    PersonalTable(
        Applicant, _blank_answers(Store.APPLICANT, first_names=BLOCKED_NAME, birth_date=None, alcaldia=None)
    ),
    PersonalTable(SensitiveTraits, _blank_answers(Store.SENSITIVE)),
    # The row's digest stays: by it the same batch, taken in again, finds its row and leaves it alone.
    PersonalTable(BatchRow, {"raw": {}, "files": []}),
    PersonalTable(Finding, {"message": REMOVED_TEXT, "file": None}),
    PersonalTable(Correction),
    PersonalTable(ChangedValue),
    PersonalTable(Screening, {"reason": REMOVED_TEXT}),
    PersonalTable(ScreeningHold),
    PersonalTable(Conflict, _blank_values("statement")),
    PersonalTable(ConflictSuggestion, _blank_values("evidence")),
    PersonalTable(PinnedNote, _blank_values("text")),
    PersonalTable(Flag, _blank_values("words", "resolution")),
    PersonalTable(CommitteeMessage, {"text": REMOVED_TEXT}),
    PersonalTable(Note, _blank_values("text"), (Review, col(Note.review_id) == Review.id)),
    PersonalTable(SeatReply, _blank_values("note")),
    PersonalTable(PageTurn, owner=(Document, col(PageTurn.document_id) == Document.id)),
    PersonalTable(Document),  # after what refers to it
)
"""In the order in which rows may go."""


def is_filled(value: Any) -> bool:
    """Whether a cell tells anything."""
    return value not in (None, "", {}, [])
