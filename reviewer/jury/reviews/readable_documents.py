"""Which documents a person may read, and what is covered in them. Opens no file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import exists
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, is_allowed, require_login, verb
from reviewer.blinding.identity_terms import identity_terms
from reviewer.blinding.manual_covers import PageBox, manual_boxes
from reviewer.call.spec import CallSpec, DocumentKind, spec_of
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.reviews import queue
from reviewer.jury.reviews.document_views import View, check_view, store_view, views_of
from reviewer.models import (
    Application,
    Call,
    Document,
    Review,
    ReviewedDocument,
    Role,
    WithheldDocument,
    require_id,
)
from reviewer.models.scopes import with_call


class DocumentNotFound(UserError):
    """Raised for viewers who may read any document; all others get ``Forbidden``."""

    def __init__(self) -> None:
        super().__init__("Ese documento no existe.")


@dataclass(frozen=True)
class ReadableDocument:
    """A document that this viewer may read.

    ``covers`` are the terms to paint over in all that they are shown, ``boxes`` what a person covers on pages.
    ``view`` is how they last saw it.
    """

    public_id: str
    kind: str
    label: str
    sha256: str = field(repr=False)
    pages: int
    covers: tuple[str, ...] = field(repr=False)
    boxes: tuple[PageBox, ...] = ()
    view: View = field(default_factory=View)


@verb(Action.SEE_DESK, Action.SCREEN)
def readable_document(viewer: Actor, *, document_id: str) -> ReadableDocument:
    """Returns the document with this public id.

    Raises Forbidden alike for documents of others, kinds that the jury never sees, and missing ones.
    """
    with read_session() as session:
        require_login(viewer)
        row = session.exec(_documents_query().where(Document.public_id == document_id)).first()
        if row is None and (reviewed := _reviewed_document(session, viewer, document_id)):
            return reviewed
        if row is None:
            raise DocumentNotFound if _can_read_everything(viewer) else Forbidden
        _require_access(session, viewer, row[1], row[2])
        readable = _to_readable(session, viewer, [row])
        if not readable:
            raise Forbidden
        return readable[0]


@verb(Action.SEE_DESK, Action.SCREEN)
def readable_documents(viewer: Actor, *, application_id: int) -> tuple[ReadableDocument, ...]:
    """Returns the documents of an application that this viewer may read, in the order of the call's file.

    Raises Forbidden if the viewer may not read the application.
    """
    with read_session() as session:
        require_login(viewer)
        application_and_call = session.exec(
            select(Application, Call).join(Call).where(Application.id == application_id)
        ).first()
        if application_and_call is None:
            raise Forbidden
        _require_access(session, viewer, *application_and_call)
        rows = session.exec(_documents_query().where(Application.id == application_id)).all()
        order = {kind.key: place for place, kind in enumerate(spec_of(application_and_call[1]).documents)}
        by_kind = sorted(rows, key=lambda row: (order.get(row[0].kind, -1), row[0].position, row[0].id))
        return _to_readable(session, viewer, by_kind)


@verb(Action.SEE_DESK, Action.SCREEN)
def replaced_since(viewer: Actor, *, application_id: int) -> tuple[ReadableDocument, ...]:
    """Returns the documents that sent reviews read and the application no longer has; a juror's own only."""
    with read_session() as session:
        require_login(viewer)
        stands = exists().where(
            col(Document.application_id) == application_id,
            col(Document.sha256) == col(ReviewedDocument.sha256),
            col(Document.refused).is_(None),
        )
        query = _reviewed_query(viewer).where(Review.application_id == application_id, ~stands)
        rows = session.exec(query.order_by(col(ReviewedDocument.id))).all()
        first_rows = {row[0].sha256: row for row in reversed(rows)}
        readable = [_to_reviewed(session, viewer, *row) for row in reversed(first_rows.values())]
        return tuple(document for document in readable if document)


@verb(Action.SEE_DESK, Action.SCREEN)
def remember_view(actor: Actor, *, document_id: str, view: View) -> None:
    """Stores how this person sees a document. Raises UserError for a view that it cannot have."""
    check_view(view, pages=readable_document(actor, document_id=document_id).pages)
    if actor.person_id is None:
        return
    with write_session() as session:
        document = session.exec(select(Document).where(Document.public_id == document_id)).first()
        if document is None:  # one that was replaced, whose view is not kept
            return
        store_view(session, actor, require_id(document), view)


def _reviewed_document(session: Session, viewer: Actor, document_id: str) -> ReadableDocument | None:
    """Returns what a sent review read, by that document's own public id, if the viewer may read it."""
    row = session.exec(_reviewed_query(viewer).where(ReviewedDocument.public_id == document_id)).first()
    return _to_reviewed(session, viewer, *row) if row else None


def _reviewed_query(viewer: Actor) -> Select[ReviewedDocument, Application, Call]:
    """Returns the query for what sent reviews read: all of them, or a juror's own."""
    query = (
        select(ReviewedDocument, Application, Call)
        .join(Review, col(Review.id) == ReviewedDocument.review_id)
        .join(Application, col(Application.id) == Review.application_id)
        .join(Call, col(Call.id) == Application.call_id)
    )
    return query if _can_read_everything(viewer) else query.where(Review.person_id == viewer.person_id)


def _to_reviewed(
    session: Session, viewer: Actor, reviewed: ReviewedDocument, application: Application, call: Call
) -> ReadableDocument | None:
    _require_access(session, viewer, application, call)
    spec = spec_of(call)
    labels = {kind.key: kind.label for kind in _kinds(viewer, spec)}
    is_withheld = session.get(WithheldDocument, reviewed.document) is not None
    if reviewed.kind not in labels or (is_withheld and not _can_read_everything(viewer)):
        return None
    return ReadableDocument(
        public_id=reviewed.public_id,
        kind=reviewed.kind,
        label=f"{labels[reviewed.kind]} (se leyó y ya no está)",
        sha256=reviewed.sha256,
        pages=reviewed.pages,
        covers=_cover_terms(session, viewer, spec, application),
        boxes=_cover_boxes(session, viewer, spec, application).get(reviewed.sha256, ()),
    )


def _documents_query() -> Select[Document, Application, Call]:
    return with_call(Document).where(col(Document.refused).is_(None))


def _can_read_everything(viewer: Actor) -> bool:
    return is_allowed(viewer, Action.SCREEN)


def _require_access(session: Session, viewer: Actor, application: Application, call: Call) -> None:
    """Raises Forbidden unless this viewer may read something of this application now."""
    if _can_read_everything(viewer):
        if not is_allowed(viewer, Action.SCREEN, call.phase):
            raise Forbidden
        return
    if viewer.role is not Role.JURY or not is_allowed(viewer, Action.SEE_DESK, call.phase):
        raise Forbidden
    assigned = queue.assigned_query(select(Application.id), viewer, call.slug).where(Application.id == application.id)
    if session.exec(assigned).first() is None:
        raise Forbidden


def _to_readable(
    session: Session, viewer: Actor, rows: Sequence[tuple[Document, Application, Call]]
) -> tuple[ReadableDocument, ...]:
    """Returns those rows of one application that the viewer's role may read."""
    if not rows:
        return ()
    spec = spec_of(rows[0][2])
    kinds = {kind.key: kind for kind in _kinds(viewer, spec)}
    documents = [document for document, _, _ in rows if document.kind in kinds]
    if not _can_read_everything(viewer):
        withheld = _withheld_ids(session, documents)
        documents = [document for document in documents if document.public_id not in withheld]
    labels = _number_labels([kinds[document.kind].label for document in documents])
    views = views_of(session, viewer, documents)
    covers = _cover_terms(session, viewer, spec, rows[0][1])
    boxes = _cover_boxes(session, viewer, spec, rows[0][1])
    return tuple(
        ReadableDocument(
            public_id=document.public_id,
            kind=document.kind,
            label=label,
            sha256=document.sha256,
            pages=document.pages,
            covers=covers,
            boxes=boxes.get(document.sha256, ()),
            view=views.get(document.id, View()),
        )
        for document, label in zip(documents, labels, strict=True)
    )


def _number_labels(labels: list[str]) -> list[str]:
    """Returns the labels, numbered if there are several of a kind: «Muestra 1», «Muestra 2»."""
    times, occurrences = Counter(labels), Counter[str]()
    numbered = []
    for label in labels:
        occurrences[label] += 1
        numbered.append(f"{label} {occurrences[label]}" if times[label] > 1 else label)
    return numbered


@condition('The jury never sees a document whose kind has `audience = "admin"` in the call.')
def _kinds(viewer: Actor, spec: CallSpec) -> tuple[DocumentKind, ...]:
    return spec.documents if _can_read_everything(viewer) else spec.jury_documents


def _cover_terms(session: Session, viewer: Actor, spec: CallSpec, application: Application) -> tuple[str, ...]:
    if not spec.review.blind or _can_read_everything(viewer):
        return ()
    terms = identity_terms(session, [application.id]).get(require_id(application))
    if terms is None:  # without knowing what to cover, nothing can be shown
        raise Forbidden
    return terms


def _cover_boxes(
    session: Session, viewer: Actor, spec: CallSpec, application: Application
) -> Mapping[str, tuple[PageBox, ...]]:
    if not spec.review.blind or _can_read_everything(viewer):
        return {}
    return manual_boxes(session, application.id)


@condition("The jury does not see a document that a coordinator withheld.")
def _withheld_ids(session: Session, documents: list[Document]) -> set[str]:
    """Returns those of the documents that coordinators withheld from the jury."""
    public_ids = [document.public_id for document in documents]
    return set(session.exec(select(WithheldDocument.document).where(col(WithheldDocument.document).in_(public_ids))))
