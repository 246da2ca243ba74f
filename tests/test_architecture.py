"""The house keeps its walls: who may import whom, what a page may be, what a room may grow to."""

import ast
from pathlib import Path

import pytest

from reviewer.access.asked import HELPERS, VERBS
from reviewer.core.paths import ROOT

DOMAINS = ("intake", "jury", "decision", "cohort")
WEB_ONLY = ("streamlit", "starlette", "streamlit_authenticator")
PDF_ONLY = ("pypdf", "pypdfium2")
SOURCES = sorted(
    path
    for folder in ("reviewer", "pages")
    for path in (ROOT / folder).rglob("*.py")
    if "migrations" not in path.parts
)


def imports_of(path: Path) -> set[str]:
    """The full names of what a file imports, wherever in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def package_of(path: Path) -> str:
    """``jury`` for ``reviewer/jury/reviews/queue.py``."""
    inner = path.relative_to(ROOT).parts
    return inner[1] if inner[0] == "reviewer" and len(inner) > 2 else inner[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    package, names = package_of(path), imports_of(path)
    if package in DOMAINS:
        other_packages = tuple(f"reviewer.{domain}." for domain in DOMAINS if domain != package)
        assert not {name for name in names if name.startswith(other_packages)}
    if package not in ("web", "pages"):
        assert not {name for name in names if name.split(".")[0] in WEB_ONLY}
        assert not {name for name in names if name.startswith("reviewer.web")}
    if package not in ("pdf", "demo"):
        assert not {name for name in names if name.split(".")[0] in PDF_ONLY}


@pytest.mark.parametrize("path", sorted((ROOT / "pages").glob("*.py")), ids=lambda path: path.stem)
def test_a_page_only_draws_and_guards_itself_first(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    names = imports_of(path)
    assert len(text.splitlines()) < 150
    assert not {
        name for name in names if name.startswith(("sqlmodel", "sqlalchemy", "reviewer.core.database"))
    }
    first = next(
        node
        for node in ast.parse(text).body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not _is_constant(node)
    )
    assert "gate.page(" in ast.unparse(first), "la primera línea de una página es su guardia"


def test_no_module_is_too_long() -> None:
    crowded = {
        str(path.relative_to(ROOT)): lines
        for path in SOURCES
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > 400
    }
    assert not crowded


def test_architecture_page_names_every_module() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "reviewer").glob("*/__init__.py")}
    modules = {path.name for path in (ROOT / "reviewer").glob("*.py") if not path.name.startswith("__")}
    screens = {path.name for path in (ROOT / "pages").glob("*.py")}
    assert not {package for package in packages if f"{package}/" not in page}
    assert not {module for module in modules | screens if module not in page}


def test_every_verb_is_in_the_table_of_permissions() -> None:
    """What takes ``actor`` or ``viewer`` first says in ``reviewer/access/asked.py`` what it asks for."""
    verbs = {
        ".".join((*path.relative_to(ROOT / "reviewer").with_suffix("").parts, node.name))
        for path in SOURCES
        if package_of(path) not in ("web", "pages") and path.name != "permissions.py"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and [argument.arg for argument in node.args.args][:1] in (["actor"], ["viewer"])
    }
    assert not verbs ^ (VERBS.keys() | HELPERS.keys()), "then run: python -m docs.build.permissions"


def _is_constant(node: ast.stmt) -> bool:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return any(isinstance(target, ast.Name) and target.id.isupper() for target in targets)
