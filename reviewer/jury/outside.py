"""Scores made outside: on paper, or in a spreadsheet while the network was down."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session, col, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.csv_lines import read_lines
from reviewer.database import advisory_lock, writing
from reviewer.errors import Refused
from reviewer.jury.reviews import LONGEST_NOTE
from reviewer.models import (
    Application,
    ApplicationStatus,
    Call,
    Conflict,
    Note,
    NoteKind,
    Person,
    Review,
    ReviewStatus,
    Role,
    Score,
)

_COLUMNS = ("reviewer", "application", "criterion", "score")
_WHOLE = re.compile(r"[+-]?\d{1,9}(?:\.0*)?", re.ASCII)
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠])")  # what our own exports put before such cells


@dataclass
class Loaded:
    """What became of the file's lines; ``bad`` are line numbers and why they were not taken."""

    recorded: int = 0
    unchanged: int = 0
    bad: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _Line:
    person_id: int
    application_id: int
    criterion: str
    score: int
    comment: str


@dataclass
class _Known:
    """Who and what the lines may name, read once."""

    spec: CallSpec
    jurors: dict[str, int]
    applications: dict[str, int]
    conflicts: set[tuple[int, int]]


def load_scores(actor: Actor, *, call: str, path: Path) -> Loaded:
    """Records a file's good lines (``reviewer,application,criterion,score[,comment]``), assigned or not.

    A score replaces that juror's earlier one; a review touched so counts as submitted. The same file a
    second time changes nothing. Raises ``Refused`` where the file can't be read or has no lines.
    """
    stored = get_call(call)
    require(actor, Action.LOAD_SCORES, stored.phase)
    rows = list(read_lines(path, _COLUMNS, optional=("comment",)))
    if not rows:
        raise Refused(f"{path.name}: no hay ningún puntaje.")
    loaded, good = Loaded(), list[_Line]()
    with writing() as session:
        advisory_lock(session, f"scores {call}")
        known = _known(session, stored)
        for number, cells in rows:
            try:
                good.append(_checked(known, [_GUARDED.sub("", cell) for cell in cells]))
            except Refused as refusal:
                loaded.bad.append((number, str(refusal)))
        _record(actor, session, stored, good, loaded)
        facts = {"recorded": loaded.recorded, "unchanged": loaded.unchanged, "bad": len(loaded.bad)}
        audit.record(session, actor, "scores.load", "call", call, facts)
    return loaded


def _known(session: Session, call: Call) -> _Known:
    jurors = session.exec(select(Person.email, Person.id).where(Person.role == Role.JURY)).all()
    applications = session.exec(
        select(Application.folio, Application.id).where(
            Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT
        )
    ).all()
    conflicts = session.exec(select(Conflict.person_id, Conflict.application_id)).all()
    return _Known(
        spec_of(call),
        {email: number or 0 for email, number in jurors},
        {folio: number or 0 for folio, number in applications},
        set(conflicts),
    )


def _checked(known: _Known, cells: list[str]) -> _Line:
    email, folio, criterion, written, comment = cells
    juror, application = known.jurors.get(email.casefold()), known.applications.get(folio)
    if juror is None:
        raise Refused(f"«{email}» no es el correo de nadie del jurado.")
    if application is None:
        raise Refused(f"«{folio}» no es un folio de esta convocatoria.")
    if (juror, application) in known.conflicts:
        raise Refused(f"«{email}» tiene un conflicto de interés con «{folio}».")
    if all(each.key != criterion for each in known.spec.criteria):
        raise Refused(f"«{criterion}» no es un criterio de la rúbrica.")
    low, high = known.spec.scale
    if not _WHOLE.fullmatch(written) or not low <= int(float(written)) <= high:
        raise Refused(f"«{written}» no es un puntaje: va de {low} a {high}, en números enteros.")
    if len(comment) > LONGEST_NOTE:
        raise Refused(f"El comentario pasa de {LONGEST_NOTE:,} caracteres.")
    return _Line(juror, application, criterion, int(float(written)), comment.replace("\0", ""))


def _record(actor: Actor, session: Session, call: Call, lines: list[_Line], loaded: Loaded) -> None:
    """Of two lines for one place the later one stands, as when a person writes twice."""
    reviews = _reviews(session, call, lines)
    scores, notes = _what_stands(session, call)
    mine: defaultdict[tuple[int, int], list[_Line]] = defaultdict(list)
    for line in lines:
        mine[line.person_id, line.application_id].append(line)
    for pair, its in mine.items():
        review = reviews[pair]
        changes = [change for line in its if (change := _set(session, review, line, scores))]
        noted = [_comment(session, review, line.comment, notes) for line in its]
        loaded.recorded += len(changes)
        loaded.unchanged += len(its) - len(changes)
        if changes or any(noted) or review.status is not ReviewStatus.SUBMITTED:
            review.status, review.skipped_at = ReviewStatus.SUBMITTED, None
            review.submitted_at = review.updated_at = clock.now()
            facts = {"call": call.slug, "scores": changes, "notes": sum(noted)}
            audit.record(session, actor, "review.load", "review", review.id, facts)


def _reviews(session: Session, call: Call, lines: list[_Line]) -> dict[tuple[int, int], Review]:
    """The call's reviews by person and application; those that the lines lack are made."""
    reviews = {
        (each.person_id, each.application_id): each
        for each in session.exec(select(Review).where(Review.call_id == call.id))
    }
    for line in lines:
        pair = (line.person_id, line.application_id)
        if pair not in reviews:
            reviews[pair] = Review(call_id=call.id or 0, person_id=pair[0], application_id=pair[1])
            session.add(reviews[pair])
    session.flush()
    return reviews


def _what_stands(session: Session, call: Call) -> tuple[dict[tuple[int, str], Score], dict[int, Note]]:
    scores = session.exec(
        select(Score).join(Review, col(Review.id) == Score.review_id).where(Review.call_id == call.id)
    )
    notes = session.exec(
        select(Note)
        .join(Review, col(Review.id) == Note.review_id)
        .where(Review.call_id == call.id, Note.kind == NoteKind.COMMITTEE)
    )
    return {(each.review_id, each.criterion): each for each in scores}, {
        each.review_id: each for each in notes
    }


def _set(
    session: Session, review: Review, line: _Line, scores: dict[tuple[int, str], Score]
) -> dict[str, str | int | None] | None:
    """What the line changed, for the audit trail."""
    place = (review.id or 0, line.criterion)
    score = scores.get(place)
    if score is not None and score.value == line.score:
        return None
    before = score.value if score else None
    if score is None:
        scores[place] = Score(review_id=place[0], criterion=line.criterion, value=line.score)
        session.add(scores[place])
    else:
        score.value, score.version, score.updated_at = line.score, score.version + 1, clock.now()
    return {"criterion": line.criterion, "before": before, "after": line.score}


def _comment(session: Session, review: Review, text: str, notes: dict[int, Note]) -> bool:
    """Whether the line changed the comment; an empty cell leaves what the juror wrote."""
    note = notes.get(review.id or 0)
    if not text or (note is not None and note.text == text):
        return False
    if note is None:
        notes[review.id or 0] = Note(review_id=review.id or 0, kind=NoteKind.COMMITTEE, text=text)
        session.add(notes[review.id or 0])
    else:
        note.text, note.version, note.updated_at = text, note.version + 1, clock.now()
    return True
