"""The command line: the other face of the same verbs. Exit codes: 0 done, 1 in part, 2 refused, 3 a fault."""

import argparse
import json
import logging
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from reviewer.access.actor import OPERATOR
from reviewer.errors import MachineFault, Refused
from reviewer.models import Role

DONE, PARTLY, REFUSED, FAULT = 0, 1, 2, 3
log = logging.getLogger("dictamen")


# What the library says in English of a command that is not well written, and what we say.
_SPANISH = (
    (r"the following arguments are required: (.*)", r"falta \1"),
    (r"unrecognized arguments: (.*)", r"sobra \1"),
    (r"argument (\S+): expected one argument", r"\1 lleva un valor"),
    (r"argument (\S+): expected at least one argument", r"\1 lleva al menos un valor"),
    (r"argument (\S+): invalid choice: (\S+) \(choose from (.*)\)", r"\1 no puede ser \2: elija entre \3"),
    (r"argument (\S+): invalid int value: (.*)", r"\1 es un número entero, no \2"),
    (r"argument (\S+): not allowed with argument (\S+)", r"\1 y \2 no van juntos"),
    (r"one of the arguments (.*) is required", r"falta una de \1"),
)


class _Parser(argparse.ArgumentParser):
    """Speaks Spanish when the command itself is wrong."""

    def error(self, message: str) -> NoReturn:
        for english, spanish in _SPANISH:
            message = re.sub(f"^{english}$", spanish, message)
        raise Refused(f"La orden no está bien escrita: {message}. Vea {self.prog} --help")


def main(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; a refusal is one line on standard error."""
    as_json = "--json" in arguments
    try:
        options = _parser().parse_args(arguments)
        code: int = options.run(options)
    except Refused as error:
        return _tell(str(error), REFUSED, as_json=as_json)
    except MachineFault as error:
        return _tell(str(error), FAULT, as_json=as_json)
    except KeyboardInterrupt:
        return _tell("Interrumpido: lo hecho hasta aquí quedó guardado.", FAULT, as_json=as_json)
    except Exception as error:
        log.debug("fault", exc_info=error)
        return _tell(
            f"Falla interna ({type(error).__name__}): no se guardó nada a medias.", FAULT, as_json=as_json
        )
    return code


def print_json(value: dict[str, Any]) -> None:
    """Prints the one JSON document of ``--json``."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def _tell(sentence: str, code: int, *, as_json: bool) -> int:
    if as_json:
        print_json({"status": "refused" if code == REFUSED else "fault", "error": sentence})
    print(sentence, file=sys.stderr)
    return code


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="python -m reviewer", description="Dictamen: el lugar donde un jurado decide quién entra."
    )
    commands = parser.add_subparsers(required=True, metavar="ORDEN", parser_class=_Parser)
    _add_call(commands)
    _add_import(commands)
    _add_user(commands)
    _add_assign(commands)
    _add_scores(commands)
    _add_rank(commands)
    _add_export(commands)
    _add_demo(commands)
    _add_start(commands)
    return parser


def _add_call(commands: Any) -> None:
    verbs = commands.add_parser("call", help="convocatorias").add_subparsers(required=True)
    load = verbs.add_parser("load", help="instala o actualiza una convocatoria")
    load.add_argument("file", type=Path, metavar="ARCHIVO.toml")
    load.set_defaults(run=_call_load)


def _call_load(options: argparse.Namespace) -> int:
    from reviewer import calls

    call = calls.load_call(OPERATOR, text=calls.read_file(options.file))
    print(f"Convocatoria lista: {call.slug} · {call.title}")
    return DONE


def _add_import(commands: Any) -> None:
    take_in = commands.add_parser("import", help="toma un lote: una carpeta o un .zip con su tabla y sus PDF")
    take_in.add_argument("source", type=Path, metavar="LOTE")
    take_in.add_argument("--call", required=True, metavar="CONVOCATORIA")
    take_in.add_argument("--json", action="store_true")
    take_in.add_argument("--dry-run", action="store_true", help="dice qué pasaría y no cambia nada")
    take_in.add_argument("--mapping", type=Path, metavar="ARCHIVO.toml", help="qué columna es cuál")
    take_in.add_argument("--workers", type=int, metavar="N", help="procesos que abren los PDF")
    take_in.set_defaults(run=_import)


def _import(options: argparse.Namespace) -> int:
    from reviewer import jobs
    from reviewer.intake import report as reports
    from reviewer.intake.batch import import_batch

    if options.workers is not None and options.workers < 1:
        raise Refused("--workers es un número entero de 1 en adelante.")
    report = None
    try:
        with jobs.reporting() as progress:
            report = import_batch(
                OPERATOR,
                source=options.source,
                call_slug=options.call,
                dry_run=options.dry_run,
                mapping=options.mapping,
                workers=options.workers,
                progress=progress,
            )
            progress.result = {"batch": report.batch, "status": report.status}
            if report.status == reports.REFUSED:
                raise Refused(reports.in_words(report))
    except jobs.Cancelled:
        stopped = "Detenido: lo tomado hasta aquí queda guardado; la misma orden sigue donde quedó."
        return _tell(stopped, PARTLY, as_json=options.json)
    except Refused as refusal:
        if report is None or not options.json:
            raise
        print(refusal, file=sys.stderr)
    if options.json:
        print_json(report.to_json())
    else:
        print(reports.in_words(report))
    return report.exit_code


def _add_user(commands: Any) -> None:
    verbs = commands.add_parser("user", help="personas").add_subparsers(required=True)
    add = verbs.add_parser("add", help="agrega una persona")
    add.add_argument("email", metavar="CORREO")
    add.add_argument("--name", required=True, metavar="NOMBRE")
    add.add_argument("--role", required=True, choices=[each.value for each in Role])
    add.add_argument("--password-stdin", action="store_true", help="lee la contraseña de la entrada estándar")
    add.set_defaults(run=_user_add)


def _user_add(options: argparse.Namespace) -> int:
    from reviewer.access import people

    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else None
    added = people.add_person(
        OPERATOR, email=options.email, name=options.name, role=Role(options.role), password=password
    )
    print(f"Agregada: {added.person.name} <{added.person.email}>")
    if added.one_time_password:
        print(f"Contraseña de un solo uso: {added.one_time_password}")
    return DONE


def _add_assign(commands: Any) -> None:
    assign = commands.add_parser("assign", help="reparte las postulaciones elegibles entre el jurado")
    assign.add_argument("--call", required=True, metavar="CONVOCATORIA")
    assign.add_argument("--reviews", type=int, metavar="N", help="lecturas por postulación")
    assign.add_argument("--json", action="store_true")
    assign.set_defaults(run=_assign)


def _assign(options: argparse.Namespace) -> int:
    from reviewer.jury import assignment

    plan = assignment.assign(OPERATOR, call=options.call, reviews=options.reviews)
    if options.json:
        print_json(
            {
                "call": plan.call,
                "reviews": plan.reviews,
                "applications": plan.applications,
                "assigned": len(plan.pairs),
                "reviewers": [
                    {"reviewer": each.email, "assigned": each.before + each.added, "new": each.added}
                    for each in plan.loads
                ],
            }
        )
        return DONE
    print(f"{plan.applications} postulaciones, {len(plan.pairs)} lecturas nuevas.")
    for each in plan.loads:
        print(f"  {each.name}: {each.before + each.added} ({each.added} nuevas)")
    return DONE


def _add_scores(commands: Any) -> None:
    verbs = commands.add_parser("scores", help="puntajes").add_subparsers(required=True)
    load = verbs.add_parser("load", help="toma puntajes hechos fuera")
    load.add_argument("file", type=Path, metavar="ARCHIVO.csv")
    load.add_argument("--call", required=True, metavar="CONVOCATORIA")
    load.set_defaults(run=_scores_load)


def _scores_load(options: argparse.Namespace) -> int:
    from reviewer.jury import outside

    loaded = outside.load_scores(OPERATOR, call=options.call, path=options.file)
    taken = f"{loaded.recorded} puntajes registrados, {loaded.unchanged} sin cambio"
    print(f"{taken}, {len(loaded.bad)} no tomados.")
    for number, reason in loaded.bad:
        print(f"línea {number}: {reason}")
    return PARTLY if loaded.bad else DONE


def _add_rank(commands: Any) -> None:
    rank = commands.add_parser("rank", help="el ranking calibrado, de una convocatoria o de archivos")
    source = rank.add_mutually_exclusive_group(required=True)
    source.add_argument("--call", metavar="CONVOCATORIA")
    source.add_argument("--scores", type=Path, metavar="ARCHIVO.csv")
    rank.add_argument("--weights", type=Path, metavar="ARCHIVO.csv", help="solo con --scores")
    rank.add_argument("--seats", type=int, metavar="N", help="solo con --scores; 60 si no se dice")
    rank.add_argument("--scale", metavar="DE-A", help="solo con --scores; los extremos vistos si no se dice")
    rank.add_argument("--json", action="store_true")
    rank.add_argument("--out", type=Path, metavar="ARCHIVO.csv")
    rank.set_defaults(run=_rank)


def _rank(options: argparse.Namespace) -> int:
    """On a terminal a table of the first ones; into a pipe or a file all of them as CSV."""
    from reviewer.decision import ranking_tables

    ranking = _ranked(options)
    if options.out:
        ranking_tables.write_csv(options.out, ranking)
    if options.json:
        print_json(ranking.to_json())
        return DONE
    if sys.stdout.isatty():
        print(ranking_tables.in_words(ranking))
    else:
        print(ranking_tables.as_csv(ranking).decode().replace("\r\n", "\n"), end="")
    for warning in ranking.warnings:
        print(warning, file=sys.stderr)
    return DONE


def _ranked(options: argparse.Namespace) -> Any:
    if options.call:
        from reviewer.decision.call_ranking import rank_call

        if options.weights or options.scale or options.seats is not None:
            raise Refused("--weights, --seats y --scale van con --scores: con --call los da la convocatoria.")
        return rank_call(OPERATOR, call=options.call)
    from reviewer.decision import ranking, score_files

    seats = 60 if options.seats is None else options.seats
    if seats < 1:
        raise Refused("--seats es un número entero de 1 en adelante.")
    readings = score_files.read_files(options.scores, options.weights, options.scale)
    return ranking.rank(readings, seats=seats)


def _add_export(commands: Any) -> None:
    export = commands.add_parser("export", help="escribe las tablas de una convocatoria en una carpeta")
    export.add_argument("--call", required=True, metavar="CONVOCATORIA")
    export.add_argument("--out", required=True, type=Path, metavar="CARPETA")
    export.set_defaults(run=_export)


def _export(options: argparse.Namespace) -> int:
    from reviewer import exports

    for path in exports.export(OPERATOR, call_slug=options.call, folder=options.out):
        print(path)
    return DONE


def _add_demo(commands: Any) -> None:
    demo = commands.add_parser("demo", help="llena una instalación vacía con una cohorte inventada")
    demo.add_argument("--applications", type=int, default=240, metavar="N")
    demo.add_argument("--seed", type=int, default=2025, metavar="N")
    demo.set_defaults(run=_demo)


def _demo(options: argparse.Namespace) -> int:
    from reviewer.demo import fill

    filled = fill.fill(OPERATOR, applications=options.applications, seed=options.seed)
    print(
        f"Lista: {filled.applications} postulaciones, {filled.jurors} personas en el jurado, "
        f"{filled.submitted} dictámenes enviados."
    )
    return DONE


def _add_start(commands: Any) -> None:
    start = commands.add_parser("start", help="abre la aplicación en localhost:8501")
    start.add_argument("--demo", action="store_true", help="llena una base vacía con la cohorte inventada")
    start.set_defaults(run=_start)


def _start(options: argparse.Namespace) -> int:
    from reviewer import start

    return start.start(demo=options.demo)
