"""The tables of a call as files and one workbook: applications, scores, ranking, selection."""

from collections.abc import Iterator
from pathlib import Path

from sqlmodel import Session

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.call.spec import get_call
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import NotFound, UserError, os_fault
from reviewer.export import tables
from reviewer.export.data_dictionary import BY_SHEET, DAYS
from reviewer.export.formats import Format, file_chunks
from reviewer.export.tables import TABLE_BUILDERS
from reviewer.models import Call
from reviewer.tables.csv_files import Table
from reviewer.tables.xlsx import to_workbook, write_workbook


@verb(Action.EXPORT)
def export(actor: Actor, *, slug: str, folder: Path, file_format: Format = Format.CSV) -> list[Path]:
    """Writes the call's tables to ``folder``, which is created if missing; returns the paths of the files.

    The last one is the workbook. Rows are read and written in portions.
    """
    call = get_call(slug)
    require(actor, Action.EXPORT, call.phase)
    with read_session(streaming=True) as session:
        all_tables = _all_tables(session, call)
        try:
            paths = _write(folder, slug, all_tables, file_format)
        except OSError as error:
            raise os_fault(f"No se puede escribir en {folder}", error) from error
    _record(actor, call, all_tables)
    return paths


@verb(Action.EXPORT)
def table_file(actor: Actor, *, slug: str, name: str, file_format: Format) -> Iterator[bytes]:
    """Records the export of one table, and returns the parts of its file.

    Raises ``NotFound`` where there is no table of this name.
    """
    call = get_call(slug)
    require(actor, Action.EXPORT, call.phase)
    if name not in TABLE_BUILDERS:
        raise NotFound("No hay una tabla con ese nombre.")
    with read_session(streaming=True) as session:
        _record(actor, call, {name: TABLE_BUILDERS[name](session, call)})
    return _stream(call, name, file_format)


@verb(Action.EXPORT)
def workbook(actor: Actor, *, slug: str) -> bytes:
    """Records the export of all tables, and returns their workbook."""
    call = get_call(slug)
    require(actor, Action.EXPORT, call.phase)
    with read_session(streaming=True) as session:
        all_tables = _all_tables(session, call)
        content = to_workbook(all_tables, BY_SHEET, days=DAYS)
    _record(actor, call, all_tables)
    return content


@verb(Action.EXPORT)
def read_tables(actor: Actor, *, slug: str, names: tuple[str, ...]) -> dict[str, Table]:
    """Records the export of these tables, and returns them with their rows in memory."""
    call = get_call(slug)
    require(actor, Action.EXPORT, call.phase)
    with read_session(streaming=True) as session:
        stored_tables = {name: TABLE_BUILDERS[name](session, call) for name in names}
        loaded_tables = {
            name: Table(table.title, table.columns, tuple(table.rows)) for name, table in stored_tables.items()
        }
    _record(actor, call, loaded_tables)
    return loaded_tables


@verb(Action.SEE_RANKING)
def scores_table(viewer: Actor, *, slug: str) -> Table:
    """Returns the table of scores for a viewer of the ranking. It names jurors but no applicants."""
    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session(streaming=True) as session:
        return _loaded_scores(session, call)


@verb(Action.SEE_RANKING)
def ranking_table(viewer: Actor, *, slug: str) -> Table:
    """Returns the table of the ranking for a viewer who may see it."""
    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session() as session:
        return tables.ranking(session, call)


@verb(Action.SEE_RANKING)
def ranking_workbook(viewer: Actor, *, slug: str) -> dict[str, Table]:
    """Returns the tables of the ranking, of its jurors, and of the scores that it was computed from."""
    from reviewer.decision.ranking.files import table_of, table_of_jurors
    from reviewer.decision.ranking.service import ranking_of

    call = get_call(slug)
    require(viewer, Action.SEE_RANKING, call.phase)
    with read_session(streaming=True) as session:
        ranked = ranking_of(session, call)
        if ranked is None:
            raise UserError(f"En «{slug}» no hay ningún dictamen enviado todavía.")
        return {
            "ranking": table_of(ranked),
            "reviewers": table_of_jurors(ranked),
            "scores": _loaded_scores(session, call),
        }


def _all_tables(session: Session, call: Call) -> dict[str, Table]:
    return {name: make(session, call) for name, make in TABLE_BUILDERS.items()}


def _loaded_scores(session: Session, call: Call) -> Table:
    table = tables.scores(session, call)
    return Table(table.title, table.columns, tuple(table.rows))


def _record(actor: Actor, call: Call, exported: dict[str, Table]) -> None:
    with write_session() as session:
        rows = {name: len(table.rows) for name, table in exported.items()}
        log.record(session, actor, "export", "call", call.slug, rows)


def _stream(call: Call, name: str, file_format: Format) -> Iterator[bytes]:
    with read_session(streaming=True) as session:
        yield from file_chunks(name, TABLE_BUILDERS[name](session, call), file_format)


def _write(folder: Path, slug: str, exported: dict[str, Table], file_format: Format) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, table in exported.items():
        path = folder / f"{name}.{file_format}"
        with path.open("wb") as file:
            file.writelines(file_chunks(name, table, file_format))
        paths.append(path)
    workbook_path = folder / f"{slug}.xlsx"
    with workbook_path.open("wb") as file:
        write_workbook(file, exported, BY_SHEET, days=DAYS)
    return [*paths, workbook_path]
