"""``privacy``: blocks, rehearses, deletes, and hands out what is kept about a person."""

import argparse
from datetime import date
from pathlib import Path
from typing import Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.answers import DONE, PARTLY, print_json, tell
from reviewer.commands.progress import ProgressLine
from reviewer.errors import Refused
from reviewer.words import counted, number


def add(commands: Any) -> None:
    """Adds them to the command line."""
    privacy = commands.add_parser("privacy", help="bloqueo, supresión y solicitudes sobre datos personales")
    verbs = privacy.add_subparsers(required=True)
    block = _verb(verbs, "block", "bloquea lo que el plazo de conservación ya no cubre", _block)
    block.add_argument("--until", required=True, metavar="AAAA-MM-DD", help="desde cuándo se puede suprimir")
    delete = _verb(verbs, "delete", "suprime lo bloqueado cuyo plazo terminó", _delete)
    delete.add_argument("--dry-run", action="store_true", help="dice qué se suprimiría y no cambia nada")
    access = _verb(verbs, "export", "reúne en un .zip todo lo que se guarda de una persona", _export)
    access.add_argument("folio", metavar="FOLIO")
    access.add_argument("--out", required=True, type=Path, metavar="ARCHIVO.zip")
    key = verbs.add_parser("key", help="da una clave nueva para cifrar los documentos")
    key.set_defaults(run=_key)
    encrypt = verbs.add_parser("encrypt", help="vuelve a escribir los documentos bajo la primera clave")
    encrypt.set_defaults(run=_encrypt)


def _verb(verbs: Any, name: str, words: str, run: Any) -> Any:
    made = verbs.add_parser(name, help=words)
    made.add_argument("--call", required=True, metavar="CONVOCATORIA")
    made.add_argument("--json", action="store_true")
    made.set_defaults(run=run)
    return made


def _block(options: argparse.Namespace) -> int:
    from reviewer import jobs
    from reviewer.privacy import blocking

    try:
        until = date.fromisoformat(options.until)
    except ValueError as error:
        raise Refused("--until es un día, como 2026-05-31.") from error
    try:
        with jobs.reporting() as progress, ProgressLine(progress, "registros") as line:
            done = blocking.block_due(OPERATOR, call=options.call, delete_after=until, progress=line)
            progress.result = vars(done)
    except jobs.Cancelled:
        return tell(_STOPPED, PARTLY, as_json=options.json)
    if options.json:
        print_json({"call": options.call, **vars(done)})
    else:
        print(f"Bloqueadas: {counted(done.applications, 'postulación', 'postulaciones')}, {done.rows} filas.")
    return DONE


def _delete(options: argparse.Namespace) -> int:
    from reviewer import jobs
    from reviewer.privacy import deletion

    if options.dry_run:
        return _rehearse(options)
    try:
        with jobs.reporting() as progress, ProgressLine(progress, "registros") as line:
            made = deletion.delete_due(OPERATOR, call=options.call, progress=line)
            progress.result = {"certificate": made}
    except jobs.Cancelled:
        return tell(_STOPPED, PARTLY, as_json=options.json)
    if options.json:
        print_json({"call": options.call, "certificate": made})
    else:
        print(f"Suprimido. Certificado {made}." if made else "Hoy no hay nada que suprimir.")
    return DONE


def _rehearse(options: argparse.Namespace) -> int:
    from reviewer.privacy import deletion

    seen = deletion.rehearse(OPERATOR, call=options.call)
    if options.json:
        facts = {
            **vars(seen.pieces),
            **{name: vars(seen)[name] for name in ("shared", "forgotten", "folios")},
        }
        print_json({"call": options.call, **facts})
        return DONE
    pieces = seen.pieces
    print(
        f"Se suprimirían {counted(pieces.applications, 'postulación', 'postulaciones')}, {pieces.rows} filas,"
    )
    print(f"{number(pieces.cells)} datos y {counted(pieces.documents, 'documento', 'documentos')}")
    print(
        f"({number(pieces.size / 1e6)} MB); {seen.shared} se quedan, porque otra persona los entregó también."
    )
    if seen.forgotten:
        print(f"Además, {counted(seen.forgotten, 'archivo sin dueño', 'archivos sin dueño')}.")
    return DONE


def _export(options: argparse.Namespace) -> int:
    from reviewer.privacy import person

    made = person.export_to(OPERATOR, call=options.call, folio=options.folio, path=options.out)
    if options.json:
        print_json({"call": options.call, "folio": options.folio, "documents": made})
    else:
        print(f"Listo: {options.out}, con {counted(made, 'documento', 'documentos')}.")
    return DONE


def _key(_options: argparse.Namespace) -> int:
    from reviewer import ciphers

    print(ciphers.new_key())
    return DONE


def _encrypt(_options: argparse.Namespace) -> int:
    from reviewer import documents

    with ProgressLine(lambda _done, _all: None, "documentos") as line:
        count = documents.write_anew(line)
    print(f"Escritos de nuevo: {counted(count, 'documento', 'documentos')}.")
    return DONE


_STOPPED = "Detenido: lo hecho hasta aquí queda hecho; la misma orden sigue donde quedó."
