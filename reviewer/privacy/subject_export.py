"""All data of one person, found by folio, e-mail or CURP, and exported in one file."""

import json
import os
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import String, cast
from sqlmodel import Session, col, func, or_, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.audit.labels import VALUE_LABELS
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import InfrastructureError, UserError, os_error_reason
from reviewer.core.spanish import format_count
from reviewer.demographics.questions import NOT_ON_RECORD
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    BatchRow,
    BlockedDocument,
    BlockedRecord,
    Call,
    Document,
    Review,
    Score,
    Withheld,
    require_id,
)
from reviewer.models.scopes import SUBMITTED_REVIEW, current_of
from reviewer.privacy import subject_timeline
from reviewer.privacy.data_map import STATE_LABELS, TABLES, applications_of
from reviewer.privacy.sealed_record import rejected_rows
from reviewer.storage import documents

MAX_RESULTS = 20
MIN_TERM_LENGTH = 6  # characters of an e-mail or CURP: less stands in many cells
_COPY_BUFFER = 1 << 20
_TABLE_KEYS = {
    "applicant": "persona",
    "sensitivetraits": "datos_sensibles",
    "application": "postulacion",
    "batchrow": "filas_como_llegaron",
    "finding": "hallazgos",
    "correction": "correcciones",
    "changedvalue": "cambios",
    "screening": "cotejo",
    "seatreply": "respuesta",
}
"""The tables that are exported, by their names in the file. The working notes of jurors are not."""
_FILE_KEYS = {
    "documento": "kind",
    "nombre": "original_name",
    "paginas": "pages",
    "no_se_tomo": "refused",
}
_SINGLE_ROWS = ("applicant", "sensitivetraits", "application")
_INTERNAL_COLUMNS = (
    *("id", "application_id", "call_id", "batch_id", "event_id", "salt", "digest", "search_text", "facts"),
    "decided_by",
)
README_TEMPLATE = """Datos personales de la postulación {folio}
Convocatoria: {title}
Entregado el {day}.

datos.json      Lo que la persona escribió, lo que se comprobó y se corrigió, los puntajes por criterio, el
                resultado si hay fallo, lo que se le avisó, sus solicitudes y lo que se hizo con sus datos.
documentos/     {documents}, tal como llegaron.

No se incluyen los nombres de quienes dictaminaron, sus notas de trabajo ni lo que el comité dijo entre sí.
"""


@dataclass(frozen=True)
class SubjectMatch:
    """An application that was found; ``name`` is empty if the data was deleted."""

    folio: str
    name: str
    email: str
    state: Withheld | None

    @property
    def state_label(self) -> str:
        """The state in Spanish."""
        return STATE_LABELS[self.state]


@verb(Action.KEEP_PRIVACY)
def find(viewer: Actor, *, slug: str, text: str) -> list[SubjectMatch]:
    """Returns the first applications with this folio, e-mail or CURP, blocked ones too."""
    require(viewer, Action.KEEP_PRIVACY)
    call, term = get_call(slug), text.strip()
    if not term:
        return []
    query: Any = (
        select(Application, Applicant, BlockedRecord)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .join(BlockedRecord, col(BlockedRecord.application_id) == Application.id, isouter=True)
        .where(current_of(call))
        .where(
            or_(
                Application.folio == term.upper(),
                Applicant.email == term.lower(),
                Applicant.curp == term.upper(),
                BlockedRecord.email == term.lower(),
                BlockedRecord.curp == term.upper(),
            )
        )
        .order_by(Application.folio)
        .limit(MAX_RESULTS)
    )
    with read_session() as session:
        return [
            SubjectMatch(application.folio, *_name_and_email(applicant, record), application.withheld)
            for application, applicant, record in session.exec(query)
        ]


@verb(Action.KEEP_PRIVACY)
def rejected_rows_with(viewer: Actor, *, slug: str, text: str) -> list[tuple[str, int]]:
    """Returns rejected rows that hold this e-mail or CURP: the batch's key and the row's number."""
    require(viewer, Action.KEEP_PRIVACY)
    call, term = get_call(slug), text.strip().lower()
    if len(term) < MIN_TERM_LENGTH:
        return []
    query = (
        rejected_rows(require_id(call))
        .where(func.lower(cast(BatchRow.raw, String)).contains(f'"{term}"', autoescape=True))
        .limit(MAX_RESULTS)
    )
    with read_session() as session:
        return [(batch.key, row.row) for batch, row in session.exec(query)]


@verb(Action.KEEP_PRIVACY)
def export_to_file(actor: Actor, *, slug: str, folio: str, path: Path) -> int:
    """Writes the zip to ``path``, readable by its owner only; returns the number of documents."""
    require(actor, Action.KEEP_PRIVACY)
    if path.exists():
        raise UserError(f"«{path.name}» ya existe: elija otro nombre.")
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            return export(actor, slug=slug, folio=folio, target=file)
    except BaseException as error:
        path.unlink(missing_ok=True)  # an incomplete file holds personal data too
        if isinstance(error, OSError):
            raise InfrastructureError(f"No se pudo escribir el archivo: {os_error_reason(error)}.") from error
        raise


@verb(Action.KEEP_PRIVACY)
def export(actor: Actor, *, slug: str, folio: str, target: IO[bytes]) -> int:
    """Writes a zip with the data of a folio as JSON and its documents; returns the number of documents.

    Blocked data is included, since the file is for the person whose data it is.
    """
    require(actor, Action.KEEP_PRIVACY)
    call = get_call(slug)
    with read_session() as session:
        applications = applications_of(session, call, folio)
        if not applications:
            raise UserError(f"No hay una postulación con el folio {folio}.")
        data = {
            "convocatoria": call.slug,
            "folio": folio,
            "entregado": clock.now().isoformat(),
            "postulaciones": [_application_data(session, application) for application in applications],
            **subject_timeline.timeline_of(session, call, folio),
        }
        document_names = [name for row in applications for name in _document_names(session, row)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("datos.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
        zipped.writestr("LEAME.txt", _readme(call, spec_of(call), folio, len(document_names)))
        for name, sha256 in document_names:
            with documents.open_document(sha256) as source, zipped.open(name, "w", force_zip64=True) as copy:
                shutil.copyfileobj(source, copy, _COPY_BUFFER)
    with write_session() as session:
        facts = {"call": slug, "documents": len(document_names)}
        log.record(session, actor, "privacy.export", "application", folio, facts)
    return len(document_names)


def _name_and_email(applicant: Applicant, record: BlockedRecord | None) -> tuple[str, str]:
    if record is None:
        return f"{applicant.first_names} {applicant.surnames}".strip(), applicant.email
    [stored] = record.content["applicant"]
    return f"{stored['first_names']} {stored['surnames']}".strip(), record.email


def _application_data(session: Session, application: Application) -> dict[str, Any]:
    data: dict[str, Any] = {
        "estado_de_los_datos": STATE_LABELS[application.withheld],
        "aviso_de_privacidad": {
            "version_al_recibirla": application.privacy_notice,
            "respuesta": NOT_ON_RECORD if application.privacy_consent is None else application.privacy_consent,
        },
        "elegibilidad": VALUE_LABELS[application.eligibility.value],
        "motivos": application.reasons,
    }
    rows_by_table = _rows(session, application)
    for table, name in _TABLE_KEYS.items():
        if rows := [_disclosed_columns(row) for row in rows_by_table.get(table, ())]:
            data[name] = rows[0] if table in _SINGLE_ROWS else rows
    data["archivos"] = [
        {name: document[column] for name, column in _FILE_KEYS.items()} for document in _documents(session, application)
    ]
    data["puntajes"] = _scores(session, application)
    return data


def _rows(session: Session, application: Application) -> dict[str, list[dict[str, Any]]]:
    """Returns the application's rows by table, from their tables or from the blocked record."""
    query = select(BlockedRecord.content).where(BlockedRecord.application_id == application.id)
    blocked = session.exec(query).first()
    if blocked is not None:
        return dict(blocked)
    return {
        table.name: [row.model_dump(mode="json") for _, row in table.rows(session, [require_id(application)])]
        for table in TABLES
        if table.name in _TABLE_KEYS
    }


def _disclosed_columns(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _INTERNAL_COLUMNS}


def _documents(session: Session, application: Application) -> list[dict[str, Any]]:
    """Returns the columns of the documents that were submitted, refused ones too, current or blocked."""
    current = select(Document).where(Document.application_id == application.id).order_by(col(Document.id))
    blocked = (
        select(BlockedDocument.content)
        .join(BlockedRecord, col(BlockedRecord.id) == BlockedDocument.record_id)
        .where(BlockedRecord.application_id == application.id)
        .order_by(col(BlockedDocument.id))
    )
    return [
        *(document.model_dump(mode="json") for document in session.exec(current)),
        *(dict(content) for content in session.exec(blocked) if content),
    ]


def _scores(session: Session, application: Application) -> list[dict[str, Any]]:
    """Returns the scores of each review by criterion, sorted by value so that the order names no juror."""
    query = (
        select(Review.id, Score.criterion, Score.value)
        .join(Score, col(Score.review_id) == Review.id)
        .where(Review.application_id == application.id, SUBMITTED_REVIEW)
    )
    levels_by_review: dict[int | None, dict[str, int]] = {}
    for review_id, criterion, value in session.exec(query):
        levels_by_review.setdefault(review_id, {})[criterion] = value
    return sorted(levels_by_review.values(), key=lambda levels: sorted(levels.items()))


def _document_names(session: Session, application: Application) -> list[tuple[str, str]]:
    """Returns each stored document's name in the zip, and its hash."""
    kinds_and_hashes = sorted(
        (document["kind"], document["sha256"])
        for document in _documents(session, application)
        if document["refused"] is None
    )
    folder = "" if application.status is ApplicationStatus.CURRENT else f"anteriores/{application.id}-"
    return [
        (f"documentos/{folder}{number:02d}-{kind}.pdf", sha256)
        for number, (kind, sha256) in enumerate(kinds_and_hashes, start=1)
    ]


def _readme(call: Call, spec: CallSpec, folio: str, document_total: int) -> str:
    day = f"{spec.local(clock.now()):%d/%m/%Y}"
    document_count = format_count(document_total, "documento", "documentos")
    return README_TEMPLATE.format(folio=folio, title=call.title, day=day, documents=document_count)
