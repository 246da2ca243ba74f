"""``privacy``: blocking, deletion and its dry run, a person's data, encryption of documents."""

import argparse
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.output import DONE, PARTLY, print_json, report_failure
from reviewer.commands.progress import ProgressLine
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count, format_number


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    privacy = commands.add_parser("privacy", help="bloqueo, supresión y solicitudes sobre datos personales")
    subcommands = privacy.add_subparsers(required=True)
    block = _add_subcommand(subcommands, "block", "bloquea lo que el plazo de conservación ya no cubre", _block)
    block.add_argument("--until", required=True, metavar="AAAA-MM-DD", help="desde cuándo se puede suprimir")
    delete = _add_subcommand(subcommands, "delete", "suprime lo bloqueado cuyo plazo terminó", _delete)
    delete.add_argument("--dry-run", action="store_true", help="dice qué se suprimiría y no cambia nada")
    access = _add_subcommand(subcommands, "export", "reúne en un .zip todo lo que se guarda de una persona", _export)
    access.add_argument("folio", metavar="FOLIO")
    access.add_argument("--out", required=True, type=Path, metavar="ARCHIVO.zip")
    key = subcommands.add_parser("key", help="da una clave nueva para cifrar los documentos")
    key.set_defaults(run=_key, actions=("keep_privacy",))
    encrypt = subcommands.add_parser("encrypt", help="vuelve a escribir los documentos bajo la primera clave")
    encrypt.set_defaults(run=_encrypt, actions=("keep_privacy",))


def _add_subcommand(
    subcommands: Any, name: str, help_text: str, run: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = subcommands.add_parser(name, help=help_text)
    parser.add_argument("--call", required=True, metavar="CONVOCATORIA")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run, actions=("keep_privacy",))
    return parser


def _block(options: argparse.Namespace) -> int:
    from reviewer.jobs import runner
    from reviewer.privacy import blocking

    try:
        until = date.fromisoformat(options.until)
    except ValueError as error:
        raise UserError("--until es un día, como 2026-05-31.") from error
    try:
        with runner.reporting() as progress, ProgressLine(progress, "registros") as line:
            result = blocking.block_due(OPERATOR, slug=options.call, delete_after=until, progress=line)
            progress.result = vars(result)
    except runner.Cancelled:
        return report_failure(_STOPPED_MESSAGE, PARTLY, as_json=options.json)
    if options.json:
        print_json({"call": options.call, **vars(result)})
    else:
        applications = format_count(result.applications, "postulación", "postulaciones")
        print(f"Bloqueadas: {applications}, {result.rows} filas.")
    return DONE


def _delete(options: argparse.Namespace) -> int:
    from reviewer.jobs import runner
    from reviewer.privacy import deletion

    if options.dry_run:
        return _dry_run(options)
    try:
        with runner.reporting() as progress, ProgressLine(progress, "registros") as line:
            certificate = deletion.delete_due(OPERATOR, slug=options.call, progress=line)
            progress.result = {"certificate": certificate}
    except runner.Cancelled:
        return report_failure(_STOPPED_MESSAGE, PARTLY, as_json=options.json)
    if options.json:
        print_json({"call": options.call, "certificate": certificate})
    else:
        print(f"Suprimido. Certificado {certificate}." if certificate else "Hoy no hay nada que suprimir.")
    return DONE


def _dry_run(options: argparse.Namespace) -> int:
    from reviewer.privacy import deletion

    preview = deletion.dry_run(OPERATOR, slug=options.call)
    if options.json:
        facts = {
            **vars(preview.amounts),
            **{name: vars(preview)[name] for name in ("shared", "forgotten", "folios")},
        }
        print_json({"call": options.call, **facts})
        return DONE
    amounts = preview.amounts
    applications = format_count(amounts.applications, "postulación", "postulaciones")
    documents = format_count(amounts.documents, "documento", "documentos")
    megabytes = format_number(amounts.size / 1e6)
    print(f"Se suprimirían {applications}, {amounts.rows} filas,")
    print(f"{format_number(amounts.cells)} datos y {documents}")
    print(f"({megabytes} MB); {preview.shared} se quedan, porque otra persona los entregó también.")
    if preview.orphans:
        print(f"Además, {format_count(preview.orphans, 'archivo sin dueño', 'archivos sin dueño')}.")
    return DONE


def _export(options: argparse.Namespace) -> int:
    from reviewer.privacy import subject_export

    document_count = subject_export.export_to_file(OPERATOR, slug=options.call, folio=options.folio, path=options.out)
    if options.json:
        print_json({"call": options.call, "folio": options.folio, "documents": document_count})
    else:
        print(f"Listo: {options.out}, con {format_count(document_count, 'documento', 'documentos')}.")
    return DONE


def _key(_options: argparse.Namespace) -> int:
    from reviewer.storage import encryption

    print(encryption.new_key())
    return DONE


def _encrypt(_options: argparse.Namespace) -> int:
    from reviewer.storage import documents

    with ProgressLine(lambda _done, _all: None, "documentos") as line:
        count = documents.reencrypt_all(line)
    print(f"Escritos de nuevo: {format_count(count, 'documento', 'documentos')}.")
    return DONE


_STOPPED_MESSAGE = "Detenido: lo hecho hasta aquí queda hecho; la misma orden sigue donde quedó."
