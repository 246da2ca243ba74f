"""The structure of the code: who imports whom, what a page may do, how large modules and folders may be."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from reviewer.core.paths import ROOT

DOMAINS = ("intake", "jury", "decision", "cohort")
WEB_ONLY = ("streamlit", "starlette", "plotly", "streamlit_authenticator")
DECLARATIONS = {"verb", "own_data", "not_a_verb"}
PDF_ONLY = ("pypdf", "pypdfium2")
MAX_LINES = 400
MAX_PAGE_LINES = 150
MAX_MODULES = 16  # in one folder
SOURCES = sorted(
    path for folder in ("reviewer", "pages") for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
)
# Conditions that ``reviewer/models/scopes.py`` names; a query uses the name.
SHARED_CONDITIONS = (
    r"\bApplication\.status\)? == ApplicationStatus\.CURRENT",
    r"\bApplication\.eligibility\)? == Eligibility\.ELIGIBLE",
    r"\bAssignment\.closed_at\)?(\.is_\(None\)| == None)",
    r"\bReview\.status\)? == ReviewStatus\.SUBMITTED",
    r"\bReview\.application_id\)? == (col\()?Assignment\.application_id",
    r"\bAssignment\.application_id\)? == (col\()?Review\.application_id",
)
PAGES = sorted((ROOT / "pages").glob("*.py"))


def module_name(path: Path) -> str:
    """Returns ``reviewer.jury.reviews.queue``; a package is called like its folder."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {module_name(path): path for path in SOURCES}


def imports_of(tree: ast.AST) -> set[str]:
    """Returns the full names of what the nodes of a tree import."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def imported_modules(tree: ast.AST) -> set[str]:
    """Returns those of ``MODULES`` that the nodes of a tree import."""
    return {
        name if name in MODULES else name.rpartition(".")[0]
        for name in imports_of(tree)
        if name in MODULES or name.rpartition(".")[0] in MODULES
    }


def imports_at_load(path: Path) -> set[str]:
    """Returns the modules that are loaded together with a file: not those imported inside of functions."""
    statements = [
        node
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and not (isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test))
    ]
    return imported_modules(ast.Module(statements, [])) - {module_name(path)}


def package_of(path: Path) -> str:
    """Returns ``jury`` for ``reviewer/jury/reviews/queue.py``."""
    inner = path.relative_to(ROOT).parts
    return inner[1] if inner[0] == "reviewer" and len(inner) > 2 else inner[0]


def folder_of(module: str) -> str:
    """Returns the folder that a module lies in; a package lies in its own folder."""
    return module if MODULES[module].name == "__init__.py" else module.rpartition(".")[0]


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    package, tree = package_of(path), ast.parse(path.read_text(encoding="utf-8"))
    names = imports_of(tree)
    if package in DOMAINS:
        other_packages = tuple(f"reviewer.{domain}." for domain in DOMAINS if domain != package)
        assert not {name for name in names if name.startswith(other_packages)}
    if package not in ("web", "pages"):
        assert not {name for name in names if name.split(".")[0] in WEB_ONLY}
        assert not {name for name in names if name.startswith("reviewer.web")}
    if package not in ("pdf", "demo"):
        assert not {name for name in names if name.split(".")[0] in PDF_ONLY}
    folder = folder_of(module_name(path))
    parents = {parent for parent in map(folder_of, imported_modules(tree)) if folder.startswith(f"{parent}.")}
    assert not parents - {"reviewer"}, "a folder does not import from the folder around it"


def test_no_modules_import_one_another_in_a_cycle() -> None:
    unvisited = {name: imports_at_load(path) for name, path in MODULES.items()}
    while leaves := [name for name, imported in unvisited.items() if not imported & unvisited.keys()]:
        for name in leaves:
            del unvisited[name]
    assert not list(_one_cycle(unvisited))


def _one_cycle(graph: dict[str, set[str]]) -> Iterator[str]:
    """Yields the modules of one cycle of a graph in which every module imports another of the graph."""
    path: list[str] = []
    name = next(iter(graph), None)
    while name is not None and name not in path:
        path.append(name)
        name = next(iter(sorted(graph[name] & graph.keys())))
    yield from path[path.index(name) :] if name is not None else ()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_only_draws_and_guards_itself_first(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= MAX_PAGE_LINES
    assert not {
        name
        for name in imports_of(ast.parse(text))
        if name.startswith(("sqlmodel", "sqlalchemy", "reviewer.core.database"))
    }
    first = next(
        node
        for node in ast.parse(text).body
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef)
        and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        and not _is_constant(node)
    )
    assert "pages.require_access(" in ast.unparse(first), "a page first checks who may see it"


def _is_constant(node: ast.stmt) -> bool:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return any(isinstance(target, ast.Name) and target.id.isupper() for target in targets)


@pytest.mark.parametrize("condition", SHARED_CONDITIONS)
def test_only_the_models_write_shared_conditions(condition: str) -> None:
    assert not {
        name
        for name, path in MODULES.items()
        if not name.startswith("reviewer.models") and re.search(condition, path.read_text(encoding="utf-8"))
    }


def test_no_module_is_too_long() -> None:
    lengths = {name: len(path.read_text(encoding="utf-8").splitlines()) for name, path in MODULES.items()}
    assert not {name: length for name, length in lengths.items() if length > MAX_LINES}


def test_no_folder_has_too_many_modules() -> None:
    counts: dict[str, int] = {}
    for name, path in MODULES.items():
        if path.name != "__init__.py":
            counts[folder_of(name)] = counts.get(folder_of(name), 0) + 1
    del counts["pages"]  # as many as there are screens
    assert not {folder: count for folder, count in counts.items() if count > MAX_MODULES}


def test_folders_of_screens_are_called_like_their_pages() -> None:
    folders = {path.parent.name for path in (ROOT / "reviewer" / "web" / "screens").glob("*/*.py")}
    assert folders and not folders - {path.stem for path in PAGES}


def test_architecture_page_names_every_package_and_page() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    packages = {path.parent.name for path in (ROOT / "reviewer").glob("*/__init__.py")}
    modules = {path.name for path in (ROOT / "reviewer").glob("*.py") if not path.name.startswith("__")}
    assert not {package for package in packages if f"{package}/" not in text}
    assert not {module for module in modules | {path.name for path in PAGES} if module not in text}


def test_every_function_that_takes_an_actor_declares_what_it_requires() -> None:
    """By one of the decorators of ``reviewer/access/permissions.py``."""
    undeclared = {
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"
        for path in SOURCES
        if package_of(path) not in ("web", "pages") and path.name != "permissions.py"
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.FunctionDef)
        and not node.name.startswith("_")
        and [argument.arg for argument in node.args.args][:1] in (["actor"], ["viewer"])
        and not DECLARATIONS & {ast.unparse(decorator).split("(")[0] for decorator in node.decorator_list}
    }
    assert not undeclared, "then run: python -m docs.build.permissions"
