"""How a person last saw a document: turned pages, size and place. These are views, so they are not audited."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.core.errors import UserError
from reviewer.models import Document, DocumentView
from reviewer.models.reading import COORDINATE_SCALE

ROTATIONS = (0, 90, 180, 270)
MOST_ZOOM = 400
Fit = Literal["width", "page", ""]


@dataclass(frozen=True)
class View:
    """See ``DocumentView``; ``seen_at`` is None for a document that the person has not seen.

    ``page_rotations`` come on top of ``rotation``, by the page's number as text.
    """

    rotation: int = 0
    page_rotations: Mapping[str, int] = field(default_factory=dict)
    page: int = 1
    top: int = 0
    zoom: int = 100
    fit: Fit = "width"
    seen_at: datetime | None = None


def check_view(view: View, *, pages: int) -> None:
    """Raises UserError for a view that a document of this number of pages cannot have."""
    if not {view.rotation, *view.page_rotations.values()} <= set(ROTATIONS):
        raise UserError("Una página se gira de 90 en 90 grados.")
    numbers = {str(number) for number in range(1, pages + 1)}
    is_place = 1 <= view.page <= pages and 0 <= view.top <= COORDINATE_SCALE
    if not (is_place and numbers.issuperset(view.page_rotations) and 0 < view.zoom <= MOST_ZOOM):
        raise UserError("El documento no tiene ese lugar.")


def store_view(session: Session, actor: Actor, document_id: int, view: View) -> None:
    """Stores a view of a document in the caller's transaction."""
    columns = asdict(view)
    del columns["seen_at"]
    session.merge(DocumentView(document_id=document_id, person_id=actor.require_person_id(), **columns))


def views_of(session: Session, viewer: Actor, documents: Sequence[Document]) -> dict[int | None, View]:
    """Returns how this person last saw documents, by their ids."""
    query = select(DocumentView).where(
        DocumentView.person_id == viewer.person_id,
        col(DocumentView.document_id).in_([document.id for document in documents]),
    )
    return {row.document_id: _to_view(row) for row in session.exec(query)}


def _to_view(row: DocumentView) -> View:
    fit: Fit = "width" if row.fit == "width" else "page" if row.fit == "page" else ""
    return View(row.rotation, row.page_rotations, row.page, row.top, row.zoom, fit, row.seen_at)
