"""``call``, ``user`` and ``export``: installing a call, adding people, exporting tables."""

import argparse
import sys
from pathlib import Path
from typing import Any

from reviewer.access.actor import OPERATOR
from reviewer.commands.output import DONE
from reviewer.core.roles import Role
from reviewer.core.spanish import format_count


def add(commands: Any) -> None:
    """Adds the commands to the parser."""
    call = commands.add_parser("call", help="convocatorias").add_subparsers(required=True)
    load = call.add_parser("load", help="instala o actualiza una convocatoria")
    load.add_argument("file", type=Path, metavar="ARCHIVO.toml")
    load.add_argument("--reason", default="", metavar="MOTIVO", help="por qué cambian las reglas")
    load.set_defaults(run=_call_load, actions=("load_call",))
    user = commands.add_parser("user", help="personas").add_subparsers(required=True)
    person = user.add_parser("add", help="agrega una persona")
    person.add_argument("email", metavar="CORREO")
    person.add_argument("--name", required=True, metavar="NOMBRE")
    person.add_argument("--role", required=True, choices=[role.value for role in Role])
    person.add_argument("--password-stdin", action="store_true", help="lee la contraseña de la entrada estándar")
    person.set_defaults(run=_user_add, actions=("manage_people",))
    export = commands.add_parser("export", help="escribe las tablas de una convocatoria en una carpeta")
    export.add_argument("--call", required=True, metavar="CONVOCATORIA")
    export.add_argument("--out", required=True, type=Path, metavar="CARPETA")
    export.add_argument("--format", default="csv", choices=("csv", "parquet", "json"), help="de las tablas sueltas")
    export.set_defaults(run=_export, actions=("export",))


def _call_load(options: argparse.Namespace) -> int:
    from reviewer.audit.labels import VALUE_LABELS
    from reviewer.call import spec
    from reviewer.intake.corrections import call_rules

    update = call_rules.load_call(OPERATOR, text=spec.read_file(options.file), reason=options.reason)
    print(f"Convocatoria lista: {update.call.slug} · {update.call.title}")
    for change in update.differences:
        print(f"  {change.part}: {change.before} → {change.after}")
    for (before, after), count in update.judged.items():
        people = format_count(count, "postulación pasó", "postulaciones pasaron")
        print(f"  {people} de {VALUE_LABELS[before]} a {VALUE_LABELS[after]}.")
    return DONE


def _user_add(options: argparse.Namespace) -> int:
    from reviewer.access import people

    password = sys.stdin.readline().rstrip("\r\n") if options.password_stdin else None
    result = people.add_person(
        OPERATOR, email=options.email, name=options.name, role=Role(options.role), password=password
    )
    print(f"Agregada: {result.person.name} <{result.person.email}>")
    if result.one_time_password:
        print(f"Contraseña de un solo uso: {result.one_time_password}")
    return DONE


def _export(options: argparse.Namespace) -> int:
    from reviewer.export import bundle
    from reviewer.export.formats import Format

    file_format = Format(options.format)
    for path in bundle.export(OPERATOR, slug=options.call, folder=options.out, file_format=file_format):
        print(path)
    return DONE
