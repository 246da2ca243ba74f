"""Scores made outside: on paper, or in a spreadsheet while the network was down."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, write_session
from reviewer.core.errors import UserError
from reviewer.core.text import fold
from reviewer.jury.reviews import reviewed_documents
from reviewer.jury.reviews.service import LONGEST_NOTE
from reviewer.models import (
    Application,
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
from reviewer.models.scopes import current_of
from reviewer.tables.csv_files import CsvLine, parse_number, read_lines

_COLUMNS = ("reviewer", "application", "criterion", "score")
_FORMULA_GUARD = re.compile(r"^'(?=[=+\-@\t\r\n＝＋－＠])")  # what our own exports put before such cells


@dataclass
class ImportResult:
    """The outcome of a file's lines; ``rejected`` has line numbers and reasons."""

    recorded: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)


@dataclass(frozen=True)
class _ScoreLine:
    person_id: int
    application_id: int
    criterion: str
    score: int


@dataclass
class _Lookups:
    """What the lines may name: folios in lower case, criteria by key and by label.

    ``comments`` are those of the lines accepted so far, by person and application, each once.
    """

    spec: CallSpec
    criteria: dict[str, str]
    jurors: dict[str, int]
    applications: dict[str, int]
    conflicts: set[tuple[int, int]]
    comments: defaultdict[tuple[int, int], list[str]] = field(default_factory=lambda: defaultdict(list))


@verb(Action.LOAD_SCORES)
def load_scores(actor: Actor, *, slug: str, path: Path) -> ImportResult:
    """Records a file's valid lines (``reviewer,application,criterion,score[,comment]``), assigned or not.

    A score replaces an earlier one of that juror, whose review then counts as submitted. The same file a
    second time changes nothing. Raises UserError if the file cannot be read or has no lines.
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
        for row in rows:
            try:
                lines.append(_parse_line(lookups, row))
            except UserError as refusal:
                result.rejected.append((row.number, str(refusal)))
        _record_lines(actor, session, call, lines, lookups.comments, result)
        facts = {"recorded": result.recorded, "unchanged": result.unchanged, "bad": len(result.rejected)}
        log.record(session, actor, "scores.load", "call", slug, facts)
    return result


def _load_lookups(session: Session, call: Call) -> _Lookups:
    jurors: Any = select(Person.email, Person.id).where(Person.role == Role.JURY)
    applications: Any = select(Application.folio, Application.id).where(current_of(call))
    spec = spec_of(call)
    conflicts = session.exec(select(Conflict.person_id, Conflict.application_id)).all()
    return _Lookups(
        spec,
        {fold(name): criterion.key for criterion in spec.criteria for name in (criterion.label, criterion.key)},
        dict(session.exec(jurors).all()),
        {folio.casefold(): application_id for folio, application_id in session.exec(applications)},
        set(conflicts),
    )


def _parse_line(lookups: _Lookups, line: CsvLine) -> _ScoreLine:
    if line.is_too_long:
        raise UserError("Hay más celdas que columnas: escriba entre comillas lo que lleve una coma.")
    email, folio, criterion, score_text, comment = (_FORMULA_GUARD.sub("", cell) for cell in line.cells)
    person_id = lookups.jurors.get(email.casefold())
    application_id = lookups.applications.get(folio.casefold())
    if person_id is None:
        raise UserError(f"«{email}» no es el correo de nadie del jurado.")
    if application_id is None:
        raise UserError(f"«{folio}» no es un folio de esta convocatoria.")
    if (person_id, application_id) in lookups.conflicts:
        raise UserError(f"«{email}» tiene un conflicto de interés con «{folio}».")
    key = lookups.criteria.get(fold(criterion))
    if key is None:
        raise UserError(f"«{criterion}» no es un criterio de la rúbrica.")
    low, high = lookups.spec.scale
    score = parse_number(score_text)
    if score is None or not score.is_integer() or not low <= score <= high:
        raise UserError(f"«{score_text}» no es un puntaje: va de {low} a {high}, en números enteros.")
    _add_comment(lookups.comments[person_id, application_id], comment.replace("\0", ""))
    return _ScoreLine(person_id, application_id, key, int(score))


def _add_comment(comments: list[str], comment: str) -> None:
    """Appends a comment that is not there yet. Raises ``UserError`` where they are too long for one note."""
    if not comment or comment in comments:
        return
    if len("\n".join([*comments, comment])) > LONGEST_NOTE:
        raise UserError(f"Los comentarios de este dictamen pasan de {LONGEST_NOTE:,} caracteres.")
    comments.append(comment)


def _record_lines(
    actor: Actor,
    session: Session,
    call: Call,
    lines: list[_ScoreLine],
    comments: Mapping[tuple[int, int], list[str]],
    result: ImportResult,
) -> None:
    """Records the lines; of two for one score the later counts, and different comments are joined."""
    reviews = _reviews(session, call, lines)
    scores, notes = _existing_entries(session, call)
    lines_by_pair: defaultdict[tuple[int, int], dict[str, _ScoreLine]] = defaultdict(dict)
    for line in lines:
        lines_by_pair[line.person_id, line.application_id][line.criterion] = line
    result.unchanged += len(lines)
    sent = []
    for pair, line_by_criterion in lines_by_pair.items():
        review = reviews[pair]
        changes = [
            change for line in line_by_criterion.values() if (change := _set_score(session, review, line, scores))
        ]
        has_new_comment = _set_comment(session, review, "\n".join(comments.get(pair, ())), notes)
        result.recorded += len(changes)
        result.unchanged -= len(changes)
        if changes or has_new_comment or review.status is not ReviewStatus.SUBMITTED:
            review.status, review.skipped_at = ReviewStatus.SUBMITTED, None
            review.submitted_at = review.updated_at = clock.now()
            facts = {"call": call.slug, "scores": changes, "notes": int(has_new_comment)}
            log.record(session, actor, "review.load", "review", review.id, facts)
            sent.append(require_id(review))
    session.flush()
    reviewed_documents.record_reviewed(session, spec_of(call), sent)


def _reviews(session: Session, call: Call, lines: list[_ScoreLine]) -> dict[tuple[int, int], Review]:
    """Returns the call's reviews by person and application, with new ones for the lines that lack one."""
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
    return {(score.review_id, score.criterion): score for score in scores}, {note.review_id: note for note in notes}


def _set_score(
    session: Session, review: Review, line: _ScoreLine, scores: dict[tuple[int, str], Score]
) -> dict[str, str | int | None] | None:
    """Returns what the line changed, for the audit trail, or None."""
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
    """Returns whether the comment changed; an empty one leaves what the juror wrote."""
    note = notes.get(require_id(review))
    if not text or (note is not None and note.text == text):
        return False
    if note is None:
        notes[require_id(review)] = Note(review_id=require_id(review), kind=NoteKind.COMMITTEE, text=text)
        session.add(notes[require_id(review)])
    else:
        note.text, note.version, note.updated_at = text, note.version + 1, clock.now()
    return True
