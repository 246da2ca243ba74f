"""An empty workbook of a call to be filled, and a sample batch of invented people."""

import io
import zipfile
from collections.abc import Iterator
from datetime import timedelta

from reportlab.lib.pagesizes import LETTER
from reportlab.pdfgen.canvas import Canvas

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.demographics import geography
from reviewer.demographics.questions import ASKED, CONSENT
from reviewer.intake.parse.column_vocabulary import vocabulary
from reviewer.intake.parse.columns import explain_headers
from reviewer.intake.parse.submission import EXAMPLE_FOLIO
from reviewer.tables.xlsx import Form, FormColumn, write_form

SHEET, INSTRUCTIONS = "Postulaciones", "Instrucciones"
EMPTY_ROWS = 500  # to which the lists of the columns apply
_NEEDED = {
    "nombre": "Sí",
    "correo": "Sí, o la CURP",
    "curp": "Sí, o el correo",
    "fecha_nacimiento": "Sí, o la CURP",
    "alcaldia": "Sí, o el código postal",
    "codigo_postal": "Sí, o la alcaldía",
}
CONSENT_ANSWERS = ("Acepto", "No acepto")
_HINTS = {
    CONSENT.key: "Lo que respondió; si no se preguntó, borre la columna: vacía, la postulación queda por cotejar",
    "correo": "Un solo correo, como nombre@ejemplo.mx",
    "telefono": "Diez dígitos",
    "curp": "Dieciocho caracteres",
    "fecha_nacimiento": "Año-mes-día, como 1994-05-08",
    "enviado_en": "Año-mes-día hora:minutos, en la hora de la convocatoria; sin ella no se revisa el plazo",
    "codigo_postal": "Cinco dígitos",
    "alcaldia": "Una de la lista; quien vive fuera de la ciudad, su municipio y estado",
}
_PEOPLE = (
    ("Ana Inventada", "De Muestra", "Coyoacán", "04000", "1994-05-08"),
    ("Íñigo Imaginario", "De Muestra", "Tlalpan", "14000", "1988-11-23"),
    ("María José Ficticia", "De Muestra", "Iztapalapa", "09000", "2001-02-14"),
)
_NOTICE = "MUESTRA: persona y documento inventados"


@verb(Action.IMPORT_BATCH)
def template(viewer: Actor, *, slug: str) -> bytes:
    """Returns an empty workbook of the call, with one row that shows how it is filled and is not imported."""
    call = get_call(slug)
    require(viewer, Action.IMPORT_BATCH, call.phase)
    spec = spec_of(call)
    example = _cells(spec, _PEOPLE[0], EXAMPLE_FOLIO)
    return _workbook(spec, [example], EMPTY_ROWS)


@verb(Action.IMPORT_BATCH)
def sample_batch(viewer: Actor, *, slug: str) -> bytes:
    """Returns a batch of invented people as a zip: the same workbook filled in, and their documents."""
    call = get_call(slug)
    require(viewer, Action.IMPORT_BATCH, call.phase)
    spec, out = spec_of(call), io.BytesIO()
    rows = [_cells(spec, person, f"MUESTRA-{number:02}") for number, person in enumerate(_PEOPLE, 1)]
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("respuestas.xlsx", _workbook(spec, rows, 0))
        for row in rows:
            for kind in spec.documents:
                archive.writestr(row[kind.key], _pdf(kind.label, f"{row['nombre']} {row['apellidos']}"))
    return out.getvalue()


def _cells(spec: CallSpec, person: tuple[str, ...], folio: str) -> dict[str, str]:
    first_names, surnames, alcaldia, postal_code, birth_date = person
    sent = spec.local(spec.opens + timedelta(hours=12))
    folder = "documentos/EJEMPLO" if folio == EXAMPLE_FOLIO else f"documentos/{folio}"
    return {
        "folio": folio,
        "nombre": first_names,
        "apellidos": surnames,
        "correo": f"{first_names.split()[0].lower()}@ejemplo.invalid".replace("í", "i").replace("ñ", "n"),
        "telefono": "5500000000",
        "fecha_nacimiento": birth_date,
        "alcaldia": alcaldia,
        "codigo_postal": postal_code,
        "proyecto_titulo": "Un proyecto inventado",
        "sinopsis": _NOTICE,
        "sede_preferida": spec.venues[0].label,
        "enviado_en": f"{sent:%Y-%m-%d %H:%M}",
        CONSENT.key: CONSENT_ANSWERS[0],
        **{kind.key: f"{folder}/{kind.key}.pdf" for kind in spec.documents},
    }


def _workbook(spec: CallSpec, rows: list[dict[str, str]], empty_rows: int) -> bytes:
    columns = tuple(_columns(spec))
    names = [name for name, _ in columns]
    form = Form(
        SHEET,
        tuple(column for _, column in columns),
        tuple(tuple(row.get(name, "") for name in names) for row in rows),
        empty_rows,
    )
    explanations = tuple(_instructions(spec, columns))
    return write_form(form, INSTRUCTIONS, ("Columna", "Obligatoria", "Qué se escribe"), explanations)


def _columns(spec: CallSpec) -> Iterator[tuple[str, FormColumn]]:
    """Yields each canonical name with its column, called by its label where that is read back as the name."""
    labels = {"folio": "Folio"}
    labels |= {question.key: question.label for question in ASKED if question.column}
    labels |= {kind.key: kind.label for kind in spec.documents}
    names = vocabulary(spec.documents)
    explanations, _ = explain_headers(list(labels.values()), names, {})
    choices = {
        "alcaldia": tuple(alcaldia.name for alcaldia in geography.alcaldias()),
        "sede_preferida": tuple(venue.label for venue in spec.venues),
        CONSENT.key: CONSENT_ANSWERS,
    }
    for (name, label), explanation in zip(labels.items(), explanations, strict=True):
        header = label if explanation.name == name else name
        yield name, FormColumn(header, _HINTS.get(name, ""), choices.get(name, ()))


def _instructions(spec: CallSpec, columns: tuple[tuple[str, FormColumn], ...]) -> Iterator[tuple[str, str, str]]:
    yield "Cómo se usa", "", f"Llene una fila por postulación en la hoja «{SHEET}» y no cambie los encabezados."
    yield "La fila de ejemplo", "", f"La que dice «{EXAMPLE_FOLIO}» en Folio no se importa: puede borrarla o dejarla."
    yield "Los documentos", "", "Ponga los PDF junto a este libro, en carpetas si quiere, y comprima todo en un .zip."
    kinds = {kind.key: kind for kind in spec.documents}
    for name, column in columns:
        kind = kinds.get(name)
        needed = _NEEDED.get(name, "No")
        hint = column.hint
        if kind:
            needed, hint = "Sí" if kind.required else "No", "Nombre o ruta del PDF; varios, separados por punto y coma"
        if name == "folio":
            hint = "Déjelo vacío y se asigna uno al importar"
        yield column.header, needed, hint


def _pdf(label: str, name: str) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=LETTER, invariant=1)
    for height, text in ((720, label), (690, name), (660, _NOTICE)):
        canvas.drawString(72, height, text)
    canvas.save()
    return out.getvalue()
