"""``backup``, ``restore`` and ``verify``."""

import argparse
import sys
from pathlib import Path
from typing import Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.answers import DONE, PARTLY, print_json, tell
from reviewer.words import counted, number


def add(commands: Any) -> None:
    """Adds them to the command line."""
    backup = commands.add_parser("backup", help="guarda todo en un archivo (nuevo, o en esa carpeta)")
    backup.add_argument("file", type=Path, metavar="ARCHIVO")
    backup.set_defaults(run=_backup)
    restore = commands.add_parser("restore", help="llena una instalación vacía con un respaldo")
    restore.add_argument("file", type=Path, metavar="ARCHIVO")
    restore.set_defaults(run=_restore)
    verify = commands.add_parser("verify", help="revisa la base, los documentos, la bitácora y las actas")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify)


def _backup(options: argparse.Namespace) -> int:
    from reviewer import jobs
    from reviewer.backup import kept
    from reviewer.backup.making import back_up

    path = kept.new_path(options.file) if options.file.is_dir() else options.file
    try:
        with jobs.reporting() as progress:
            made = back_up(OPERATOR, path=path, progress=progress)
            progress.result = {"name": made.path.name, "size": made.size, "missing": len(made.missing)}
    except jobs.Cancelled:
        return tell("Detenido: no quedó ningún respaldo a medias.", PARTLY, as_json=False)
    held = f"{counted(made.rows, 'fila', 'filas')} y {counted(made.documents, 'documento', 'documentos')}"
    print(f"Respaldo listo: {held}, {number(made.size / 1e6)} MB.")
    return _tell_missing(made.missing, "El respaldo va sin ellos")


def _restore(options: argparse.Namespace) -> int:
    from reviewer.backup.restoring import restore

    back = restore(OPERATOR, path=options.file)
    held = f"{counted(back.rows, 'fila', 'filas')} y {counted(back.documents, 'documento', 'documentos')}"
    print(f"Restaurado: {held}, como estaban el {back.made_at}.")
    return _tell_missing(back.missing, "El respaldo ya no los traía")


def _verify(options: argparse.Namespace) -> int:
    from reviewer.verification.run import verify

    outcomes = verify(OPERATOR)
    wrong = any(each.problems for each in outcomes)
    if options.json:
        print_json({"status": "wrong" if wrong else "ok", "checks": [each.to_json() for each in outcomes]})
        return PARTLY if wrong else DONE
    for each in outcomes:
        print(f"{'MAL ' if each.problems else 'Bien'}  {each.check.label}")
        for problem in each.problems:
            print(f"      {problem}")
    return PARTLY if wrong else DONE


def _tell_missing(missing: tuple[str, ...], consequence: str) -> int:
    for sha256 in missing:
        print(f"Falta el documento {sha256}, o está alterado.", file=sys.stderr)
    if missing:
        print(f"{consequence}: {counted(len(missing), 'documento', 'documentos')}.", file=sys.stderr)
    return PARTLY if missing else DONE
