"""Generates ``docs/data.md`` from the exports, the views and the models: ``python -m docs.build.data``."""

import inspect
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Boolean, DateTime, Float, Integer, Numeric, Table
from sqlalchemy.types import TypeEngine
from sqlmodel import SQLModel

from reviewer import data, models
from reviewer.core.paths import ROOT
from reviewer.demographics.questions import SENSITIVE
from reviewer.export.data_dictionary import BY_SHEET, GROUP_SUFFIX, kind_of
from reviewer.export.views import VIEWS, View

PAGE = ROOT / "docs" / "data.md"
HEAD = """# Diccionario de datos

Se genera del código con `python -m docs.build.data`; una prueba falla cuando ya no coincide. Hay tres caminos, de lo
más preparado a lo más crudo:

- **Marcos de datos** en Python: `from reviewer import data; data.cohort("convocatoria")`. El cuaderno
  [`cohorte.ipynb`](cohorte.ipynb) hace con ellos las figuras de la cohorte.
- **Archivos**: `python -m reviewer export --call CONVOCATORIA --out CARPETA --format parquet`, o «Llevarse los
  datos» en la página Convocatoria.
- **Vistas de SQL**, de solo lectura, para Datasette, un cuaderno o cualquier programa que abra la base. No tienen
  nombres, contacto, CURP ni datos sensibles, ni textos en los que alguien pueda haberlos escrito. Abra la base en modo
  de solo lectura (`sqlite3 "file:data/reviewer.db?mode=ro"`; en PostgreSQL, con un usuario que solo pueda leerlas).

Los dos primeros leen como quien opera el servidor y quedan en la bitácora; quien abre la base directamente, no.
"""
TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "sí o no"),
    (Integer, "entero"),
    (Float, "número"),
    (Numeric, "número"),
    (DateTime, "momento"),
)


def page_text() -> str:
    """Returns the whole page."""
    return "\n".join((HEAD, *_frames(), *_exports(), *_views(), *_tables()))


def _frames() -> Iterator[str]:
    yield "## Marcos de datos\n"
    yield "Los tipos de sus columnas son los de los archivos; lo que no se respondió es NA. El código dice:\n"
    functions = (data.applications, data.scores, data.ranking, data.selection, data.cohort)
    rows = ((f"`data.{function.__name__}`", inspect.getdoc(function) or "") for function in functions)
    yield from _markdown_table(("función", "qué da"), rows)


def _exports() -> Iterator[str]:
    yield "\n## Archivos\n"
    yield (
        "En CSV los textos que una hoja de cálculo tomaría por fórmula llevan un apóstrofo; en el libro de Excel son\n"
        "celdas de texto; Parquet y JSON los guardan como son, y lo vacío es nulo. Un momento está en la hora de la\n"
        "convocatoria (en Parquet, en UTC). Después de las respuestas, `applications` tiene una columna por cada\n"
        f"documento que pide la convocatoria, con los nombres de sus archivos. `{GROUP_SUFFIX}` es el grupo en que la\n"
        "cohorte cuenta una respuesta.\n"
    )
    for name, meanings in BY_SHEET.items():
        yield f"### `{name}`\n"
        rows = ((f"`{column}`", kind_of(name, column).value, meaning) for column, meaning in meanings.items())
        yield from (*_markdown_table(("columna", "tipo", "qué dice"), rows), "")


def _views() -> Iterator[str]:
    yield "## Vistas\n"
    yield (
        "Un momento está en UTC (en SQLite, como texto `AAAA-MM-DD hh:mm:ss`); «sí o no» es 1 o 0 en SQLite. No están\n"
        f"las respuestas a lo que la ley llama sensible: {', '.join(f'`{key}`' for key in SENSITIVE)}.\n"
    )
    for view in VIEWS:
        yield f"### `{view.name}`\n"
        yield f"{view.meaning}.\n"
        yield from (*_markdown_table(("columna", "tipo", "qué dice"), _view_rows(view)), "")


def _view_rows(view: View) -> Iterator[Sequence[str]]:
    for column in view.query.selected_columns:
        yield f"`{column.name}`", type_label(column.type), view.meanings[column.name]


def type_label(column_type: TypeEngine[Any]) -> str:
    """Returns the Spanish word for a column's type."""
    inner = getattr(column_type, "impl", column_type)
    return next((label for kind, label in TYPES if isinstance(inner, kind)), "texto")


def _tables() -> Iterator[str]:
    yield "## Tablas\n"
    yield (
        "Con ellas trabaja la aplicación; cambian de una versión a otra y tienen datos personales. Lo que se dice de\n"
        "cada una viene del código, en inglés.\n"
    )
    classes = sorted(
        (model for model in vars(models).values() if inspect.isclass(model) and issubclass(model, SQLModel)),
        key=lambda model: str(model.__tablename__),
    )
    rows = []
    for model in classes:
        table: Table = SQLModel.metadata.tables[str(model.__tablename__)]
        columns = ", ".join(f"`{column.name}`" for column in table.columns)
        rows.append((f"`{table.name}`", (inspect.getdoc(model) or ""), columns))
    yield from _markdown_table(("tabla", "qué es", "columnas"), rows)
    yield ""


def _markdown_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(_cell(cell) for cell in row)} |"


def _cell(text: str) -> str:
    return " ".join(text.replace("``", "`").replace("|", "∣").split())


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
