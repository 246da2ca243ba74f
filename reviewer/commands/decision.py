"""``rank`` and ``select``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.output import DONE, print_json
from reviewer.core.errors import UserError

if TYPE_CHECKING:
    from reviewer.decision.ranking.ranking import Ranking


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    rank = commands.add_parser("rank", help="el ranking calibrado, de una convocatoria o de archivos")
    source = rank.add_mutually_exclusive_group(required=True)
    source.add_argument("--call", metavar="CONVOCATORIA")
    source.add_argument("--scores", type=Path, metavar="ARCHIVO.csv")
    rank.add_argument("--weights", type=Path, metavar="ARCHIVO.csv", help="solo con --scores")
    rank.add_argument("--seats", type=int, metavar="N", help="solo con --scores; 60 si no se dice")
    rank.add_argument("--scale", metavar="DE-A", help="solo con --scores; los extremos vistos si no se dice")
    rank.add_argument("--json", action="store_true")
    rank.add_argument("--out", type=Path, metavar="ARCHIVO.csv")
    rank.set_defaults(run=_rank, actions=("see_ranking",))
    select = commands.add_parser("select", help="la selección vigente, o una propuesta nueva")
    select.add_argument("--call", required=True, metavar="CONVOCATORIA")
    select.add_argument("--propose", action="store_true", help="calcula una y la guarda como escenario")
    select.add_argument("--json", action="store_true")
    select.set_defaults(run=_select, actions=("see_selection", "select"))


def _rank(options: argparse.Namespace) -> int:
    """Prints a table of the first applications on a terminal, and CSV of all into a pipe or file."""
    from reviewer.decision.ranking import files

    ranking = _compute_ranking(options)
    if options.out:
        files.write_csv(options.out, ranking)
    if options.json:
        print_json(ranking.to_json())
        return DONE
    if sys.stdout.isatty():
        print(files.to_text(ranking))
    else:
        print(files.as_csv(ranking).decode().replace("\r\n", "\n"), end="")
    for warning in ranking.warnings:
        print(warning, file=sys.stderr)
    return DONE


def _compute_ranking(options: argparse.Namespace) -> "Ranking":
    if options.call:
        from reviewer.decision.ranking.service import compute
        from reviewer.jobs import runner

        if options.weights or options.scale or options.seats is not None:
            raise UserError("--weights, --seats y --scale van con --scores: con --call los da la convocatoria.")
        with runner.reporting() as progress:
            return compute(OPERATOR, slug=options.call, on_progress=lambda share: progress(round(100 * share), 100))
    from reviewer.decision.ranking import files
    from reviewer.decision.ranking import ranking as ranking_ranking

    seats = 60 if options.seats is None else options.seats
    if seats < 1:
        raise UserError("--seats es un número entero de 1 en adelante.")
    readings = files.read_readings(options.scores, options.weights, options.scale)
    return ranking_ranking.rank(readings, seats=seats)


def _select(options: argparse.Namespace) -> int:
    from reviewer.decision.outcome.current_selection import fingerprint_of, selection_in_force
    from reviewer.decision.selection import scenarios, serialise

    load_selection = scenarios.propose_for_call if options.propose else selection_in_force
    selection = load_selection(OPERATOR, slug=options.call)
    if options.json:
        fingerprint = fingerprint_of(OPERATOR, slug=options.call, selection=selection)
        print_json(serialise.to_json(selection, slug=options.call, fingerprint=fingerprint))
    else:
        print(serialise.to_text(selection, slug=options.call))
    for warning in serialise.all_warnings(OPERATOR, slug=options.call, selection=selection):
        print(warning, file=sys.stderr)
    return DONE
