"""The committee's discussion of an application: comments, shared notes on pages, and messages.

It opens with a phase of the call. A juror takes part if they have the application and no conflict of
interest; in a blind call no text names the applicant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, condition, require, verb
from reviewer.audit import log
from reviewer.blinding.veil import veil_of
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, UserError
from reviewer.jury.reviews import queue
from reviewer.models import (
    Application,
    Call,
    CommitteeMessage,
    Document,
    Note,
    NoteKind,
    Person,
    PinnedNote,
    Review,
    Role,
    require_id,
)
from reviewer.models.scopes import CURRENT_APPLICATION, SUBMITTED_REVIEW, has_conflict

LONGEST_MESSAGE = 5_000
CoverText = Callable[[int, str], str]


class RemarkKind(StrEnum):
    """Where a remark comes from."""

    COMMENT = "comment"
    PIN = "pin"
    MESSAGE = "message"


@dataclass(frozen=True)
class Remark:
    """A text by a member of the committee.

    ``about`` says what a note on a page is about, ``answers_to`` is the id of another message. ``is_own``:
    the viewer may correct or withdraw it. A withdrawn message has no ``text``.
    """

    kind: RemarkKind
    author: str
    written_at: datetime
    text: str
    about: str = ""
    message_id: int | None = None
    answers_to: int | None = None
    is_own: bool = False
    corrected: bool = False
    withdrawn: bool = False


@verb(Action.SEE_DISCUSSION)
def discussion(viewer: Actor, *, slug: str, folio: str) -> tuple[Remark, ...]:
    """Returns comments and notes of submitted reviews first, then messages in order."""
    require(viewer, Action.SEE_DISCUSSION)
    with read_session() as session:
        call, application = _require_application(session, viewer, slug, folio, Action.SEE_DISCUSSION)
        spec = spec_of(call)
        veil = veil_of(session, blind=spec.review.blind, application_ids=[application.id])

        def cover(author_id: int, text: str) -> str:
            """Returns a juror's own text uncovered: words covered in it would confirm a guess."""
            is_own = viewer.role is Role.JURY and author_id == viewer.person_id
            return text if is_own else veil(application.id, text)

        return (
            *_comments(session, application, cover),
            *_pins(session, application, spec, cover),
            *_messages(session, application, viewer, cover),
        )


@verb(Action.DISCUSS)
def post_message(actor: Actor, *, slug: str, folio: str, key: str, text: str, answers_to: int | None = None) -> None:
    """Adds a message, or an answer to one. The same ``key`` again changes nothing."""
    text = _clean_text(text)
    require(actor, Action.DISCUSS)
    with write_session() as session:
        call, application = _require_application(session, actor, slug, folio, Action.DISCUSS)
        duplicate = select(CommitteeMessage).where(
            CommitteeMessage.person_id == actor.person_id, CommitteeMessage.key == key
        )
        if session.exec(duplicate).first() is not None:
            return
        if answers_to is not None:
            answered = session.get(CommitteeMessage, answers_to)
            if answered is None or answered.application_id != application.id:
                raise Forbidden("Ese mensaje no es de esta postulación.")
        message = CommitteeMessage(
            application_id=require_id(application),
            person_id=actor.require_person_id(),
            key=key,
            answers_to=answers_to,
            text=text,
            written_at=clock.now(),
        )
        session.add(message)
        session.flush()
        facts = {"call": call.slug, "folio": folio, "answers_to": answers_to}
        log.record(session, actor, "committee.say", "message", message.id, facts)


@verb(Action.DISCUSS)
def own_message_text(viewer: Actor, *, slug: str, folio: str, message_id: int) -> str:
    """Returns the viewer's own message as written, to be corrected."""
    require(viewer, Action.DISCUSS)
    with read_session() as session:
        return _require_own_message(session, viewer, slug, folio, message_id).text


@verb(Action.DISCUSS)
def correct_message(actor: Actor, *, slug: str, folio: str, message_id: int, text: str, expected_text: str) -> None:
    """Replaces the text of the actor's own message, of which the actor last saw ``expected_text``.

    The audit trail keeps both. Raises UserError if it was changed or withdrawn meanwhile.
    """
    text = _clean_text(text)
    require(actor, Action.DISCUSS)
    with write_session() as session:
        own_message = _require_own_message(session, actor, slug, folio, message_id)
        if own_message.text == text:
            return
        if own_message.text != expected_text:
            raise UserError("Ese mensaje cambió en otra pestaña: ciérrelo y vuelva a abrirlo.")
        _change_text(session, actor, own_message, "committee.correct", slug, folio, text)
        own_message.corrected_at = clock.now()


@verb(Action.DISCUSS)
def withdraw_message(actor: Actor, *, slug: str, folio: str, message_id: int) -> None:
    """Withdraws the actor's own message; answers stay, and the text stays in the audit trail only."""
    require(actor, Action.DISCUSS)
    with write_session() as session:
        own_message = _require_own_message(session, actor, slug, folio, message_id)
        _change_text(session, actor, own_message, "committee.withdraw", slug, folio, "")
        own_message.withdrawn_at = clock.now()


@verb(Action.SEE_DISCUSSION)
def remark_counts(viewer: Actor, *, slug: str) -> dict[str, int]:
    """Returns the folios with remarks that a coordinator may open, and the number of remarks."""
    require(viewer, Action.SEE_DISCUSSION, get_call(slug).phase)
    if viewer.role is not Role.COORDINATOR:
        raise Forbidden
    comments = (
        select(Review.application_id)
        .join(Note, col(Note.review_id) == Review.id)
        .where(_is_counted(), Note.kind == NoteKind.COMMITTEE, Note.text != "")
    )
    pins = (
        select(PinnedNote.application_id)
        .join(Review, _is_review_of_pin())
        .where(_is_counted(), PinnedNote.shared, PinnedNote.text != "")
    )
    messages = select(CommitteeMessage.application_id).where(col(CommitteeMessage.withdrawn_at).is_(None))
    all_remarks = comments.union_all(pins, messages).subquery()
    query = (
        select(Application.folio, func.count())
        .join(Call, col(Call.id) == Application.call_id)
        .join(all_remarks, all_remarks.c.application_id == Application.id)
        .where(Call.slug == slug, CURRENT_APPLICATION)
        .group_by(Application.folio)
        .order_by(Application.folio)
    )
    with read_session() as session:
        return dict(session.exec(query).all())


@condition(
    "A juror reads and writes the committee's messages only about applications assigned to them; "
    "coordinators about all that are current."
)
def _require_application(
    session: Session, viewer: Actor, slug: str, folio: str, action: Action
) -> tuple[Call, Application]:
    """Returns the application if this person takes part in its deliberation; else raises Forbidden."""
    if viewer.role is Role.JURY:
        query = queue.assigned_query(select(Call, Application), viewer, slug)
    else:
        query = (
            select(Call, Application)
            .join(Application, col(Application.call_id) == Call.id)
            .where(Call.slug == slug, CURRENT_APPLICATION)
        )
    row = session.exec(query.where(Application.folio == folio)).first()
    if row is None:
        raise Forbidden("Esta postulación no está entre las suyas.")
    require(viewer, action, row[0].phase)
    return row[0], row[1]


def _clean_text(text: str) -> str:
    text = text.strip()
    if not text:
        raise UserError("Escriba algo antes de enviarlo.")
    if len(text) > LONGEST_MESSAGE:
        raise UserError(f"El mensaje pasa de {LONGEST_MESSAGE:,} caracteres: acórtelo.")
    return text


def _require_own_message(session: Session, actor: Actor, slug: str, folio: str, message_id: int) -> CommitteeMessage:
    """Returns a message by the actor about this application that was not withdrawn."""
    _, application = _require_application(session, actor, slug, folio, Action.DISCUSS)
    own_message = session.get(CommitteeMessage, message_id)
    if own_message is None or own_message.application_id != application.id or own_message.person_id != actor.person_id:
        raise Forbidden("Ese mensaje no es suyo.")
    if own_message.withdrawn_at:
        raise UserError("Ese mensaje ya se había retirado.")
    return own_message


def _change_text(
    session: Session, actor: Actor, message: CommitteeMessage, action: str, slug: str, folio: str, text: str
) -> None:
    changes = log.Changes({"text": (message.text, text)}, message.application_id)
    facts = {"call": slug, "folio": folio}
    log.record(session, actor, action, "message", message.id, facts, changes=changes)
    message.text = text
    session.add(message)


def _is_counted() -> ColumnElement[bool]:
    """Returns the condition on ``Review``: submitted by somebody who has not recused themselves since."""
    return and_(SUBMITTED_REVIEW, ~has_conflict(Review))


def _is_review_of_pin() -> ColumnElement[bool]:
    return and_(col(Review.application_id) == PinnedNote.application_id, col(Review.person_id) == PinnedNote.person_id)


def _comments(session: Session, application: Application, cover: CoverText) -> list[Remark]:
    query = (
        select(Note, Person.name, Review.person_id)
        .join(Review, col(Review.id) == Note.review_id)
        .join(Person, col(Person.id) == Review.person_id)
        .where(Review.application_id == application.id, _is_counted())
        .where(Note.kind == NoteKind.COMMITTEE, Note.text != "")
        .order_by(col(Note.updated_at), col(Note.id))
    )
    return [
        Remark(RemarkKind.COMMENT, author_name, note.updated_at, cover(author_id, note.text))
        for note, author_name, author_id in session.exec(query)
    ]


def _pins(session: Session, application: Application, spec: CallSpec, cover: CoverText) -> list[Remark]:
    labels = {document.key: document.label for document in spec.documents}
    criteria = {criterion.key: criterion.label for criterion in spec.criteria}
    query = (
        select(PinnedNote, Person.name, Document.kind)
        .join(Person, col(Person.id) == PinnedNote.person_id)
        .join(Review, _is_review_of_pin())
        .outerjoin(Document, col(Document.public_id) == PinnedNote.document)
        .where(PinnedNote.application_id == application.id, PinnedNote.shared, PinnedNote.text != "")
        .where(_is_counted())
        .order_by(col(PinnedNote.updated_at), col(PinnedNote.id))
    )
    remarks = []
    for note, author_name, kind in session.exec(query):
        location = f"{labels.get(kind, kind)}, p. {note.page}" if kind else "Un documento que cambió"
        about = " · ".join(filter(None, (location, criteria.get(note.criterion))))
        remarks.append(Remark(RemarkKind.PIN, author_name, note.updated_at, cover(note.person_id, note.text), about))
    return remarks


def _messages(session: Session, application: Application, viewer: Actor, cover: CoverText) -> list[Remark]:
    """Returns messages in order. A withdrawn one is kept only if somebody answered it."""
    query = (
        select(CommitteeMessage, Person.name)
        .join(Person, col(Person.id) == CommitteeMessage.person_id)
        .where(CommitteeMessage.application_id == application.id)
        .order_by(col(CommitteeMessage.written_at), col(CommitteeMessage.id))
    )
    rows = session.exec(query).all()
    answered = {message.answers_to for message, _ in rows if not message.withdrawn_at}
    return [
        Remark(
            RemarkKind.MESSAGE,
            author_name,
            message.written_at,
            cover(message.person_id, message.text),
            message_id=message.id,
            answers_to=message.answers_to,
            is_own=message.person_id == viewer.person_id and message.withdrawn_at is None,
            corrected=message.corrected_at is not None,
            withdrawn=message.withdrawn_at is not None,
        )
        for message, author_name in rows
        if message.withdrawn_at is None or message.id in answered
    ]
