"""``backup``, ``restore`` and ``verify``."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.output import DONE, PARTLY, print_json, report_failure
from reviewer.core.spanish import format_count, format_number

if TYPE_CHECKING:
    from reviewer.backup.create import BackupSummary
    from reviewer.backup.restore import RestoreSummary


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    backup = commands.add_parser("backup", help="guarda todo en un archivo (nuevo, o en esa carpeta)")
    backup.add_argument("file", type=Path, metavar="ARCHIVO")
    backup.set_defaults(run=_backup, actions=("back_up",))
    restore = commands.add_parser("restore", help="llena una instalación vacía con un respaldo")
    restore.add_argument("file", type=Path, metavar="ARCHIVO")
    restore.set_defaults(run=_restore, actions=("restore",))
    verify = commands.add_parser("verify", help="revisa la base, los documentos, la bitácora y las actas")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=_verify, actions=("verify",))


def _backup(options: argparse.Namespace) -> int:
    from reviewer.backup import on_disk
    from reviewer.backup.create import back_up
    from reviewer.jobs import runner

    path = on_disk.new_path(options.file) if options.file.is_dir() else options.file
    try:
        with runner.reporting() as progress:
            backup = back_up(OPERATOR, path=path, progress=progress)
            progress.result = {"name": backup.path.name, "size": backup.size, "missing": len(backup.missing)}
    except runner.Cancelled:
        return report_failure("Detenido: no quedó ningún respaldo a medias.", PARTLY, as_json=False)
    print(f"Respaldo listo: {_contents_text(backup)}, {format_number(backup.size / 1e6)} MB.")
    return _report_missing(backup.missing, "El respaldo va sin ellos")


def _restore(options: argparse.Namespace) -> int:
    from reviewer.backup.restore import restore

    result = restore(OPERATOR, path=options.file)
    print(f"Restaurado: {_contents_text(result)}, como estaban el {result.made_at}.")
    return _report_missing(result.missing, "El respaldo ya no los traía")


def _verify(options: argparse.Namespace) -> int:
    from reviewer.verification.checks import verify

    outcomes = verify(OPERATOR)
    wrong = any(outcome.problems for outcome in outcomes)
    if options.json:
        print_json({"status": "wrong" if wrong else "ok", "checks": [outcome.to_json() for outcome in outcomes]})
        return PARTLY if wrong else DONE
    for outcome in outcomes:
        print(f"{'MAL ' if outcome.problems else 'Bien'}  {outcome.check.label}")
        for problem in outcome.problems:
            print(f"      {problem}")
    return PARTLY if wrong else DONE


def _contents_text(summary: "BackupSummary | RestoreSummary") -> str:
    rows = format_count(summary.rows, "fila", "filas")
    return f"{rows} y {format_count(summary.documents, 'documento', 'documentos')}"


def _report_missing(missing: tuple[str, ...], consequence: str) -> int:
    for sha256 in missing:
        print(f"Falta el documento {sha256}, o está alterado.", file=sys.stderr)
    if missing:
        print(f"{consequence}: {format_count(len(missing), 'documento', 'documentos')}.", file=sys.stderr)
    return PARTLY if missing else DONE
