"""The tables of a call as CSV files and one workbook: applications, scores, ranking, selection."""

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from sqlmodel import Session, SQLModel, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core.csv_files import Cell, Table, to_csv
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError, os_fault
from reviewer.core.xlsx import write_workbook
from reviewer.demographics import geography
from reviewer.demographics.questions import ALCALDIA, ASKED, Question, Store, Use
from reviewer.export.data_dictionary import BY_SHEET
from reviewer.intake.batch import call_questions
from reviewer.models import (
    Applicant,
    Application,
    Call,
    Document,
    Note,
    NoteKind,
    Person,
    Review,
    ReviewStatus,
    Score,
    SensitiveTraits,
    require_id,
)
from reviewer.models.scopes import current_of

EXPORTED = tuple(question for question in ASKED if Use.EXPORTS in question.uses)
SCORE_COLUMNS = ("reviewer", "application", "criterion", "score", "comment")
_BATCH_SIZE = 500


@verb(Action.EXPORT)
def export(actor: Actor, *, slug: str, folder: Path) -> list[Path]:
    """Writes the call's tables to ``folder``, which is created if missing; returns the paths of the files."""
    call = get_call(slug)
    require(actor, Action.EXPORT, call.phase)
    with read_session() as session:
        tables = {name: make(session, call) for name, make in TABLE_BUILDERS.items()}
    try:
        paths = _write(folder, slug, tables)
    except OSError as error:
        raise os_fault(f"No se puede escribir en {folder}", error) from error
    with write_session() as session:
        rows = {name: len(table.rows) for name, table in tables.items()}
        log.record(session, actor, "export", "call", slug, rows)
    return paths


def applications(session: Session, call: Call) -> Table:
    """Returns a table with a row for each current application, whatever its status."""
    spec = spec_of(call)
    kinds = tuple(kind.key for kind in spec.documents)
    added = tuple(question.key for question in call_questions.questions_of(session, call))
    query = (
        select(Application, Applicant, SensitiveTraits)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .join(SensitiveTraits, col(SensitiveTraits.application_id) == Application.id, isouter=True)
        .where(current_of(call))
        .order_by(Application.folio)
    )
    rows: list[tuple[Cell, ...]] = []
    for batch in session.exec(query).partitions(_BATCH_SIZE):
        names = _file_names(session, [application.id for application, _, _ in batch])
        answers = call_questions.answers(session, call, [require_id(application) for application, _, _ in batch])
        for application, applicant, traits in batch:
            by_store = {Store.APPLICATION: application, Store.APPLICANT: applicant, Store.SENSITIVE: traits}
            rows.append(
                (
                    application.folio,
                    *(_answer_cell(question, by_store[question.store], spec) for question in EXPORTED),
                    *(answers.get(require_id(application), {}).get(key, "") for key in added),
                    *(";".join(names.get((application.id, kind), ())) for kind in kinds),
                    *(application.status.value, application.eligibility.value, application.reasons),
                )
            )
    keys = (question.key for question in EXPORTED)
    columns = ("folio", *keys, *added, *kinds, "status", "eligibility", "reasons")
    return Table("Postulaciones", columns, tuple(rows))


def scores(session: Session, call: Call) -> Table:
    """Returns a table with a row for each score, as ``scores load`` reads it.

    The comment of a review is in the row of its first score.
    """
    columns: list[Any] = [Review.id, Person.email, Application.folio, Score.criterion, Score.value, Note.text]
    query = (
        select(*columns)
        .select_from(Score)
        .join(Review, col(Review.id) == Score.review_id)
        .join(Person, col(Person.id) == Review.person_id)
        .join(Application, col(Application.id) == Review.application_id)
        .join(Note, (col(Note.review_id) == Review.id) & (col(Note.kind) == NoteKind.COMMITTEE), isouter=True)
        .where(Review.call_id == call.id, Review.status != ReviewStatus.SET_ASIDE)
        .order_by(Application.folio, Person.email, col(Score.id))
    )
    return Table("Puntajes", SCORE_COLUMNS, tuple(_comment_once(session.exec(query))))


def ranking(session: Session, call: Call) -> Table:
    """Returns the calibrated ranking, the best first; without rows while no review is submitted."""
    from reviewer.decision.ranking.files import table_of
    from reviewer.decision.ranking.ranking import CONTRACT
    from reviewer.decision.ranking.service import ranking_of

    ranked = ranking_of(session, call)
    return table_of(ranked) if ranked else Table("Ranking", CONTRACT, ())


@verb(Action.SEE_RANKING)
def scores_table(viewer: Actor, *, slug: str) -> Table:
    """Returns the table of scores for a viewer of the ranking. It names jurors but no applicants."""
    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session() as session:
        return scores(session, call)


@verb(Action.SEE_RANKING)
def ranking_table(viewer: Actor, *, slug: str) -> Table:
    """Returns the table of the ranking for a viewer who may see it."""
    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session() as session:
        return ranking(session, call)


@verb(Action.SEE_RANKING)
def ranking_workbook(viewer: Actor, *, slug: str) -> dict[str, Table]:
    """Returns the tables of the ranking, of its jurors, and of the scores that it was computed from."""
    from reviewer.decision.ranking.files import table_of, table_of_jurors
    from reviewer.decision.ranking.service import ranking_of

    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session() as session:
        ranked = ranking_of(session, call)
        if ranked is None:
            raise UserError(f"En «{slug}» no hay ningún dictamen enviado todavía.")
        return {
            "ranking": table_of(ranked),
            "reviewers": table_of_jurors(ranked),
            "scores": scores(session, call),
        }


def selection(session: Session, call: Call) -> Table:
    """Returns the selected and waiting applications; without rows while there is no selection."""
    from reviewer.decision.outcome.seat_holders import amended_selection
    from reviewer.decision.selection.record import table_of

    return table_of(amended_selection(session, call))


TABLE_BUILDERS: dict[str, Callable[[Session, Call], Table]] = {
    "applications": applications,
    "scores": scores,
    "ranking": ranking,
    "selection": selection,
}


def _comment_once(rows: Iterable[Any]) -> Iterator[tuple[Cell, ...]]:
    previous_review = None
    for review, email, folio, criterion, value, comment in rows:
        yield email, folio, criterion, value, (comment or "") if review != previous_review else ""
        previous_review = review


def _answer_cell(question: Question, row: SQLModel | None, spec: CallSpec) -> Cell:
    value = getattr(row, question.column) if row else ""
    if question == ALCALDIA:
        alcaldia = geography.by_code().get(getattr(row, question.value_column) or "")
        return alcaldia.name if alcaldia else cast("str", value)
    return spec.local(value) if isinstance(value, datetime) else cast("Cell", value)


def _file_names(session: Session, ids: list[int | None]) -> dict[tuple[int | None, str], list[str]]:
    query = (
        select(Document.application_id, Document.kind, Document.original_name)
        .where(col(Document.application_id).in_(ids))
        .order_by(Document.kind, col(Document.position))
    )
    file_names: dict[tuple[int | None, str], list[str]] = {}
    for application_id, kind, name in session.exec(query):
        file_names.setdefault((application_id, kind), []).append(name)
    return file_names


def _write(folder: Path, slug: str, tables: dict[str, Table]) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in tables.items():
        path = folder / f"{name}.csv"
        path.write_bytes(to_csv(table))
        paths.append(path)
    workbook_path = folder / f"{slug}.xlsx"
    with workbook_path.open("wb") as file:
        write_workbook(file, tables, BY_SHEET)
    return [*paths, workbook_path]
