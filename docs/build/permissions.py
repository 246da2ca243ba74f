"""``docs/permissions.md``, made from the tables themselves: ``python -m docs.build.permissions``."""

from collections.abc import Iterable

from reviewer.access.asked import COMMANDS, HELPERS, LOGGED_IN, PUBLIC_ROUTES, ROUTES, VERBS, RequiredActions
from reviewer.access.permissions import TABLE, Action, Visibility
from reviewer.core.paths import ROOT
from reviewer.models import Phase, Role
from reviewer.web.ui.navigation import SCREENS

PAGE = ROOT / "docs" / "permissions.md"
ROLES = (Role.ADMIN, Role.COORDINATOR, Role.JURY)
SIGHTS = {
    Visibility.NOTHING: "nothing",
    Visibility.NUMBERS: "numbers",
    Visibility.FOLIOS: "folios",
    Visibility.WRITTEN: "folios and what they wrote, as it stands",
    Visibility.COVERED: "folios and what they wrote, covered",
    Visibility.SIGNED: "who they are, once the acta is signed",
    Visibility.NAMES: "who they are",
}
HEAD = """# Who may do what

Made from `reviewer/access/permissions.py` and `reviewer/access/asked.py` by
`python -m docs.build.permissions`; a test fails when it is out of date. Tests also call everything
named here as every role, as nobody, and as somebody whose log-in ended, who was deactivated or has another
role by now, and fail when something is not here.

A cell says in which phases of a call the role may do it. The command line is the operator: everything, in
every phase.

"""


def text() -> str:
    """The whole page."""
    return "\n".join(
        (
            HEAD + "## Actions\n",
            *_markdown_table(
                ("action", *ROLES, "of who applies, in a blind call", "pages"), map(_action_row, Action)
            ),
            "\n## Addresses\n",
            *_markdown_table(("address", "asks for"), _required_actions(ROUTES)),
            *_markdown_rows((f"`{name}`", f"nothing: {why}") for name, why in PUBLIC_ROUTES.items()),
            "\nStreamlit's own addresses stand in [security](security.md).",
            "\n## Commands\n",
            *_markdown_table(("command", "is"), _required_actions(COMMANDS)),
            "\n## Verbs and reads\n",
            *_markdown_table(("in `reviewer`", "asks for"), _required_actions(VERBS)),
            *_markdown_rows((f"`{name}`", f"nothing: {why}") for name, why in HELPERS.items()),
            "",
        )
    )


def _action_row(action: Action) -> tuple[str, ...]:
    rule = TABLE[action]
    cells = (_phase_words(rule.phases) if role in rule.roles else "" for role in ROLES)
    pages = ", ".join(f"`/{screen.address}`" for screen in SCREENS if screen.action is action)
    return (f"`{action}`", *cells, SIGHTS[rule.visibility], pages)


def _phase_words(phases: frozenset[Phase]) -> str:
    left_out = [phase for phase in Phase if phase not in phases]
    if not left_out:
        return "always"
    if len(left_out) < len(phases):
        return f"not in {', '.join(left_out)}"
    return ", ".join(phase for phase in Phase if phase in phases)


def _required_actions(table: dict[str, RequiredActions]) -> Iterable[tuple[str, str]]:
    for name, actions in table.items():
        yield (
            f"`{name}`",
            "a log-in" if actions == LOGGED_IN else " or ".join(f"`{action}`" for action in actions),
        )


def _markdown_table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return (*_markdown_rows([head, ("---",) * len(head)]), *_markdown_rows(rows))


def _markdown_rows(rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return [f"| {' | '.join(row)} |" for row in rows]


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
