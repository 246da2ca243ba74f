"""``assign``, ``ocr``, ``read`` and ``scores load``."""

import argparse
import os
from pathlib import Path
from typing import Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.output import DONE, PARTLY, print_json
from reviewer.commands.progress import ProgressLine
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count
from reviewer.pdf.worker_pool import LOW_PRIORITY, PdfWorkers


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    assign = commands.add_parser("assign", help="reparte las postulaciones elegibles entre el jurado")
    assign.add_argument("--call", required=True, metavar="CONVOCATORIA")
    assign.add_argument("--reviews", type=int, metavar="N", help="lecturas por postulación")
    assign.add_argument("--json", action="store_true")
    assign.set_defaults(run=_assign, actions=("assign",))
    ocr = commands.add_parser("ocr", help="lee por máquina las páginas que son imágenes (identificaciones, escaneos)")
    ocr.add_argument("--call", required=True, metavar="CONVOCATORIA")
    ocr.add_argument("--workers", type=int, metavar="N", help="procesos que leen")
    ocr.add_argument("--json", action="store_true")
    ocr.set_defaults(run=_ocr, actions=("read_scans",))
    read = commands.add_parser(
        "read", help="lee los documentos del jurado: nombres suyos y páginas en que no se puede cubrir nada"
    )
    read.add_argument("--call", required=True, metavar="CONVOCATORIA")
    read.add_argument("--json", action="store_true")
    read.set_defaults(run=_read, actions=("run_jury",))
    scores = commands.add_parser("scores", help="puntajes").add_subparsers(required=True)
    load = scores.add_parser("load", help="toma puntajes hechos fuera")
    load.add_argument("file", type=Path, metavar="ARCHIVO.csv")
    load.add_argument("--call", required=True, metavar="CONVOCATORIA")
    load.set_defaults(run=_scores_load, actions=("load_scores",))


def _assign(options: argparse.Namespace) -> int:
    from reviewer.jury.assignment import service as assignment_service

    plan = assignment_service.assign(OPERATOR, slug=options.call, reviews=options.reviews)
    if options.json:
        print_json(
            {
                "call": plan.slug,
                "reviews": plan.reviews,
                "applications": plan.applications,
                "assigned": len(plan.pairs),
                "reviewers": [
                    {"reviewer": load.email, "assigned": load.before + load.added, "new": load.added}
                    for load in plan.loads
                ],
            }
        )
        return DONE
    print(f"{plan.applications} postulaciones, {len(plan.pairs)} lecturas nuevas.")
    for load in plan.loads:
        print(f"  {load.name}: {load.before + load.added} ({load.added} nuevas)")
    return DONE


def _ocr(options: argparse.Namespace) -> int:
    from reviewer.jobs import runner
    from reviewer.ocr import service

    if options.workers is not None and options.workers < 1:
        raise UserError("--workers es un número entero de 1 en adelante.")
    workers = options.workers or max((os.cpu_count() or 1) - 1, 1)  # the server keeps a processor
    with runner.reporting() as progress, ProgressLine(progress, "páginas") as line:
        with service.page_workers(workers, LOW_PRIORITY) as pool:
            counts = service.read_pages(progress.actor, slug=options.call, workers=pool, progress=line)
        progress.result = dict(vars(counts))
    if progress.job_id:
        _start_document_scan(options.call)
    if options.json:
        print_json({"call": options.call, **vars(counts)})
    else:
        print(
            f"{format_count(counts.read, 'página leída', 'páginas leídas')} por máquina; "
            f"{format_count(counts.failed, 'no se pudo leer', 'no se pudieron leer')}."
        )
    return PARTLY if counts.pending or counts.failed else DONE


def _start_document_scan(slug: str) -> None:
    """Starts the job that searches the jury's documents, if there are any to search."""
    from reviewer.jobs import runner
    from reviewer.jobs.records import READ
    from reviewer.jury.monitoring import document_scan

    if document_scan.count_pending(OPERATOR, slug=slug):
        runner.start_for_call(OPERATOR, kind=READ, slug=slug)


def _read(options: argparse.Namespace) -> int:
    from reviewer.jobs import runner
    from reviewer.jury.monitoring import document_scan

    with runner.reporting() as progress, ProgressLine(progress, "documentos") as line:
        with PdfWorkers(os.cpu_count() or 1, niceness=LOW_PRIORITY) as workers:
            result = document_scan.scan(OPERATOR, slug=options.call, workers=workers, progress=line)
        progress.result = dict(vars(result))
    if options.json:
        print_json({"call": options.call, **vars(result)})
        return DONE
    print(
        f"{format_count(result.documents, 'documento leído', 'documentos leídos')}: "
        f"{format_count(result.suggestions, 'posible conflicto', 'posibles conflictos')} y "
        f"{format_count(result.flags, 'aviso', 'avisos')} de páginas sin texto o con texto escondido."
    )
    return DONE


def _scores_load(options: argparse.Namespace) -> int:
    from reviewer.jury.reviews import score_import

    loaded = score_import.load_scores(OPERATOR, slug=options.call, path=options.file)
    summary = f"{loaded.recorded} puntajes registrados, {loaded.unchanged} sin cambio"
    print(f"{summary}, {len(loaded.rejected)} no tomados.")
    for number, reason in loaded.rejected:
        print(f"línea {number}: {reason}")
    return PARTLY if loaded.rejected else DONE
