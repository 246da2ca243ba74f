"""Which documents changed after reviews of them were sent."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists, select, union_all
from sqlmodel import Session, col

from reviewer.call.spec import CallSpec
from reviewer.models import Application, Document, Review, ReviewedDocument
from reviewer.models.scopes import CURRENT_APPLICATION, SUBMITTED_REVIEW

REVIEWED_BEFORE = "reviewed_before"
ReviewsByKind = Mapping[str, frozenset[int]]


def changed_kinds(session: Session, spec: CallSpec, *conditions: ColumnElement[bool]) -> dict[int, ReviewsByKind]:
    """Returns, by application, the kinds of document that changed since sent reviews, with those reviews' ids.

    ``conditions`` restrict reviews and applications. Reviews of which nothing was stored are left out.
    """
    of_review = col(ReviewedDocument.review_id) == col(Review.id)
    same_bytes = col(ReviewedDocument.sha256) == col(Document.sha256)
    stands = (col(Document.application_id) == col(Application.id)) & col(Document.refused).is_(None)
    jury_kinds = [kind.key for kind in spec.jury_documents]
    facts: tuple[Any, ...] = (col(Application.id), col(Review.id))
    # An application that nothing has touched since cannot have changed.
    sent_before = (SUBMITTED_REVIEW, CURRENT_APPLICATION, col(Application.updated_at) >= col(Review.submitted_at))
    reviews = (Review, col(Review.application_id) == col(Application.id))
    gone = (
        select(*facts, col(ReviewedDocument.kind))
        .join(*reviews)
        .join(ReviewedDocument, of_review)
        .where(*sent_before, *conditions, ~exists().where(stands, same_bytes).correlate(Application, ReviewedDocument))
    )
    added = (
        select(*facts, col(Document.kind))
        .join(*reviews)
        .join(Document, stands)
        .where(*sent_before, *conditions, col(Document.kind).in_(jury_kinds))
        .where(exists().where(of_review).correlate(Review))
        .where(~exists().where(of_review, same_bytes).correlate(Review, Document))
    )
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for application_id, review_id, kind in session.execute(union_all(gone, added)):
        found[application_id][kind].add(review_id)
    return {key: {kind: frozenset(ids) for kind, ids in kinds.items()} for key, kinds in found.items()}
