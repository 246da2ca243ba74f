"""Scores made outside: on paper, or in a spreadsheet while the network was down."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core import clock
from reviewer.core.csv_files import read_lines
from reviewer.core.database import advisory_lock, write_session
from reviewer.core.errors import UserError
from reviewer.jury.reviews.service import LONGEST_NOTE
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
    require_id,
)

_COLUMNS = ("reviewer", "application", "criterion", "score")
_INTEGER = re.compile(r"[+-]?\d{1,9}(?:\.0*)?", re.ASCII)
_FORMULA_GUARD = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠])")  # what our own exports put before such cells


@dataclass
class ImportResult:
    """What became of the file's lines; ``rejected`` are line numbers and why they were not taken."""

    recorded: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _ScoreLine:
    person_id: int
    application_id: int
    criterion: str
    score: int
    comment: str


@dataclass
class _Lookups:
    """Who and what the lines may name, read once."""

    spec: CallSpec
    jurors: dict[str, int]
    applications: dict[str, int]
    conflicts: set[tuple[int, int]]


@verb(Action.LOAD_SCORES)
def load_scores(actor: Actor, *, slug: str, path: Path) -> ImportResult:
    """Records a file's good lines (``reviewer,application,criterion,score[,comment]``), assigned or not.

    A score replaces that juror's earlier one; a review touched so counts as submitted. The same file a
    second time changes nothing. Raises ``UserError`` where the file can't be read or has no lines.
    """
    call = get_call(slug)
    require(actor, Action.LOAD_SCORES, call.phase)
    rows = list(read_lines(path, _COLUMNS, optional=("comment",)))
    if not rows:
        raise UserError(f"{path.name}: no hay ningún puntaje.")
    result, lines = ImportResult(), list[_ScoreLine]()
    with write_session() as session:
        advisory_lock(session, f"scores {slug}")
        lookups = _load_lookups(session, call)
        for number, cells in rows:
            try:
                lines.append(_parse_line(lookups, [_FORMULA_GUARD.sub("", cell) for cell in cells]))
            except UserError as refusal:
                result.rejected.append((number, str(refusal)))
        _record_lines(actor, session, call, lines, result)
        facts = {"recorded": result.recorded, "unchanged": result.unchanged, "bad": len(result.rejected)}
        log.record(session, actor, "scores.load", "call", slug, facts)
    return result


def _load_lookups(session: Session, call: Call) -> _Lookups:
    jurors = session.exec(select(Person.email, Person.id).where(Person.role == Role.JURY)).all()
    applications = session.exec(
        select(Application.folio, Application.id).where(
            Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT
        )
    ).all()
    conflicts = session.exec(select(Conflict.person_id, Conflict.application_id)).all()
    return _Lookups(
        spec_of(call),
        {email: person_id or 0 for email, person_id in jurors},
        {folio: application_id or 0 for folio, application_id in applications},
        set(conflicts),
    )


def _parse_line(lookups: _Lookups, cells: list[str]) -> _ScoreLine:
    email, folio, criterion, score_text, comment = cells
    person_id, application_id = lookups.jurors.get(email.casefold()), lookups.applications.get(folio)
    if person_id is None:
        raise UserError(f"«{email}» no es el correo de nadie del jurado.")
    if application_id is None:
        raise UserError(f"«{folio}» no es un folio de esta convocatoria.")
    if (person_id, application_id) in lookups.conflicts:
        raise UserError(f"«{email}» tiene un conflicto de interés con «{folio}».")
    if all(rubric_criterion.key != criterion for rubric_criterion in lookups.spec.criteria):
        raise UserError(f"«{criterion}» no es un criterio de la rúbrica.")
    low, high = lookups.spec.scale
    if not _INTEGER.fullmatch(score_text) or not low <= int(float(score_text)) <= high:
        raise UserError(f"«{score_text}» no es un puntaje: va de {low} a {high}, en números enteros.")
    if len(comment) > LONGEST_NOTE:
        raise UserError(f"El comentario pasa de {LONGEST_NOTE:,} caracteres.")
    return _ScoreLine(person_id, application_id, criterion, int(float(score_text)), comment.replace("\0", ""))


def _record_lines(
    actor: Actor, session: Session, call: Call, lines: list[_ScoreLine], result: ImportResult
) -> None:
    """Of two lines for one place the later one stands, as when a person writes twice."""
    reviews = _reviews(session, call, lines)
    scores, notes = _existing_entries(session, call)
    lines_by_pair: defaultdict[tuple[int, int], list[_ScoreLine]] = defaultdict(list)
    for line in lines:
        lines_by_pair[line.person_id, line.application_id].append(line)
    for pair, pair_lines in lines_by_pair.items():
        review = reviews[pair]
        changes = [change for line in pair_lines if (change := _set_score(session, review, line, scores))]
        comment_changes = [_set_comment(session, review, line.comment, notes) for line in pair_lines]
        result.recorded += len(changes)
        result.unchanged += len(pair_lines) - len(changes)
        if changes or any(comment_changes) or review.status is not ReviewStatus.SUBMITTED:
            review.status, review.skipped_at = ReviewStatus.SUBMITTED, None
            review.submitted_at = review.updated_at = clock.now()
            facts = {"call": call.slug, "scores": changes, "notes": sum(comment_changes)}
            log.record(session, actor, "review.load", "review", review.id, facts)


def _reviews(session: Session, call: Call, lines: list[_ScoreLine]) -> dict[tuple[int, int], Review]:
    """The call's reviews by person and application; those that the lines lack are made."""
    reviews = {
        (review.person_id, review.application_id): review
        for review in session.exec(select(Review).where(Review.call_id == call.id))
    }
    for line in lines:
        pair = (line.person_id, line.application_id)
        if pair not in reviews:
            reviews[pair] = Review(call_id=require_id(call), person_id=pair[0], application_id=pair[1])
            session.add(reviews[pair])
    session.flush()
    return reviews


def _existing_entries(session: Session, call: Call) -> tuple[dict[tuple[int, str], Score], dict[int, Note]]:
    scores = session.exec(
        select(Score).join(Review, col(Review.id) == Score.review_id).where(Review.call_id == call.id)
    )
    notes = session.exec(
        select(Note)
        .join(Review, col(Review.id) == Note.review_id)
        .where(Review.call_id == call.id, Note.kind == NoteKind.COMMITTEE)
    )
    return {(score.review_id, score.criterion): score for score in scores}, {
        note.review_id: note for note in notes
    }


def _set_score(
    session: Session, review: Review, line: _ScoreLine, scores: dict[tuple[int, str], Score]
) -> dict[str, str | int | None] | None:
    """What the line changed, for the audit trail."""
    key = (require_id(review), line.criterion)
    score = scores.get(key)
    if score is not None and score.value == line.score:
        return None
    before = score.value if score else None
    if score is None:
        scores[key] = Score(review_id=key[0], criterion=line.criterion, value=line.score)
        session.add(scores[key])
    else:
        score.value, score.version, score.updated_at = line.score, score.version + 1, clock.now()
    return {"criterion": line.criterion, "before": before, "after": line.score}


def _set_comment(session: Session, review: Review, text: str, notes: dict[int, Note]) -> bool:
    """Whether the line changed the comment; an empty cell leaves what the juror wrote."""
    note = notes.get(require_id(review))
    if not text or (note is not None and note.text == text):
        return False
    if note is None:
        notes[require_id(review)] = Note(review_id=require_id(review), kind=NoteKind.COMMITTEE, text=text)
        session.add(notes[require_id(review)])
    else:
        note.text, note.version, note.updated_at = text, note.version + 1, clock.now()
    return True
