"""The committee's words about an application: comments of its readings, notes on pages, and what is answered.

From the phase on that opens them. A juror takes part where she was given the application and has no conflict;
in a blind call nobody's words name the applicant.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import exists
from sqlmodel import Session, and_, col, func, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, allowed, require
from reviewer.blind import veil_of
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading, writing
from reviewer.errors import Forbidden, Refused
from reviewer.jury import desk
from reviewer.models import (
    Application,
    ApplicationStatus,
    Call,
    CommitteeMessage,
    Conflict,
    Document,
    Note,
    NoteKind,
    Person,
    PinnedNote,
    Review,
    ReviewStatus,
    Role,
)

LONGEST_MESSAGE = 5_000
Covered = Callable[[int, str], str]


class RemarkKind(StrEnum):
    """Where a remark comes from."""

    COMMENT = "comment"
    PIN = "pin"
    MESSAGE = "message"


@dataclass(frozen=True)
class Remark:
    """Somebody's words. ``about`` says what a note on a page is about; ``answers_to`` names a message.

    ``own``: a message that the viewer may correct or withdraw. A withdrawn one has no ``text``.
    """

    kind: RemarkKind
    who: str
    at: datetime
    text: str
    about: str = ""
    message: int | None = None
    answers_to: int | None = None
    own: bool = False
    corrected: bool = False
    withdrawn: bool = False


def discussion(viewer: Actor, *, call: str, folio: str) -> tuple[Remark, ...]:
    """All that was said: comments and notes of submitted reviews first, then messages as they came."""
    require(viewer, Action.SEE_DISCUSSION)
    with reading() as session:
        stored, application = _open(session, viewer, call, folio, Action.SEE_DISCUSSION)
        spec = spec_of(stored)
        veil = veil_of(session, blind=spec.review.blind, application_ids=[application.id])

        def cover(author: int, text: str) -> str:
            """Her own words a juror sees as she wrote them: what is covered there would confirm a guess."""
            hers = viewer.role is Role.JURY and author == viewer.person_id
            return text if hers else veil(application.id, text)

        return (
            *_comments(session, application, cover),
            *_pins(session, application, spec, cover),
            *_messages(session, application, viewer, cover),
        )


def can_say(viewer: Actor, *, call: Call) -> bool:
    """Whether this person may write to the committee now."""
    return allowed(viewer, Action.DISCUSS, call.phase)


def is_open(viewer: Actor, *, call: Call) -> bool:
    """Whether this person may read what the committee says."""
    return allowed(viewer, Action.SEE_DISCUSSION, call.phase)


def say(actor: Actor, *, call: str, folio: str, key: str, text: str, answers_to: int | None = None) -> None:
    """Adds a message, or an answer to one. The same ``key`` again changes nothing."""
    text = _checked(text)
    require(actor, Action.DISCUSS)
    with writing() as session:
        stored, application = _open(session, actor, call, folio, Action.DISCUSS)
        same = select(CommitteeMessage).where(
            CommitteeMessage.person_id == actor.person_id, CommitteeMessage.key == key
        )
        if session.exec(same).first() is not None:
            return
        if answers_to is not None:
            answered = session.get(CommitteeMessage, answers_to)
            if answered is None or answered.application_id != application.id:
                raise Forbidden("Ese mensaje no es de esta postulación.")
        message = CommitteeMessage(
            application_id=application.id or 0,
            person_id=actor.person_id or 0,
            key=key,
            answers_to=answers_to,
            text=text,
            written_at=clock.now(),
        )
        session.add(message)
        session.flush()
        facts = {"call": stored.slug, "folio": folio, "answers_to": answers_to}
        audit.record(session, actor, "committee.say", "message", message.id, facts)


def own_words(viewer: Actor, *, call: str, folio: str, message: int) -> str:
    """A message of the viewer's as she wrote it, to be corrected."""
    require(viewer, Action.DISCUSS)
    with reading() as session:
        return _own(session, viewer, call, folio, message).text


def correct(actor: Actor, *, call: str, folio: str, message: int, text: str, was: str) -> None:
    """Puts other words in the place of the actor's own, which ``was`` repeats as she saw them.

    The trail keeps both. ``Refused`` where they were changed elsewhere meanwhile, or withdrawn.
    """
    text = _checked(text)
    require(actor, Action.DISCUSS)
    with writing() as session:
        mine = _own(session, actor, call, folio, message)
        if mine.text == text:
            return
        if mine.text != was:
            raise Refused("Ese mensaje cambió en otra pestaña: ciérrelo y vuelva a abrirlo.")
        _change(session, actor, mine, "committee.correct", call=call, folio=folio, text=text)
        mine.corrected_at = clock.now()


def withdraw(actor: Actor, *, call: str, folio: str, message: int) -> None:
    """Takes the actor's own message back: what was answered stays, her words only in the trail."""
    require(actor, Action.DISCUSS)
    with writing() as session:
        mine = _own(session, actor, call, folio, message)
        _change(session, actor, mine, "committee.withdraw", call=call, folio=folio, text="")
        mine.withdrawn_at = clock.now()


def talked_about(viewer: Actor, *, call: str) -> dict[str, int]:
    """The folios that a coordinator may open, with how many remarks each has; only those with any."""
    require(viewer, Action.SEE_DISCUSSION, get_call(call).phase)
    if viewer.role is not Role.COORDINATOR:
        raise Forbidden
    comments = (
        select(Review.application_id)
        .join(Note, col(Note.review_id) == Review.id)
        .where(_counts(), Note.kind == NoteKind.COMMITTEE, Note.text != "")
    )
    pins = (
        select(PinnedNote.application_id)
        .join(Review, _of_pin())
        .where(_counts(), PinnedNote.shared, PinnedNote.text != "")
    )
    messages = select(CommitteeMessage.application_id).where(col(CommitteeMessage.withdrawn_at).is_(None))
    every = comments.union_all(pins, messages).subquery()
    query = (
        select(Application.folio, func.count())
        .join(Call, col(Call.id) == Application.call_id)
        .join(every, every.c.application_id == Application.id)
        .where(Call.slug == call, Application.status == ApplicationStatus.CURRENT)
        .group_by(Application.folio)
        .order_by(Application.folio)
    )
    with reading() as session:
        return dict(session.exec(query).all())


def _open(session: Session, viewer: Actor, call: str, folio: str, action: Action) -> tuple[Call, Application]:
    """The application, where this person takes part in its deliberation; ``Forbidden`` otherwise."""
    if viewer.role is Role.JURY:
        query = desk.hers(viewer, call, Call, Application)
    else:
        query = (
            select(Call, Application)
            .join(Application, col(Application.call_id) == Call.id)
            .where(Call.slug == call, Application.status == ApplicationStatus.CURRENT)
        )
    found = session.exec(query.where(Application.folio == folio)).first()
    if found is None:
        raise Forbidden("Esta postulación no está entre las suyas.")
    require(viewer, action, found[0].phase)
    return found[0], found[1]


def _checked(text: str) -> str:
    text = text.strip()
    if not text:
        raise Refused("Escriba algo antes de enviarlo.")
    if len(text) > LONGEST_MESSAGE:
        raise Refused(f"El mensaje pasa de {LONGEST_MESSAGE:,} caracteres: acórtelo.")
    return text


def _own(session: Session, actor: Actor, call: str, folio: str, message: int) -> CommitteeMessage:
    """A standing message of the actor's own about this application."""
    _, application = _open(session, actor, call, folio, Action.DISCUSS)
    mine = session.get(CommitteeMessage, message)
    if mine is None or mine.application_id != application.id or mine.person_id != actor.person_id:
        raise Forbidden("Ese mensaje no es suyo.")
    if mine.withdrawn_at:
        raise Refused("Ese mensaje ya se había retirado.")
    return mine


def _change(
    session: Session, actor: Actor, mine: CommitteeMessage, action: str, *, call: str, folio: str, text: str
) -> None:
    both = audit.Changes({"text": (mine.text, text)}, mine.application_id)
    facts = {"call": call, "folio": folio}
    audit.record(session, actor, action, "message", mine.id, facts, changes=both)
    mine.text = text
    session.add(mine)


def _counts() -> Any:
    """A review that was submitted, by somebody who did not recuse herself since."""
    recused = exists().where(
        col(Conflict.application_id) == Review.application_id, col(Conflict.person_id) == Review.person_id
    )
    return and_(Review.status == ReviewStatus.SUBMITTED, ~recused)


def _of_pin() -> Any:
    return and_(
        col(Review.application_id) == PinnedNote.application_id,
        col(Review.person_id) == PinnedNote.person_id,
    )


def _comments(session: Session, application: Application, cover: Covered) -> list[Remark]:
    query = (
        select(Note, Person.name, Review.person_id)
        .join(Review, col(Review.id) == Note.review_id)
        .join(Person, col(Person.id) == Review.person_id)
        .where(Review.application_id == application.id, _counts())
        .where(Note.kind == NoteKind.COMMITTEE, Note.text != "")
        .order_by(col(Note.updated_at), col(Note.id))
    )
    return [
        Remark(RemarkKind.COMMENT, who, note.updated_at, cover(author, note.text))
        for note, who, author in session.exec(query)
    ]


def _pins(session: Session, application: Application, spec: CallSpec, cover: Covered) -> list[Remark]:
    labels = {each.key: each.label for each in spec.documents}
    criteria = {each.key: each.label for each in spec.criteria}
    query = (
        select(PinnedNote, Person.name, Document.kind)
        .join(Person, col(Person.id) == PinnedNote.person_id)
        .join(Review, _of_pin())
        .outerjoin(Document, col(Document.public_id) == PinnedNote.document)
        .where(PinnedNote.application_id == application.id, PinnedNote.shared, PinnedNote.text != "")
        .where(_counts())
        .order_by(col(PinnedNote.updated_at), col(PinnedNote.id))
    )
    remarks = []
    for note, who, kind in session.exec(query):
        place = f"{labels.get(kind, kind)}, p. {note.page}" if kind else "Un documento que cambió"
        about = " · ".join(filter(None, (place, criteria.get(note.criterion))))
        remarks.append(Remark(RemarkKind.PIN, who, note.updated_at, cover(note.person_id, note.text), about))
    return remarks


def _messages(session: Session, application: Application, viewer: Actor, cover: Covered) -> list[Remark]:
    """Messages as they came. One that was withdrawn leaves its place only where somebody answered it."""
    query = (
        select(CommitteeMessage, Person.name)
        .join(Person, col(Person.id) == CommitteeMessage.person_id)
        .where(CommitteeMessage.application_id == application.id)
        .order_by(col(CommitteeMessage.written_at), col(CommitteeMessage.id))
    )
    found = session.exec(query).all()
    answered = {message.answers_to for message, _ in found if not message.withdrawn_at}
    return [
        Remark(
            RemarkKind.MESSAGE,
            who,
            message.written_at,
            cover(message.person_id, message.text),
            message=message.id,
            answers_to=message.answers_to,
            own=message.person_id == viewer.person_id and message.withdrawn_at is None,
            corrected=message.corrected_at is not None,
            withdrawn=message.withdrawn_at is not None,
        )
        for message, who in found
        if message.withdrawn_at is None or message.id in answered
    ]
