"""Labels of a batch's report: codes, severities, statuses and columns."""

from reviewer.call.spec import CallSpec
from reviewer.demographics.questions import ASKED
from reviewer.intake.check.findings import Severity
from reviewer.models import Eligibility
from reviewer.web.ui.badge import Badge

STATUSES: dict[str, Badge] = {
    "complete": Badge("Completo", "green"),
    "partial": Badge("Con errores", "orange"),
    "refused": Badge("Rechazado", "red"),
}
UNFINISHED = Badge("Sin terminar", "gray")

SEVERITIES: dict[Severity, Badge] = {
    Severity.REFUSAL: Badge("Rechazo del lote", "red"),
    Severity.ERROR: Badge("No se tomó", "red"),
    Severity.INELIGIBLE: Badge("No cumple", "orange"),
    Severity.CHECK: Badge("Por cotejar", "blue"),
    Severity.INFO: Badge("Aviso", "gray"),
}
SEVERITY_EXPLANATIONS: dict[Severity, str] = {
    Severity.REFUSAL: "El lote entero no se pudo tomar.",
    Severity.ERROR: "La fila o el archivo no se tomó: corrija lo que diga y vuelva a subir el lote.",
    Severity.INELIGIBLE: "Se tomó, pero no cumple las reglas de la convocatoria.",
    Severity.CHECK: "Se tomó; una persona tiene que mirarlo en Cotejo.",
    Severity.INFO: "Solo para saberlo: no cambia nada.",
}

ELIGIBILITIES = {
    Eligibility.ELIGIBLE: Badge("Elegible", "green"),
    Eligibility.INELIGIBLE: Badge("No elegible", "red"),
    Eligibility.TO_CHECK: Badge("Por cotejar", "orange"),
    Eligibility.WITHDRAWN: Badge("Retirada", "gray"),
}

CODES: dict[str, str] = {
    "withdrawn": "Retirada: sus datos se bloquearon",
    "unreadable_source": "No se puede leer el lote",
    "no_table": "Sin tabla",
    "several_tables": "Varias tablas",
    "unreadable_table": "No se puede leer la tabla",
    "unknown_call": "Convocatoria desconocida",
    "missing_column": "Falta una columna",
    "ambiguous_column": "Columna ambigua",
    "unsafe_path": "Ruta insegura en el zip",
    "archive_bomb": "Zip desmedido",
    "file_not_found": "Archivo que no viene",
    "not_a_pdf": "No es un PDF",
    "encrypted_pdf": "PDF con contraseña",
    "corrupt_pdf": "PDF dañado",
    "empty_pdf": "PDF vacío",
    "underage": "Menor de edad",
    "outside_city": "Fuera de la ciudad",
    "late": "Fuera de plazo",
    "early": "Antes de abrir",
    "missing_document": "Falta un documento",
    "missing_field": "Falta un dato",
    "bad_email": "Correo mal formado",
    "bad_phone": "Teléfono mal formado",
    "bad_date": "Fecha mal formada",
    "bad_curp": "CURP mal formada",
    "curp_mismatch": "CURP y fecha no coinciden",
    "unknown_alcaldia": "Alcaldía desconocida",
    "postal_code_mismatch": "Código postal de otro lugar",
    "repeated_in_batch": "Persona repetida",
    "shared_contact": "Contacto compartido",
    "reviewed_before": "Cambió tras el dictamen",
    "no_consent": "Aviso de privacidad sin aceptar",
    "possible_duplicate": "Quizá la misma persona",
    "guessed_document": "Documento supuesto",
    "file_too_large": "Archivo muy pesado",
    "too_many_pages": "Demasiadas páginas",
    "active_content": "PDF con contenido activo",
    "unreadable_pages": "PDF que no se lee como se escribió",
    "same_document": "Documento de otra persona",
    "no_text": "Sin texto (escaneado)",
    "unreferenced_file": "PDF que nadie nombra",
    "other_sheet": "Otra hoja",
    "hidden_sheet": "Hoja oculta",
    "hidden_rows": "Filas ocultas",
    "nested_archive": "Zip dentro del lote",
    "ambiguous_dates": "Fechas que se leen de dos modos",
    "no_submission_time": "Sin fecha de envío",
    "broken_cell": "Celda con error",
    "surplus_cells": "Más celdas que encabezados",
    "correction_kept": "Corrección conservada",
    "correction_overruled": "Corrección que el lote cambió",
    "withheld_person": "Datos bloqueados o suprimidos",
    "asked_again": "Se volvió a pedir",
    "changed_since_decision": "Cambió después de decidir",
}

ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "mac-roman": "Mac Roman",
    "cp850": "MS-DOS (850)",
}

_LABELS = {
    "folio": "Folio",
    "nombre_completo": "Nombre completo",
    **{question.key: question.short_label for question in ASKED},
}
_KEYS = {question.column: question.key for question in ASKED if question.column}
"""Canonical names by the columns of the tables."""


def field_label(name: str, spec: CallSpec) -> str:
    """Returns the label of a column of our tables."""
    return "Motivo" if name == "reason" else column_label(_KEYS.get(name, name), spec)


def status(name: str) -> Badge:
    """Returns a batch's status."""
    return STATUSES.get(name, UNFINISHED)


def canonical_label(name: str) -> str:
    """Returns the label of a canonical name."""
    return _LABELS.get(name, name)


def column_label(name: str | None, spec: CallSpec) -> str:
    """Returns the label of a canonical name, or of a document of the call."""
    kinds = {document.key: document.label for document in spec.documents}
    return (_LABELS | kinds).get(name or "", name or "")
