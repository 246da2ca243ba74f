"""The documents as they were when a review was sent: what was judged stays known by its hash, and readable.

A document that changes afterwards does not change the review. It is told to the juror and the coordinators.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import exists, insert, select, update
from sqlmodel import Session, col, delete

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.reviewed_documents import REVIEWED_BEFORE, changed_kinds
from reviewer.call.spec import CallSpec, call_in, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session
from reviewer.models import (
    Application,
    Document,
    Finding,
    Flag,
    FlagKind,
    Review,
    ReviewedDocument,
    WithheldDocument,
)
from reviewer.models.columns import public_id

_REVIEWS_PER_QUERY = 500


def record_reviewed(session: Session, spec: CallSpec, review_ids: Sequence[int]) -> None:
    """Stores which documents these reviews, sent now, have read; in the caller's transaction."""
    for start in range(0, len(review_ids), _REVIEWS_PER_QUERY):
        ids = review_ids[start : start + _REVIEWS_PER_QUERY]
        session.exec(delete(ReviewedDocument).where(col(ReviewedDocument.review_id).in_(ids)))
        rows = [
            {
                "review_id": review_id,
                "public_id": public_id(),
                "document": document.public_id,
                **document.model_dump(include={"kind", "original_name", "sha256", "size", "pages"}),
            }
            for review_id, document in session.execute(_shown_documents(spec, ids))
        ]
        if rows:
            session.execute(insert(ReviewedDocument), rows)


def settle(session: Session, spec: CallSpec, application: Application) -> None:
    """Takes back what says that documents changed, where every sent review has read those that stand."""
    session.flush()
    if not changed_kinds(session, spec, col(Application.id) == application.id):
        own = (col(Finding.application_id) == application.id, col(Finding.code) == REVIEWED_BEFORE)
        session.exec(delete(Finding).where(*own))
        open_flags = (
            col(Flag.application_id) == application.id,
            col(Flag.kind) == FlagKind.CHANGED,
            col(Flag.resolved_at).is_(None),
        )
        text = "Se envió otra versión de los dictámenes, con los documentos vigentes."
        session.exec(update(Flag).where(*open_flags).values(resolved_at=clock.now(), resolution=text))


@verb(Action.SEE_DESK)
def changed_since_sent(viewer: Actor, *, slug: str, folio: str | None = None) -> dict[str, tuple[str, ...]]:
    """Returns, by folio, the labels of the documents that changed since the viewer sent the review.

    ``folio`` limits them to one application.
    """
    require(viewer, Action.SEE_DESK)
    with read_session() as session:
        call = call_in(session, slug)
        spec = spec_of(call)
        own = [col(Review.call_id) == call.id, col(Review.person_id) == viewer.person_id]
        if folio:
            own.append(col(Application.folio) == folio)
        changed = changed_kinds(session, spec, *own)
        if not changed:
            return {}
        query = select(col(Application.id), col(Application.folio)).where(col(Application.id).in_(changed))
        folios = dict(session.execute(query.order_by(col(Application.folio))).all())
    return {
        folio: tuple(kind.label for kind in spec.documents if kind.key in changed[key])
        for key, folio in folios.items()
        if key is not None
    }


def _shown_documents(spec: CallSpec, review_ids: Sequence[int]) -> Any:
    """Returns the query for the documents that the jury is shown of these reviews' applications."""
    withheld = exists().where(col(WithheldDocument.document) == col(Document.public_id))
    return (
        select(col(Review.id), Document)
        .join(Document, col(Document.application_id) == col(Review.application_id))
        .where(col(Review.id).in_(review_ids), col(Document.refused).is_(None), ~withheld)
        .where(col(Document.kind).in_([kind.key for kind in spec.jury_documents]))
    )
