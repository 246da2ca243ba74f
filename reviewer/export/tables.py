"""The tables of a call. Their rows are read in portions, each time that they are iterated over."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast, overload

from sqlalchemy import Select, func, select
from sqlmodel import Session, col

from reviewer.call.spec import CallSpec, spec_of
from reviewer.cohort.questions import label_of
from reviewer.demographics import geography, group_rules
from reviewer.demographics.age import age_on
from reviewer.demographics.answer_columns import MODELS
from reviewer.demographics.questions import AGE, ALCALDIA, ASKED, COHORT, CONSENT, NOT_ON_RECORD, Question, Use
from reviewer.export.data_dictionary import GROUP_SUFFIX
from reviewer.intake.batch import call_questions
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Call,
    Document,
    Eligibility,
    Note,
    NoteKind,
    Person,
    Review,
    ReviewStatus,
    Score,
    SensitiveTraits,
)
from reviewer.models.scopes import current_of
from reviewer.tables.csv_files import Cell, Table

EXPORTED = tuple(question for question in ASKED if question.uses & (Use.EXPORTS | Use.COHORT))
SCORE_COLUMNS = ("reviewer", "application", "criterion", "score", "comment")
_PORTION = 500
_MAX_CACHED_GROUPS = 10_000
Row = tuple[Cell, ...]


@dataclass(frozen=True)
class StoredRows(Sequence[Row]):
    """Rows that are read from the database whenever they are iterated over, while the session is open."""

    size: int
    read: Callable[[], Iterator[Row]]

    def __len__(self) -> int:
        return self.size

    def __iter__(self) -> Iterator[Row]:
        return self.read()

    @overload
    def __getitem__(self, index: int) -> Row: ...

    @overload
    def __getitem__(self, index: slice) -> Sequence[Row]: ...

    def __getitem__(self, index: int | slice) -> Row | Sequence[Row]:
        """Returns rows by number; reads all of them."""
        return tuple(self)[index]


def applications(session: Session, call: Call) -> Table:
    """Returns a table with a row for each current application, whatever its status."""
    kinds = tuple(kind.key for kind in spec_of(call).documents)
    answers = (name for question in EXPORTED for name in _column_names(question))
    added = tuple(question.key for question in call_questions.questions_of(session, call))
    columns = ("folio", *answers, *added, *kinds, "status", "eligibility", "reasons")
    count = select(func.count()).select_from(Application).where(current_of(call))
    size = session.connection().execute(count).scalar_one()
    rows = StoredRows(size, lambda: _read_applications(session, call, kinds, added))
    return Table("Postulaciones", columns, rows)


def scores(session: Session, call: Call) -> Table:
    """Returns a table with a row for each score, as ``scores load`` reads it.

    The comment of a review is in the row of its first score.
    """
    counted = (col(Review.call_id) == call.id, col(Review.status) != ReviewStatus.SET_ASIDE)
    count = select(func.count()).select_from(Score).join(Review, col(Review.id) == Score.review_id).where(*counted)
    columns: list[Any] = [Review.id, Person.email, Application.folio, Score.criterion, Score.value, Note.text]
    query = (
        select(*columns)
        .select_from(Score)
        .join(Review, col(Review.id) == Score.review_id)
        .join(Person, col(Person.id) == Review.person_id)
        .join(Application, col(Application.id) == Review.application_id)
        .join(Note, (col(Note.review_id) == Review.id) & (col(Note.kind) == NoteKind.COMMITTEE), isouter=True)
        .where(*counted)
        .order_by(col(Application.folio), col(Person.email), col(Score.id))
    )
    rows = StoredRows(session.connection().execute(count).scalar_one(), lambda: _comment_once(_read(session, query)))
    return Table("Puntajes", SCORE_COLUMNS, rows)


def ranking(session: Session, call: Call) -> Table:
    """Returns the calibrated ranking, the best first; without rows while no review is submitted."""
    from reviewer.decision.ranking.files import table_of
    from reviewer.decision.ranking.ranking import CONTRACT
    from reviewer.decision.ranking.service import ranking_of

    ranked = ranking_of(session, call)
    return table_of(ranked) if ranked else Table("Ranking", CONTRACT, ())


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
"""By the name of the file and the sheet."""


def _column_names(question: Question) -> tuple[str, ...]:
    grouped = question.key in COHORT
    return (question.key, f"{question.key}{GROUP_SUFFIX}") if grouped else (question.key,)


def _read(session: Session, query: Select[*tuple[Any, ...]]) -> Iterator[Any]:
    return iter(session.connection().execute(query, execution_options={"yield_per": _PORTION}))


def _read_applications(session: Session, call: Call, kinds: tuple[str, ...], added: tuple[str, ...]) -> Iterator[Row]:
    columns: list[Any] = [
        getattr(MODELS[question.store], name)
        for question in EXPORTED
        for name in (question.column or question.value_column, question.value_column)
    ]
    query = (
        select(
            col(Application.id),
            col(Application.folio),
            col(Application.status),
            col(Application.eligibility),
            col(Application.reasons),
            *(column.label(f"answer_{number}") for number, column in enumerate(columns)),
        )
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .join(SensitiveTraits, col(SensitiveTraits.application_id) == Application.id, isouter=True)
        .where(current_of(call))
        .order_by(col(Application.folio))
    )
    make_cells = _cell_maker(session, spec_of(call))
    result = session.connection().execute(query, execution_options={"yield_per": _PORTION})
    for portion in result.partitions(_PORTION):
        keys = [row[0] for row in portion]
        names = _file_names(session, keys)
        added_answers = call_questions.answers(session, call, keys) if added else {}
        for key, folio, status, eligibility, reasons, *answers in portion:
            pairs = zip(EXPORTED, answers[::2], answers[1::2], strict=True)
            yield (
                folio,
                *(cell for pair in pairs for cell in make_cells(*pair)),
                *(added_answers.get(key, {}).get(name, "") for name in added),
                *(";".join(names.get((key, kind), ())) for kind in kinds),
                *(_status(status, eligibility), eligibility.value, reasons),
            )


def _status(status: ApplicationStatus, eligibility: Eligibility) -> str:
    """Returns ``withdrawn`` of a current application that its applicant took back, else its status."""
    return Eligibility.WITHDRAWN.value if eligibility is Eligibility.WITHDRAWN else status.value


def _cell_maker(session: Session, spec: CallSpec) -> Callable[[Question, Any, Any], Row]:
    """Returns a function that makes the cells of an answer: as it was written, and its group if it has one."""
    groupings = group_rules.all_groupings(session)

    @lru_cache(maxsize=_MAX_CACHED_GROUPS)
    def group_cells(question: Question, value: Any) -> tuple[str, ...]:
        return (label_of(question, value, spec, groupings),) if question.key in COHORT else ()

    def make_cells(question: Question, written: Any, value: Any) -> Row:
        if question == AGE:
            written = value = age_on(spec.closing_day, value) if value else None
        return (_answer_cell(question, written, value, spec), *group_cells(question, value))

    return make_cells


def _answer_cell(question: Question, written: Any, value: Any, spec: CallSpec) -> Cell:
    if question == ALCALDIA:
        alcaldia = geography.by_code().get(value or "")
        return alcaldia.name if alcaldia else cast("str", written)
    if question == CONSENT and written is None:
        return NOT_ON_RECORD
    if isinstance(written, datetime):
        return spec.local(written)
    return cast("str | int | date | None", written)


def _comment_once(rows: Iterable[Any]) -> Iterator[Row]:
    previous_review = None
    for review, email, folio, criterion, value, comment in rows:
        yield email, folio, criterion, value, (comment or "") if review != previous_review else ""
        previous_review = review


def _file_names(session: Session, ids: list[int]) -> dict[tuple[int, str], list[str]]:
    query = (
        select(col(Document.application_id), col(Document.kind), col(Document.original_name))
        .where(col(Document.application_id).in_(ids))
        .order_by(col(Document.kind), col(Document.position))
    )
    file_names: dict[tuple[int, str], list[str]] = {}
    for application_id, kind, name in session.connection().execute(query):
        file_names.setdefault((application_id, kind), []).append(name)
    return file_names
