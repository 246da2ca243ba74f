"""Where an application's personal data lies: the one list that blocking, export and deletion go by.

What decides and has to be explained later stays in its place: folio, status, scores, votes, places in the
selection, and the reasons given for them in the acta.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlmodel import Session, SQLModel, col, select

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
class Personal:
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
            whose = col(Application.id) if table is Application else col(table.application_id)
            query = select(whose, table).where(whose.in_(applications))
        else:
            joined, on = self.owner
            query = select(joined.application_id, table).join(joined, on)
            query = query.where(col(joined.application_id).in_(applications))
        yield from session.exec(query.order_by(*table.__table__.primary_key))  # type: ignore[misc]


def _emptied(*names: str, **others: Any) -> dict[str, Any]:
    return {**dict.fromkeys(names, ""), **others}


TABLES = (
    Personal(
        Application,
        _emptied(
            *("project_kind", "project_title", "genre", "synopsis", "preferred_venue", "digest"),
            submitted_at=None,
        ),
    ),
    Personal(
        Applicant,
        _emptied(
            *("surnames", "email", "phone", "curp", "gender", "place", "colonia", "postal_code"),
            *("schooling", "occupation"),
            first_names=BLOCKED_NAME,
            birth_date=None,
            alcaldia=None,
        ),
    ),
    Personal(SensitiveTraits, _emptied("indigenous", "afro_mexican", "disability")),
    # The row's digest stays: by it the same batch, taken in again, finds its row and leaves it alone.
    Personal(BatchRow, {"raw": {}, "files": []}),
    Personal(Finding, {"message": REMOVED_TEXT, "file": None}),
    Personal(Correction),
    Personal(ChangedValue),
    Personal(Screening, {"reason": REMOVED_TEXT}),
    Personal(ScreeningHold),
    Personal(Conflict, _emptied("statement")),
    Personal(ConflictSuggestion, _emptied("evidence")),
    Personal(PinnedNote, _emptied("text")),
    Personal(Flag, _emptied("words", "resolution")),
    Personal(CommitteeMessage, {"text": REMOVED_TEXT}),
    Personal(Note, _emptied("text"), (Review, col(Note.review_id) == Review.id)),
    Personal(SeatReply, _emptied("note")),
    Personal(PageTurn, owner=(Document, col(PageTurn.document_id) == Document.id)),
    Personal(Document),  # after what refers to it
)
"""In the order in which rows may go."""


def is_said(value: Any) -> bool:
    """Whether a cell tells anything."""
    return value not in (None, "", {}, [])
