"""``demo`` and ``start``."""

import argparse
from typing import Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.output import DONE


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    demo = commands.add_parser("demo", help="llena una instalación vacía con una cohorte inventada")
    demo.add_argument("--applications", type=int, default=240, metavar="N")
    demo.add_argument("--seed", type=int, default=2025, metavar="N")
    demo.set_defaults(run=_demo, actions=("load_call",))
    start = commands.add_parser("start", help="abre la aplicación en localhost:8501")
    start.add_argument("--demo", action="store_true", help="llena una base vacía con la cohorte inventada")
    start.set_defaults(run=_start, actions=())


def _demo(options: argparse.Namespace) -> int:
    from reviewer.demo import fill

    filled = fill.fill(OPERATOR, applications=options.applications, seed=options.seed)
    print(
        f"Lista: {filled.applications} postulaciones, {filled.jurors} personas en el jurado, "
        f"{filled.submitted} dictámenes enviados."
    )
    return DONE


def _start(options: argparse.Namespace) -> int:
    from reviewer.operations import start

    return start.start(demo=options.demo)
