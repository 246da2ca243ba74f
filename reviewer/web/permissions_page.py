"""``docs/permissions.md``, made from the tables themselves: ``python -m reviewer.web.permissions_page``."""

from collections.abc import Iterable

from reviewer.access.asked import COMMANDS, HERS, PARTS, ROUTES, STRANGERS, VERBS, Asked
from reviewer.access.permissions import TABLE, Action, Sight
from reviewer.models import Phase, Role
from reviewer.paths import ROOT
from reviewer.web.navigation import SCREENS

PAGE = ROOT / "docs" / "permissions.md"
ROLES = (Role.ADMIN, Role.COORDINATOR, Role.JURY)
SIGHTS = {
    Sight.NOTHING: "nothing",
    Sight.NUMBERS: "numbers",
    Sight.FOLIOS: "folios",
    Sight.WRITTEN: "folios and what they wrote, as it stands",
    Sight.COVERED: "folios and what they wrote, covered",
    Sight.SIGNED: "who they are, once the acta is signed",
    Sight.NAMES: "who they are",
}
HEAD = """# Who may do what

Made from `reviewer/access/permissions.py` and `reviewer/access/asked.py` by
`python -m reviewer.web.permissions_page`; a test fails when it is out of date. Tests also call everything
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
            *_table(("action", *ROLES, "of who applies, in a blind call", "pages"), map(_action, Action)),
            "\n## Addresses\n",
            *_table(("address", "asks for"), _asked(ROUTES)),
            *_rows((f"`{name}`", f"nothing: {why}") for name, why in STRANGERS.items()),
            "\nStreamlit's own addresses stand in [security](security.md).",
            "\n## Commands\n",
            *_table(("command", "is"), _asked(COMMANDS)),
            "\n## Verbs and reads\n",
            *_table(("in `reviewer`", "asks for"), _asked(VERBS)),
            *_rows((f"`{name}`", f"nothing: {why}") for name, why in PARTS.items()),
            "",
        )
    )


def _action(action: Action) -> tuple[str, ...]:
    rule = TABLE[action]
    cells = (_phases(rule.phases) if role in rule.roles else "" for role in ROLES)
    pages = ", ".join(f"`/{each.address}`" for each in SCREENS if each.action is action)
    return (f"`{action}`", *cells, SIGHTS[rule.sight], pages)


def _phases(phases: frozenset[Phase]) -> str:
    left_out = [each for each in Phase if each not in phases]
    if not left_out:
        return "always"
    if len(left_out) < len(phases):
        return f"not in {', '.join(left_out)}"
    return ", ".join(each for each in Phase if each in phases)


def _asked(table: dict[str, Asked]) -> Iterable[tuple[str, str]]:
    for name, actions in table.items():
        yield (f"`{name}`", "a log-in" if actions == HERS else " or ".join(f"`{each}`" for each in actions))


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return (*_rows([head, ("---",) * len(head)]), *_rows(rows))


def _rows(rows: Iterable[tuple[str, ...]]) -> Iterable[str]:
    return [f"| {' | '.join(each)} |" for each in rows]


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
