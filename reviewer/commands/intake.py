"""``import``: imports a batch of applications."""

import argparse
import sys
from pathlib import Path
from typing import Any

from reviewer.access.actor import OPERATOR, Actor
from reviewer.commands.output import PARTLY, print_json, report_failure
from reviewer.commands.progress import ProgressLine
from reviewer.core.errors import UserError
from reviewer.core.gc_control import frozen_imports


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    parser = commands.add_parser("import", help="toma un lote: una carpeta o un .zip con su tabla y sus PDF")
    parser.add_argument("source", type=Path, metavar="LOTE")
    parser.add_argument("--call", required=True, metavar="CONVOCATORIA")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--dry-run", action="store_true", help="dice qué pasaría y no cambia nada")
    parser.add_argument("--mapping", type=Path, metavar="ARCHIVO.toml", help="qué columna es cuál")
    parser.add_argument("--workers", type=int, metavar="N", help="procesos que abren los PDF")
    parser.set_defaults(run=_import, actions=("import_batch",))


def _import(options: argparse.Namespace) -> int:
    if options.workers is not None and options.workers < 1:
        raise UserError("--workers es un número entero de 1 en adelante.")
    with frozen_imports():
        from reviewer.intake.batch import dry_runs
        from reviewer.intake.batch.import_batch import import_batch
        from reviewer.intake.check import report as reports
        from reviewer.jobs import runner

    report = None
    try:
        with runner.reporting() as progress, ProgressLine(progress, "filas") as line:
            report = import_batch(
                progress.actor,
                source=options.source,
                slug=options.call,
                dry_run=options.dry_run,
                mapping=options.mapping,
                workers=options.workers,
                progress=line,
            )
            if options.dry_run and progress.job_id:
                dry_runs.save_report(progress.job_id, report)
            progress.result = {"batch": report.batch, "status": report.status}
            if report.status == reports.REFUSED:
                raise UserError(reports.format_report(report))
            if not options.dry_run:
                _apply_declarations(progress.actor, options.call)
        if progress.job_id and not options.dry_run:
            _start_ocr(options.call)
    except runner.Cancelled:
        message = "Detenido: lo tomado hasta aquí queda guardado; la misma orden sigue donde quedó."
        return report_failure(message, PARTLY, as_json=options.json)
    except UserError as refusal:
        if report is None or not options.json:
            raise
        print(refusal, file=sys.stderr)
    if options.json:
        print_json(report.to_json())
    else:
        print(reports.format_report(report))
    return report.exit_code


def _apply_declarations(actor: Actor, slug: str) -> None:
    from reviewer.jury.conflicts import declarations

    if declarations.has_declarations(actor, slug=slug):
        from reviewer.jury.conflicts import advance

        advance.apply_declarations(actor, slug=slug)


def _start_ocr(slug: str) -> None:
    """Starts the reading of scans, which is followed by the search of the jury's documents."""
    from reviewer.jobs import runner
    from reviewer.jobs.records import OCR

    runner.start_for_call(OPERATOR, kind=OCR, slug=slug)
