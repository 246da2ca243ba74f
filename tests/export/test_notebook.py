"""The notebook of the cohort runs from its first cell to the last, and holds no results of anybody."""

import ast
import json
from typing import Any

import pytest
from plotly.graph_objects import Figure

from reviewer.core.paths import ROOT
from tests.factories.decisions import decide_small_call
from tests.factories.people import PersonFactory

NOTEBOOK = ROOT / "docs" / "cohorte.ipynb"


def code_cells() -> list[dict[str, Any]]:
    cells = json.loads(NOTEBOOK.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


def run(source: str, names: dict[str, Any]) -> object:
    """Runs a cell as Jupyter does; returns the value of its last line if that is an expression."""
    body = ast.parse(source).body
    last = body.pop() if isinstance(body[-1], ast.Expr) else None
    exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
    if not isinstance(last, ast.Expr):
        return None
    return eval(compile(ast.Expression(last.value), "<cell>", "eval"), names)


def test_it_draws_the_figures_of_a_call(person: PersonFactory, capsys: pytest.CaptureFixture[str]) -> None:
    decide_small_call(person)
    names: dict[str, Any] = {}
    results = [run("".join(cell["source"]), names) for cell in code_cells()]
    figures = [result for result in results if isinstance(result, Figure)]
    assert len(figures) == 11 and all(figure.data for figure in figures)
    assert "12 postulaciones vigentes" in capsys.readouterr().out
    [levels] = [figure for figure in figures if figure.layout.title.text == "Puntajes"]
    assert sum(len(trace.x) for trace in levels.data) == len(names["puntajes"]) > 0


def test_it_is_stored_without_results() -> None:
    assert len(code_cells()) > 10
    assert not [cell for cell in code_cells() if cell["outputs"] or cell["execution_count"] is not None]
