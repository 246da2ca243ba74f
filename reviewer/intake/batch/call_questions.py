"""Questions that are added to a call after its form: columns of batches that nothing else claimed.

The answers stay where they came, in the rows of the batches; a batch's report says which header is which
question. So adding one takes in the rows that are stored, and removing it leaves them as received.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import call_in, get_call, spec_of
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.core.text import fold
from reviewer.intake.parse.column_vocabulary import Vocabulary, vocabulary
from reviewer.intake.parse.normalise import one_line
from reviewer.models import Batch, BatchRow, Call, CallQuestion, require_id

LONGEST_KEY = 40
LONGEST_LABEL = 200  # characters
_ROWS_PER_QUERY = 500


@dataclass(frozen=True)
class AddedQuestion:
    """A question that was added; ``header`` is the column that it was made of."""

    key: str
    label: str
    header: str


@verb(Action.IMPORT_BATCH)
def add(actor: Actor, *, slug: str, header: str, label: str) -> str:
    """Makes a question of the call of the column ``header``, and returns its key.

    Raises ``UserError`` where no batch has such a column that nothing claims.
    """
    clean_label = one_line(label)[:LONGEST_LABEL]
    if not clean_label:
        raise UserError("Escriba cómo se llamará la pregunta.")
    with write_session() as session:
        call = _changeable_call(session, actor, slug)
        if not _mark_batches(session, call, header, None, (key := _free_key(session, call, clean_label))):
            raise UserError(f"Ningún lote tiene una columna «{header}» que nada reclame.")
        session.add(CallQuestion(call_id=require_id(call), key=key, label=clean_label, header=header))
        log.record(session, actor, "question.add", "call", slug, {"key": key, "label": clean_label, "column": header})
        return key


@verb(Action.IMPORT_BATCH)
def remove(actor: Actor, *, slug: str, key: str) -> None:
    """Takes an added question back; its answers stay with their rows, as columns that nothing claims."""
    with write_session() as session:
        call = _changeable_call(session, actor, slug)
        query = select(CallQuestion).where(CallQuestion.call_id == call.id, CallQuestion.key == key)
        question = session.exec(query).first()
        if question is None:
            raise UserError("Esa pregunta ya se quitó.")
        _mark_batches(session, call, None, key, None)
        session.delete(question)
        facts = {"key": key, "label": question.label, "column": question.header}
        log.record(session, actor, "question.remove", "call", slug, facts)


@verb(Action.IMPORT_BATCH)
def added(viewer: Actor, *, slug: str) -> list[AddedQuestion]:
    """Returns the questions that were added to a call, in the order in which they were."""
    call = get_call(slug)
    require(viewer, Action.IMPORT_BATCH, call.phase)
    with read_session() as session:
        return questions_of(session, call)


def questions_of(session: Session, call: Call) -> list[AddedQuestion]:
    """Returns the same, in the caller's session."""
    query = select(CallQuestion).where(CallQuestion.call_id == call.id).order_by(col(CallQuestion.id))
    return [AddedQuestion(question.key, question.label, question.header) for question in session.exec(query)]


def vocabulary_of(call: Call) -> Vocabulary:
    """Returns the names that columns of a call's tables may have, with those of its added questions."""
    with read_session() as session:
        questions = questions_of(session, call)
    spellings = {question.key: (fold(question.label), fold(question.header)) for question in questions}
    return vocabulary(spec_of(call).documents, spellings)


def answers(session: Session, call: Call, applications: Sequence[int]) -> dict[int, dict[str, str]]:
    """Returns the answers to added questions, by application and key, as batches brought them last."""
    keys = {question.key for question in questions_of(session, call)}
    answers_by_application: dict[int, dict[str, str]] = {}
    if not keys:
        return answers_by_application
    headers = {
        batch_id: {header: name for header, name in columns.items() if name in keys}
        for batch_id, columns in _columns_by_batch(session, call).items()
    }
    query = select(BatchRow.application_id, BatchRow.batch_id, BatchRow.raw).order_by(col(BatchRow.batch_id))
    for start in range(0, len(applications), _ROWS_PER_QUERY):
        of_chunk = col(BatchRow.application_id).in_(applications[start : start + _ROWS_PER_QUERY])
        for application_id, batch_id, raw in session.exec(query.where(of_chunk)):
            if application_id is None:
                continue
            brought = {name: raw[header] for header, name in headers.get(batch_id, {}).items() if raw.get(header)}
            answers_by_application.setdefault(application_id, {}).update(brought)
    return answers_by_application


def _columns_by_batch(session: Session, call: Call) -> dict[int, dict[str, str]]:
    batches = session.exec(select(Batch.id, Batch.report).where(Batch.call_id == call.id))
    return {batch_id: report.get("columns") or {} for batch_id, report in batches if batch_id}


def _changeable_call(session: Session, actor: Actor, slug: str) -> Call:
    call = call_in(session, slug)
    require(actor, Action.IMPORT_BATCH, call.phase)
    advisory_lock(session, f"intake-{slug}")
    return call


def _mark_batches(session: Session, call: Call, header: str | None, before: str | None, after: str | None) -> int:
    """Writes into the batches' reports that a column means ``after``; returns in how many it meant ``before``.

    ``header`` is the column, None for whichever means ``before``.
    """
    marked = 0
    for batch in session.exec(select(Batch).where(Batch.call_id == call.id)):
        columns: Mapping[str, str | None] = batch.report.get("columns") or {}
        fitting = {
            name
            for name, meaning in columns.items()
            if meaning == before and (header is None or fold(name) == fold(header))
        }
        if fitting:
            new = {name: after if name in fitting else meaning for name, meaning in columns.items()}
            batch.report = {**batch.report, "columns": new}
            session.add(batch)
            marked += 1
    return marked


def _free_key(session: Session, call: Call, label: str) -> str:
    """Returns a key made of the label that no other column of the call's tables has."""
    names = vocabulary(spec_of(call).documents)
    taken = {*names.aliases, "status", "eligibility", "reasons"}
    taken |= {question.key for question in questions_of(session, call)}
    stem = fold(label).replace(" ", "_")[:LONGEST_KEY].strip("_")
    if not stem.isascii() or not stem[:1].isalpha():
        stem = f"pregunta_{stem}" if stem.isascii() and stem else "pregunta"
    stem = stem[:LONGEST_KEY]
    candidates = [stem, *(f"{stem[: LONGEST_KEY - 3]}_{number}" for number in range(2, 100))]
    return next(candidate for candidate in candidates if candidate not in taken)
