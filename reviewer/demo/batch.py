"""The invented cohort as a batch on disk, as a form service would deliver it: a table and its PDFs."""

import csv
import os
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from reviewer.demo.cohort import applicants, troubles
from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.words import seeded_rng
from reviewer.demo.documents import files

TABLE = "postulaciones.csv"
Progress = Callable[[int, int], None]
_HEADERS = {
    "enviado_en": "Marca temporal",
    "correo": "Dirección de correo electrónico",
    "nombre": "Nombre(s)",
    "apellidos": "Apellidos",
    "telefono": "Teléfono celular",
    "curp": "CURP",
    "fecha_nacimiento": "Fecha de nacimiento",
    "genero": "Género",
    "alcaldia": "Alcaldía",
    "colonia": "Colonia",
    "codigo_postal": "Código postal",
    "escolaridad": "Último grado de estudios",
    "ocupacion": "Ocupación",
    "pueblo_indigena": "Pueblo indígena",
    "afromexicana": "Persona afromexicana",
    "discapacidad": "Discapacidad",
    "proyecto_tipo": "Tipo de proyecto",
    "proyecto_titulo": "Título del proyecto",
    "genero_narrativo": "Género narrativo",
    "sinopsis": "Sinopsis",
    "sede_preferida": "Sede preferida",
    "identificacion": "Identificación oficial",
    "domicilio": "Comprobante de domicilio",
    "motivos": "Exposición de motivos",
    "semblanza": "Semblanza",
    "muestra": "Muestra de escritura",
}
_MIN_COHORT_FOR_STRAYS = 100  # with a row without a name, and a file that belongs to nobody


@dataclass(frozen=True)
class Line:
    """A row of the table. ``is_resent``: an earlier application of the same person."""

    applicant: Applicant
    submitted: datetime
    is_resent: bool = False


def write(folder: Path, cohort: list[Applicant], opens: datetime, progress: Progress) -> dict[int, Applicant]:
    """Writes the table and the documents; returns the applicants by the number of their row.

    Rows are numbered as in spreadsheets, with the header as row 1. ``progress`` is called with the number of
    applications that have their documents, and the total.
    """
    lines = _lines(cohort, opens)
    _write_documents(folder, cohort, progress)
    with (folder / TABLE).open("w", encoding="utf-8-sig", newline="") as file:
        table = csv.writer(file)
        table.writerow(_HEADERS.values())
        for line in lines:
            row = _row(line)
            table.writerow([row.get(name, "") for name in _HEADERS])
        if len(cohort) >= _MIN_COHORT_FOR_STRAYS:
            table.writerow(["27/09/2025 23:41:07", "sin.nombre@example.org"])
            _write_stray(folder, cohort[0])
    return {number: line.applicant for number, line in enumerate(lines, start=2) if not line.is_resent}


def _lines(cohort: list[Applicant], opens: datetime) -> list[Line]:
    """Returns the rows in the order in which they were sent."""
    lines = [Line(applicant, applicant.submitted) for applicant in cohort]
    for applicant in cohort:
        if applicant.trouble == "resent":
            days_before = seeded_rng(applicant.seed, "resent", applicant.turn).uniform(0.2, 6)
            first = max(applicant.submitted - timedelta(days=days_before), opens)
            first_submitted = first.replace(microsecond=0)
            lines.append(Line(applicant, first_submitted, is_resent=True))
    return sorted(lines, key=lambda line: (line.submitted, line.applicant.turn))


def _row(line: Line) -> dict[str, str]:
    applicant, person, project = line.applicant, line.applicant.person, line.applicant.project
    row = {
        "enviado_en": f"{line.submitted:%d/%m/%Y %H:%M:%S}",
        "correo": person.email,
        "nombre": person.first_names,
        "apellidos": " ".join(person.surnames),
        "telefono": person.phone,
        "curp": person.curp,
        "fecha_nacimiento": f"{person.born:%d/%m/%Y}",
        "genero": person.gender,
        "alcaldia": person.home.written,
        "colonia": person.home.colonia,
        "codigo_postal": person.home.postal_code,
        "escolaridad": person.schooling,
        "ocupacion": person.job["nombre"],
        "pueblo_indigena": person.indigenous,
        "afromexicana": person.afro_mexican,
        "discapacidad": person.disability,
        "proyecto_tipo": project.kind,
        "proyecto_titulo": f"{project.title} (primera versión)" if line.is_resent else project.title,
        "genero_narrativo": project.genre,
        "sinopsis": project.synopsis,
        "sede_preferida": applicants.venue(applicant),
    }
    row |= {kind: f"{_folder(applicant)}/{name}" for kind, name in files.names(applicant).items()}
    return troubles.apply_to_row(applicant.trouble, row, applicant.seed, applicant.turn)


def _folder(applicant: Applicant) -> str:
    return f"archivos/{applicant.turn + 1:05d}"


def _write_documents(folder: Path, cohort: list[Applicant], progress: Progress) -> None:
    """Writes the documents in several processes, a few applications at a time."""
    (folder / "archivos").mkdir(parents=True)
    workers = os.cpu_count() or 1
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        done = 0
        portions = list(_portions(cohort, 8))
        for count in pool.map(_write_portion, [folder] * len(portions), portions):
            done += count
            progress(done, len(cohort))


def _write_portion(folder: Path, portion: list[Applicant]) -> int:
    for applicant in portion:
        place = folder / _folder(applicant)
        place.mkdir()
        for kind, name in files.names(applicant).items():
            if applicant.trouble != f"missing_{_TROUBLE_SUFFIXES.get(kind)}":
                (place / name).write_bytes(files.make(applicant, kind))
    return len(portion)


_TROUBLE_SUFFIXES = {"domicilio": "bill", "motivos": "letter"}


def _write_stray(folder: Path, applicant: Applicant) -> None:
    (folder / "archivos" / "aviso de privacidad firmado.pdf").write_bytes(files.make(applicant, "semblanza"))


def _portions(cohort: list[Applicant], size: int) -> Iterator[list[Applicant]]:
    rest = iter(cohort)
    while portion := list(islice(rest, size)):
        yield portion
