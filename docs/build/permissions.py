"""Generates ``docs/permissions.md`` from the code: ``python -m docs.build.permissions``."""

import argparse
import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterable, Iterator
from types import FunctionType
from typing import Any

import reviewer
from reviewer import cli
from reviewer.access.permissions import TABLE, Action, Visibility, condition_of, declaration_of
from reviewer.core.paths import ROOT
from reviewer.models import Phase, Role
from reviewer.web.routes.required_actions import PUBLIC_ROUTES, ROUTE_ACTIONS
from reviewer.web.ui.navigation import SCREENS

PAGE = ROOT / "docs" / "permissions.md"
ROLES = (Role.ADMIN, Role.COORDINATOR, Role.JURY)
VISIBILITY_LABELS = {
    Visibility.NOTHING: "nothing",
    Visibility.NUMBERS: "numbers",
    Visibility.FOLIOS: "folios",
    Visibility.COVERED: "folios and what they wrote, covered",
    Visibility.SIGNED: "their names, once the acta is signed",
    Visibility.NAMES: "their names",
}
HEAD = """# Who may do what

Generated from the declarations in the code by `python -m docs.build.permissions`: the table of
`reviewer/access/permissions.py`, the `@verb` and `@condition` of each function, the `actions` of each command
and `reviewer/web/routes/required_actions.py`. A test fails when this page is out of date. Other tests call
everything named here as each role, as nobody, and as somebody whose session ended, who was deactivated or who
has another role by now, and fail when something is not declared.

A cell says in which phases of a call the role may do the action. The command line acts as the operator, who
may do everything in every phase.

"""


def page_text() -> str:
    """Returns the whole page."""
    functions = dict(sorted(_functions()))
    declarations = {name: found for name, function in functions.items() if (found := declaration_of(function))}
    conditions = {name: text for name, function in functions.items() if (text := condition_of(function))}
    verbs = {name: found.actions for name, found in declarations.items() if not found.reason}
    others = {name: found.reason for name, found in declarations.items() if found.reason}
    return "\n".join(
        (
            HEAD + "## Actions\n",
            *_markdown_table(
                ("action", *ROLES, "shows of applicants in a blind call", "pages"), map(_action_row, Action)
            ),
            "\n## Conditions outside the table\n",
            *_markdown_table(("checked in", "condition"), ((f"`{name}`", text) for name, text in conditions.items())),
            "\n## Addresses\n",
            *_markdown_table(("address", "requires"), _requirement_rows(ROUTE_ACTIONS)),
            *_markdown_rows((f"`{name}`", f"nothing: {what}") for name, what in PUBLIC_ROUTES.items()),
            "\nStreamlit's own addresses are described in [security](security.md).",
            "\n## Commands\n",
            *_markdown_table(("command", "does"), _requirement_rows(commands())),
            "\n## Functions that take an actor or viewer\n",
            *_markdown_table(("in `reviewer`", "requires"), _requirement_rows(verbs)),
            *_markdown_rows((f"`{name}`", f"nothing: {reason}") for name, reason in others.items()),
            "",
        )
    )


def commands() -> dict[str, tuple[Action, ...]]:
    """Returns the actions of each command, by its words."""
    return {
        words: tuple(map(Action, parser.get_default("actions"))) for words, parser in _leaf_parsers(cli.build_parser())
    }


def actor_functions() -> dict[str, Callable[..., Any]]:
    """Returns the public functions that take ``actor`` or ``viewer`` first, by name without ``reviewer.``."""
    return {
        name: function
        for name, function in sorted(_functions())
        if not name.rpartition(".")[2].startswith("_")
        and not name.startswith("access.permissions.")
        and next(iter(inspect.signature(function).parameters), "") in ("actor", "viewer")
    }


def _functions() -> Iterator[tuple[str, FunctionType]]:
    """All functions of the package's modules, except those of the web and of migrations."""
    for module_info in pkgutil.walk_packages(reviewer.__path__, "reviewer."):
        if module_info.name.startswith(("reviewer.web", "reviewer.migrations", "reviewer.__main__")):
            continue
        module = importlib.import_module(module_info.name)
        for name, value in vars(module).items():
            if inspect.isfunction(value) and value.__module__ == module.__name__:
                yield f"{module.__name__.removeprefix('reviewer.')}.{name}", value


def _leaf_parsers(
    parser: argparse.ArgumentParser, words: tuple[str, ...] = ()
) -> Iterator[tuple[str, argparse.ArgumentParser]]:
    choices = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    if not choices:
        yield " ".join(words), parser
    for subparsers in choices:
        for word, subparser in subparsers.choices.items():
            yield from _leaf_parsers(subparser, (*words, word))


def _action_row(action: Action) -> tuple[str, ...]:
    rule = TABLE[action]
    cells = (_phases_text(rule.phases) if role in rule.roles else "" for role in ROLES)
    pages = ", ".join(f"`/{screen.address}`" for screen in SCREENS if screen.action is action)
    return (f"`{action}`", *cells, VISIBILITY_LABELS[rule.visibility], pages)


def _phases_text(phases: frozenset[Phase]) -> str:
    left_out = [phase for phase in Phase if phase not in phases]
    if not left_out:
        return "always"
    if len(left_out) < len(phases):
        return f"not in {', '.join(left_out)}"
    return ", ".join(phase for phase in Phase if phase in phases)


def _requirement_rows(table: dict[str, tuple[Action, ...]]) -> Iterable[tuple[str, str]]:
    for name, actions in table.items():
        yield f"`{name}`", " or ".join(f"`{action}`" for action in actions) or "a login"


def _markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return (*_markdown_rows([head, ("---",) * len(head)]), *_markdown_rows(rows))


def _markdown_rows(rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return [f"| {' | '.join(row)} |" for row in rows]


if __name__ == "__main__":
    PAGE.write_text(page_text(), encoding="utf-8")
