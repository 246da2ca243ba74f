"""The house keeps its walls: who may import whom, what a page may be, what a room may grow to."""

import ast
from pathlib import Path

import pytest

from reviewer.access.asked import PARTS, VERBS
from reviewer.paths import ROOT

ROOMS = ("intake", "jury", "decision", "cohort")
WEB_ONLY = ("streamlit", "starlette", "streamlit_authenticator")
PDF_ONLY = ("pypdf", "pypdfium2")
SOURCES = sorted(
    each
    for folder in ("reviewer", "pages")
    for each in (ROOT / folder).rglob("*.py")
    if "migrations" not in each.parts
)


def imports_of(path: Path) -> set[str]:
    """The full names of what a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{each.name}" for each in node.names}
    return names


def room_of(path: Path) -> str:
    """``jury`` for ``reviewer/jury/desk.py``."""
    inner = path.relative_to(ROOT).parts
    return inner[1] if inner[0] == "reviewer" and len(inner) > 2 else inner[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda each: str(each.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    room, names = room_of(path), imports_of(path)
    if room in ROOMS:
        others = tuple(f"reviewer.{each}." for each in ROOMS if each != room)
        assert not {each for each in names if each.startswith(others)}
    if room not in ("web", "pages"):
        assert not {each for each in names if each.split(".")[0] in WEB_ONLY}
        assert not {each for each in names if each.startswith("reviewer.web")}
    if room not in ("pdf", "demo"):
        assert not {each for each in names if each.split(".")[0] in PDF_ONLY}


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda each: each.stem)
def test_a_page_only_draws_and_guards_itself_first(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    names = imports_of(path)
    assert len(text.splitlines()) < 150
    assert not {each for each in names if each.startswith(("sqlmodel", "sqlalchemy", "reviewer.database"))}
    first = next(
        node
        for node in ast.parse(text).body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not _is_constant(node)
    )
    assert "gate.page(" in ast.unparse(first), "la primera línea de una página es su guardia"


def test_no_room_is_crowded() -> None:
    crowded = {
        str(each.relative_to(ROOT)): lines
        for each in SOURCES
        if (lines := len(each.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not crowded


def test_architecture_page_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = {each.parent.name for each in (ROOT / "reviewer").glob("*/__init__.py")}
    modules = {each.name for each in (ROOT / "reviewer").glob("*.py") if not each.name.startswith("__")}
    screens = {each.name for each in (ROOT / "pages").glob("*.py")}
    assert not {each for each in packages if f"{each}/" not in page}
    assert not {each for each in modules | screens if each not in page}


def test_every_verb_is_in_the_table_of_permissions() -> None:
    """What takes ``actor`` or ``viewer`` first says in ``reviewer/access/asked.py`` what it asks for."""
    found = {
        ".".join((*path.relative_to(ROOT / "reviewer").with_suffix("").parts, node.name))
        for path in SOURCES
        if room_of(path) not in ("web", "pages") and path.name != "permissions.py"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and [each.arg for each in node.args.args][:1] in (["actor"], ["viewer"])
    }
    assert not found ^ (VERBS.keys() | PARTS.keys()), "then run: python -m reviewer.web.permissions_page"


def _is_constant(node: ast.stmt) -> bool:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return any(isinstance(each, ast.Name) and each.id.isupper() for each in targets)
