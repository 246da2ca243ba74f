"""What persons cover for a blind jury besides what the system does, as it is in force now."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlmodel import Session, col, select

from reviewer.blinding.redaction import quote_phrase
from reviewer.models import ManualCover
from reviewer.models.reading import COORDINATE_SCALE

PageBox = tuple[int, float, float, float, float]
"""A page (from 1), and left, top, right and bottom in fractions of it."""


def manual_terms(session: Session, application_ids: Sequence[int | None]) -> Mapping[int, tuple[str, ...]]:
    """Returns the terms that persons added, by application; each is covered as a whole."""
    query = (
        select(ManualCover.application_id, ManualCover.term)
        .where(col(ManualCover.application_id).in_(application_ids), ManualCover.term != "")
        .where(col(ManualCover.withdrawn_at).is_(None))
        .order_by(col(ManualCover.id))
    )
    terms: dict[int, list[str]] = defaultdict(list)
    for application_id, term in session.exec(query):
        terms[application_id].append(quote_phrase(term))
    return {application_id: tuple(added) for application_id, added in terms.items()}


def manual_boxes(session: Session, application_id: int | None) -> Mapping[str, tuple[PageBox, ...]]:
    """Returns the boxes that persons drew in an application's documents, by the documents' hashes."""
    query = (
        select(ManualCover)
        .where(ManualCover.application_id == application_id, ManualCover.sha256 != "")
        .where(col(ManualCover.withdrawn_at).is_(None))
        .order_by(col(ManualCover.id))
    )
    boxes: dict[str, list[PageBox]] = defaultdict(list)
    for cover in session.exec(query):
        sides = (
            cover.x0 / COORDINATE_SCALE,
            cover.y0 / COORDINATE_SCALE,
            cover.x1 / COORDINATE_SCALE,
            cover.y1 / COORDINATE_SCALE,
        )
        boxes[cover.sha256].append((cover.page, *sides))
    return {sha256: tuple(drawn) for sha256, drawn in boxes.items()}
