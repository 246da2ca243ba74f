"""``screen``: decides about applications that a check left open."""

import argparse
from typing import Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.output import DONE, print_json


def add(commands: Any) -> None:
    """Adds the command to the parser."""
    screen = commands.add_parser("screen", help="decide lo que una comprobación dejó abierto, o registra un retiro")
    screen.add_argument("folios", nargs="+", metavar="FOLIO")
    screen.add_argument("--call", required=True, metavar="CONVOCATORIA")
    verdict = screen.add_mutually_exclusive_group(required=True)
    verdict.add_argument("--eligible", action="store_const", dest="verdict", const="eligible")
    verdict.add_argument("--ineligible", action="store_const", dest="verdict", const="ineligible")
    verdict.add_argument("--withdrawn", action="store_const", dest="verdict", const="withdrawn")
    screen.add_argument("--reason", required=True, metavar="MOTIVO")
    screen.add_argument("--json", action="store_true")
    screen.set_defaults(run=_screen, actions=("screen",))


def _screen(options: argparse.Namespace) -> int:
    from reviewer.models import Verdict
    from reviewer.screening import decisions

    changes = decisions.screen(
        OPERATOR,
        slug=options.call,
        folios=options.folios,
        verdict=Verdict(options.verdict),
        reason=options.reason,
    )
    if options.json:
        lines = [
            {"folio": change.folio, "before": change.before.value, "eligibility": change.after.value}
            for change in changes
        ]
        print_json({"call": options.call, "reason": options.reason, "screened": lines})
        return DONE
    label = {Verdict.ELIGIBLE: "elegible", Verdict.INELIGIBLE: "no elegible", Verdict.WITHDRAWN: "retirada"}
    for change in changes:
        print(f"{change.folio}: {label[Verdict(options.verdict)]}")
    return DONE
