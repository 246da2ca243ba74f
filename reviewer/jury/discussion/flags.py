"""Flags that jurors and the system raise for coordinators, and documents withheld from the jury.

The system flags documents without text, in which it can cover nothing: in a blind call a person has to check
whether they name their author.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.reviewed_documents import changed_kinds
from reviewer.call.spec import call_in, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.core.reasons import limit_reason, require_reason
from reviewer.core.spanish import join_first
from reviewer.jury.reviews.locked_review import load_review
from reviewer.models import Application, Call, Document, Flag, FlagKind, Person, WithheldDocument, require_id
from reviewer.models.scopes import CURRENT_APPLICATION, current_of, with_call
from reviewer.ocr.service import surely_read

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])

JUROR_KINDS = {
    FlagKind.WRONG_DOCUMENT: "Documento equivocado",
    FlagKind.PLAGIARISM: "Posible plagio",
    FlagKind.IDENTIFIES: "Me identifica a quien postula",
    FlagKind.UNREADABLE: "No se puede leer",
}
DETECTED_KINDS = {
    FlagKind.NO_TEXT: "Documento sin texto",
    FlagKind.HIDDEN_TEXT: "Texto escondido",
    FlagKind.CHANGED: "Cambió tras el dictamen",
}

_PAGES_NAMED = 10


@dataclass(frozen=True)
class FlagRow:
    """A flag as coordinators see it; the system's have no ``author``.

    ``document`` is None if the flag is about the application, or if the document was replaced meanwhile.
    """

    public_id: str
    application_id: int
    folio: str
    kind: FlagKind
    words: str
    author: str | None
    raised_at: datetime
    document: str | None
    label: str
    withheld: bool
    resolved_at: datetime | None
    resolved_by: str | None
    resolution: str


@verb(Action.RAISE_FLAG)
def raise_flag(actor: Actor, *, slug: str, folio: str, kind: FlagKind, document: str, words: str) -> None:
    """Tells the coordinators something about an application assigned to the actor.

    ``document`` is a public id, or empty for the application as a whole. While the same flag by the actor is
    open, raising it again only changes its words.
    """
    require(actor, Action.RAISE_FLAG)
    if kind not in JUROR_KINDS:
        raise UserError("Elija el motivo del aviso.")
    words = require_reason(words, "qué vio", use="la coordinación lo leerá")
    with write_session() as session:
        locked_review = load_review(session, actor, slug, folio, lock=True)
        require(actor, Action.RAISE_FLAG, locked_review.call.phase)
        if document and not _is_jury_document(session, document, locked_review.application.id, locked_review.call):
            raise Forbidden("Ese documento no es de esta postulación.")
        flag = _own_flag(session, actor, require_id(locked_review.application), document, kind)
        _save_raised(session, actor, flag, words, {"call": slug, "folio": folio})


@verb(Action.RAISE_FLAG)
def raise_page_flag(actor: Actor, *, document: str, page: int) -> None:
    """Tells the coordinators that a page (from 1) of a document assigned to the actor could not be shown.

    Pages of one document are in one flag while it is open.
    """
    require(actor, Action.RAISE_FLAG)
    with write_session() as session:
        row = session.exec(
            select(Application.folio, Call.slug, Document.pages)
            .join(Document, col(Document.application_id) == Application.id)
            .join(Call, col(Call.id) == Application.call_id)
            .where(Document.public_id == document)
        ).first()
        if row is None:
            raise Forbidden
        folio, slug, page_count = row
        locked_review = load_review(session, actor, slug, folio, lock=True)
        require(actor, Action.RAISE_FLAG, locked_review.call.phase)
        is_page = 1 <= page <= page_count
        if not is_page or not _is_jury_document(session, document, locked_review.application.id, locked_review.call):
            raise Forbidden
        flag = _own_flag(session, actor, require_id(locked_review.application), document, FlagKind.UNREADABLE)
        lines = flag.words.splitlines() if flag.words else []
        line = f"La página {page} no se pudo mostrar."
        words = "\n".join(lines if line in lines else [*lines, line])
        _save_raised(session, actor, flag, limit_reason(words), {"call": slug, "folio": folio})


def _own_flag(session: Session, actor: Actor, application_id: int, document: str, kind: FlagKind) -> Flag:
    """Returns the open flag of this kind that the actor raised, or a new one."""
    open_duplicate = select(Flag).where(
        Flag.application_id == application_id,
        Flag.person_id == actor.person_id,
        Flag.kind == kind,
        Flag.document == document,
        col(Flag.resolved_at).is_(None),
    )
    return session.exec(open_duplicate).first() or Flag(
        application_id=application_id, document=document, person_id=actor.person_id, kind=kind
    )


def _save_raised(session: Session, actor: Actor, flag: Flag, words: str, place: dict[str, object]) -> None:
    flag.words = words
    session.add(flag)
    session.flush()
    log.record(session, actor, "flag.raise", "flag", flag.id, {**place, "kind": flag.kind.value})


def flag_document_without_text(document: str) -> None:
    """Flags a document (by public id) with a page in which nothing can be covered, once."""
    with write_session() as session:
        flag_document_in(session, document)


def flag_document_in(
    session: Session, document: str, pages: Sequence[int] = (), *, kind: FlagKind = FlagKind.NO_TEXT
) -> bool:
    """Flags a document once for its ``pages``, in the caller's transaction; returns whether the flag is new.

    ``kind`` is ``NO_TEXT``, or ``HIDDEN_TEXT`` for pages with text that is not seen.
    """
    advisory_lock(session, f"flag {document}")
    stored_document = session.exec(select(Document).where(Document.public_id == document)).first()
    if stored_document is None or _is_flagged(session, document, kind):
        return False
    make_flag = _hidden_text_flag if kind is FlagKind.HIDDEN_TEXT else _no_text_flag
    session.add(make_flag(stored_document.application_id, document, pages))
    return True


def close_read_in(session: Session, actor: Actor, documents: Sequence[str]) -> None:
    """Closes the system's open flags of documents without text that a machine has read surely since."""
    query = select(Flag, Application.folio, Call.slug).where(
        col(Flag.document).in_(documents),
        Flag.kind == FlagKind.NO_TEXT,
        col(Flag.resolved_at).is_(None),
    )
    query = query.join(Application, col(Application.id) == Flag.application_id)
    for flag, folio, slug in session.exec(query.join(Call, col(Call.id) == Application.call_id)).all():
        facts: dict[str, object] = {"call": slug, "folio": folio, "kind": flag.kind.value}
        _close(session, actor, flag, "Se leyó por máquina con certeza: lo que identifica se cubre.", facts)


@verb(Action.RESOLVE_FLAG)
def flag_all_without_text(actor: Actor, *, slug: str) -> int:
    """Flags documents of a blind call without text, unless machines read them well; returns how many are new."""
    require(actor, Action.RESOLVE_FLAG)
    with write_session() as session:
        advisory_lock(session, f"flags {slug}")
        call = call_in(session, slug)
        spec = spec_of(call)
        if not spec.review.blind:
            return 0
        flagged = select(Flag.document).where(Flag.kind == FlagKind.NO_TEXT)
        query = (
            select(Document.application_id, Document.public_id)
            .join(Application, col(Application.id) == Document.application_id)
            .where(current_of(call))
            .where(col(Document.has_text).is_(False), col(Document.refused).is_(None))
            .where(col(Document.kind).in_([document.key for document in spec.jury_documents]))
            .where(col(Document.public_id).not_in(flagged))
            .where(col(Document.sha256).not_in(surely_read()))
        )
        new = [_no_text_flag(*row) for row in session.exec(query)]
        session.add_all(new)
        return len(new)


@verb(Action.RESOLVE_FLAG)
def flag_all_changed(actor: Actor, *, slug: str) -> int:
    """Flags documents that changed after reviews of them were sent, once each; returns how many are new."""
    require(actor, Action.RESOLVE_FLAG)
    with write_session() as session:
        advisory_lock(session, f"flags {slug}")
        call = call_in(session, slug)
        changed = changed_kinds(session, spec_of(call), col(Application.call_id) == call.id)
        of_changed = col(Document.application_id).in_(changed)
        documents = {
            (document.application_id, document.kind): document.public_id
            for document in session.exec(select(Document).where(of_changed, col(Document.refused).is_(None)))
        }
        flagged = select(Flag.application_id, Flag.document).where(Flag.kind == FlagKind.CHANGED)
        known = set(session.exec(flagged.where(col(Flag.application_id).in_(changed))).all())
        places = {
            (key, documents.get((key, kind), "")): len(reviews)
            for key, reviews_by_kind in changed.items()
            for kind, reviews in reviews_by_kind.items()
        }
        new = [_changed_flag(*place, count) for place, count in places.items() if place not in known]
        session.add_all(new)
        return len(new)


@verb(Action.RESOLVE_FLAG)
def open_counts(viewer: Actor, *, slug: str) -> Mapping[str, int]:
    """Returns the number of open flags by kind."""
    require(viewer, Action.RESOLVE_FLAG)
    query = (
        _flags_query(select(Flag.kind, func.count()), slug).where(col(Flag.resolved_at).is_(None)).group_by(Flag.kind)
    )
    with read_session() as session:
        return dict(session.exec(query).all())


@verb(Action.RESOLVE_FLAG)
def resolved_count(viewer: Actor, *, slug: str) -> int:
    """Returns the number of resolved flags."""
    require(viewer, Action.RESOLVE_FLAG)
    query = _flags_query(select(func.count()), slug).where(col(Flag.resolved_at).is_not(None))
    with read_session() as session:
        return session.exec(query).one()


@verb(Action.RESOLVE_FLAG)
def rows(
    viewer: Actor,
    *,
    call: Call,
    kind: FlagKind | None = None,
    resolved: bool = False,
    offset: int = 0,
    limit: int = 25,
) -> list[FlagRow]:
    """Returns a page of flags: open ones from the oldest, resolved ones from the last resolved."""
    require(viewer, Action.RESOLVE_FLAG)
    resolver = aliased(Person)
    columns: tuple[Any, ...] = (
        *(Flag.public_id, Flag.application_id, Application.folio, Flag.kind, Flag.words, Person.name),
        *(Flag.raised_at, Document.public_id, Document.kind, col(WithheldDocument.document).is_not(None)),
        *(Flag.resolved_at, resolver.name, Flag.resolution),
    )
    query = (
        _flags_query(select(*columns), call.slug)
        .outerjoin(Person, col(Person.id) == Flag.person_id)
        .outerjoin(resolver, col(resolver.id) == Flag.resolved_by)
        .outerjoin(Document, col(Document.public_id) == Flag.document)
        .outerjoin(WithheldDocument, col(WithheldDocument.document) == Flag.document)
        .where(col(Flag.resolved_at).is_not(None) if resolved else col(Flag.resolved_at).is_(None))
        .order_by(col(Flag.resolved_at).desc() if resolved else col(Flag.raised_at), Flag.id)
    )
    if kind is not None:
        query = query.where(Flag.kind == kind)
    labels = {document.key: document.label for document in spec_of(call).documents}
    with read_session() as session:
        records = session.exec(query.offset(offset).limit(limit)).all()
    return [FlagRow(*(*row[:8], labels.get(row[8], row[8] or ""), *row[9:])) for row in records]


@verb(Action.RESOLVE_FLAG)
def resolve(actor: Actor, *, flag_id: str, resolution: str, withhold: bool) -> None:
    """Closes a flag (by public id) and sets whether the jury may read its document from now on.

    Closing it again only changes the words. Raises UserError without words, or where nothing can be withheld.
    """
    resolution = _require_resolution(resolution)
    with write_session() as session:
        raised_flag, facts = _resolvable(session, actor, flag_id)
        _set_withheld(session, actor, raised_flag.document, withhold)
        _close(session, actor, raised_flag, resolution, {**facts, "withhold": withhold})


@verb(Action.RESOLVE_FLAG)
def resolve_several(actor: Actor, *, flag_ids: Sequence[str], resolution: str) -> None:
    """Closes flags with the same words, all or none; what the jury may read does not change."""
    resolution = _require_resolution(resolution)
    with write_session() as session:
        for flag_id in flag_ids:
            raised_flag, facts = _resolvable(session, actor, flag_id)
            _close(session, actor, raised_flag, resolution, facts)


@verb(Action.RESOLVE_FLAG)
def open_again(actor: Actor, *, flag_ids: Sequence[str]) -> None:
    """Opens closed flags again; what the jury may read does not change."""
    with write_session() as session:
        for flag_id in flag_ids:
            raised_flag, facts = _resolvable(session, actor, flag_id)
            raised_flag.resolved_at, raised_flag.resolved_by, raised_flag.resolution = None, None, ""
            session.add(raised_flag)
            log.record(session, actor, "flag.open_again", "flag", raised_flag.id, facts)


def _require_resolution(resolution: str) -> str:
    return require_reason(resolution, "qué se resolvió", use="queda para el acta")


def _resolvable(session: Session, actor: Actor, flag_id: str) -> tuple[Flag, dict[str, object]]:
    """Returns a flag with what the audit trail says about it; raises where the actor may not resolve it."""
    row = session.exec(with_call(Flag).where(Flag.public_id == flag_id)).first()
    if row is None:
        require(actor, Action.RESOLVE_FLAG)
        raise UserError("Ese aviso ya no existe.")
    raised_flag, application, call = row
    require(actor, Action.RESOLVE_FLAG, call.phase)
    return raised_flag, {"call": call.slug, "folio": application.folio, "kind": raised_flag.kind}


def _close(session: Session, actor: Actor, raised_flag: Flag, resolution: str, facts: dict[str, object]) -> None:
    raised_flag.resolution, raised_flag.resolved_by = resolution, actor.person_id
    raised_flag.resolved_at = raised_flag.resolved_at or clock.now()
    session.add(raised_flag)
    log.record(session, actor, "flag.resolve", "flag", raised_flag.id, facts)


def _set_withheld(session: Session, actor: Actor, document: str, withhold: bool) -> None:
    if withhold and not document:
        raise UserError("El aviso no nombra un documento: no hay qué retirar.")
    existing = session.get(WithheldDocument, document)
    if withhold and existing is None:
        session.add(WithheldDocument(document=document, person_id=actor.person_id))
    elif existing is not None and not withhold:
        session.delete(existing)


def _flags_query(query: Query, slug: str) -> Query:
    return (
        query.select_from(Flag)
        .join(Application, col(Application.id) == Flag.application_id)
        .join(Call, col(Call.id) == Application.call_id)
        .where(col(Call.slug) == slug, CURRENT_APPLICATION)
    )


def _is_jury_document(session: Session, document: str, application_id: int | None, call: Call) -> bool:
    kinds = [document_kind.key for document_kind in spec_of(call).jury_documents]
    query = select(Document.id).where(
        Document.public_id == document,
        Document.application_id == application_id,
        col(Document.kind).in_(kinds),
    )
    return session.exec(query).first() is not None


def _is_flagged(session: Session, document: str, kind: FlagKind) -> bool:
    query = select(Flag.id).where(Flag.document == document, Flag.kind == kind)
    return session.exec(query).first() is not None


def _no_text_flag(application_id: int, document: str, pages: Sequence[int] = ()) -> Flag:
    where = _pages_text(pages) or "alguna página"
    text = f"El sistema no lee con certeza {where}: no puede cubrir lo que ahí se lea."
    return Flag(application_id=application_id, document=document, kind=FlagKind.NO_TEXT, words=text)


def _hidden_text_flag(application_id: int, document: str, pages: Sequence[int]) -> Flag:
    text = (
        f"Hay texto que no se ve (blanco, diminuto o bajo una imagen) en {_pages_text(pages)}. "
        "«Imagen y texto» en el documento lo muestra."
    )
    return Flag(application_id=application_id, document=document, kind=FlagKind.HIDDEN_TEXT, words=text)


def _pages_text(pages: Sequence[int]) -> str:
    """Returns «la página 2», «las páginas 2, 3 y 4 más»; empty without pages."""
    named = join_first([str(page) for page in pages], _PAGES_NAMED)
    return f"{'la página' if len(pages) == 1 else 'las páginas'} {named}" if named else ""


def _changed_flag(application_id: int, document: str, reviews: int) -> Flag:
    sent = "Se envió un dictamen" if reviews == 1 else f"Se enviaron {reviews} dictámenes"
    text = f"{sent} de un archivo que después cambió. Quien dictaminó lo ve en su mesa y puede reabrirlo."
    return Flag(application_id=application_id, document=document, kind=FlagKind.CHANGED, words=text)
