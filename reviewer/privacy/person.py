"""All that is kept of one person: found by folio, e-mail or CURP, and handed out in one file."""

import json
import os
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from sqlalchemy import String, cast
from sqlmodel import Session, col, func, or_, select

from reviewer import clock, documents
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.access.trail_words import VALUES
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading, writing
from reviewer.errors import MachineFault, Refused, reason_of
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
    ReviewStatus,
    Score,
    Withheld,
)
from reviewer.privacy import story
from reviewer.privacy.personal import TABLES
from reviewer.privacy.sealing import rejected_rows
from reviewer.words import counted

MOST = 20
SHORTEST = 6  # characters of an e-mail or CURP: less stands in many cells
_PIECE = 1 << 20
_PARTS = {
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
"""The tables that are hers, by the names in the file. What jurors write for themselves is not."""
_OURS = ("id", "application_id", "call_id", "batch_id", "event_id", "salt", "digest", "facts", "decided_by")
_STATES = {None: "vigentes", Withheld.BLOCKED: "bloqueados", Withheld.DELETED: "suprimidos"}
READ_ME = """Datos personales de la postulación {folio}
Convocatoria: {title}
Entregado el {day}.

datos.json      Lo que la persona escribió, lo que se comprobó y se corrigió, los puntajes por criterio, el
                resultado si hay fallo, lo que se le avisó, sus solicitudes y lo que se hizo con sus datos.
documentos/     {documents}, tal como llegaron.

No se incluyen los nombres de quienes dictaminaron, sus notas de trabajo ni lo que el comité dijo entre sí.
"""


@dataclass(frozen=True)
class Found:
    """An application that was found; ``name`` is empty where the data was deleted."""

    folio: str
    name: str
    email: str
    state: Withheld | None

    @property
    def state_in_words(self) -> str:
        """«vigentes», «bloqueados» or «suprimidos»."""
        return _STATES[self.state]


def find(viewer: Actor, *, call: str, words: str) -> list[Found]:
    """The applications with this folio, e-mail or CURP, blocked ones too; some at most."""
    require(viewer, Action.KEEP_PRIVACY)
    found, wanted = get_call(call), words.strip()
    if not wanted:
        return []
    query: Any = (
        select(Application, Applicant, BlockedRecord)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .join(BlockedRecord, col(BlockedRecord.application_id) == Application.id, isouter=True)
        .where(Application.call_id == found.id, Application.status == ApplicationStatus.CURRENT)
        .where(
            or_(
                Application.folio == wanted.upper(),
                Applicant.email == wanted.lower(),
                Applicant.curp == wanted.upper(),
                BlockedRecord.email == wanted.lower(),
                BlockedRecord.curp == wanted.upper(),
            )
        )
        .order_by(Application.folio)
        .limit(MOST)
    )
    with reading() as session:
        return [
            Found(application.folio, *_name(who, record), application.withheld)
            for application, who, record in session.exec(query)
        ]


def rows_with(viewer: Actor, *, call: str, words: str) -> list[tuple[str, int]]:
    """Rows that were not taken and hold this e-mail or CURP: each one's batch, and its number in it."""
    require(viewer, Action.KEEP_PRIVACY)
    found, wanted = get_call(call), words.strip().lower()
    if len(wanted) < SHORTEST:
        return []
    query = (
        rejected_rows(found.id or 0)
        .where(func.lower(cast(BatchRow.raw, String)).contains(f'"{wanted}"', autoescape=True))
        .limit(MOST)
    )
    with reading() as session:
        return [(batch.key, line.row) for batch, line in session.exec(query)]


def export_to(actor: Actor, *, call: str, folio: str, path: Path) -> int:
    """Writes the file of ``export`` to ``path``, for its owner alone; returns the number of documents."""
    require(actor, Action.KEEP_PRIVACY)
    if path.exists():
        raise Refused(f"«{path.name}» ya existe: elija otro nombre.")
    try:
        with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600), "w+b") as file:
            return export(actor, call=call, folio=folio, target=file)
    except BaseException as error:
        path.unlink(missing_ok=True)  # half of it is as personal as the whole
        if isinstance(error, OSError):
            raise MachineFault(f"No se pudo escribir el archivo: {reason_of(error)}.") from error
        raise


def export(actor: Actor, *, call: str, folio: str, target: IO[bytes]) -> int:
    """Writes a zip with all that is kept under a folio: its data as JSON, and its documents.

    Blocked data is in it: it is handed out to the person herself. Returns the number of documents.
    """
    require(actor, Action.KEEP_PRIVACY)
    found = get_call(call)
    with reading() as session:
        parts = _applications(session, found, folio)
        data = {
            "convocatoria": found.slug,
            "folio": folio,
            "entregado": clock.now().isoformat(),
            "postulaciones": [_data(session, each) for each in parts],
            **story.told(session, found, folio),
        }
        papers = [paper for each in parts for paper in _papers(session, each)]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as zipped:
        zipped.writestr("datos.json", json.dumps(data, ensure_ascii=False, indent=1, default=str))
        zipped.writestr("LEAME.txt", _read_me(found, spec_of(found), folio, len(papers)))
        for name, sha256 in papers:
            with documents.open_document(sha256) as source, zipped.open(name, "w", force_zip64=True) as copy:
                shutil.copyfileobj(source, copy, _PIECE)
    with writing() as session:
        facts = {"call": call, "documents": len(papers)}
        audit.record(session, actor, "privacy.export", "application", folio, facts)
    return len(papers)


def _name(who: Applicant, record: BlockedRecord | None) -> tuple[str, str]:
    if record is None:
        return f"{who.first_names} {who.surnames}".strip(), who.email
    [stored] = record.content["applicant"]
    return f"{stored['first_names']} {stored['surnames']}".strip(), record.email


def _applications(session: Session, call: Call, folio: str) -> list[Application]:
    """The application that stands under the folio, and the earlier ones of the same person."""
    query = select(Application).where(
        Application.call_id == call.id,
        or_(
            (col(Application.folio) == folio) & (col(Application.status) == ApplicationStatus.CURRENT),
            col(Application.superseded_by) == folio,
        ),
    )
    found = list(session.exec(query.order_by(col(Application.status), col(Application.id))))
    if not folio or not found:
        raise Refused(f"No hay una postulación con el folio {folio}.")
    return found


def _data(session: Session, application: Application) -> dict[str, Any]:
    said: dict[str, Any] = {
        "estado_de_los_datos": _STATES[application.withheld],
        "aviso_de_privacidad": application.privacy_notice,
        "elegibilidad": VALUES[application.eligibility.value],
        "motivos": application.reasons,
    }
    rows = _rows(session, application)
    for table, name in _PARTS.items():
        if found := [_told(each) for each in rows.get(table, ())]:
            said[name] = found[0] if table in ("applicant", "sensitivetraits", "application") else found
    said["archivos"] = _files(session, application)
    said["puntajes"] = _scores(session, application)
    return said


def _rows(session: Session, application: Application) -> dict[str, list[dict[str, Any]]]:
    """Her rows by table, from where they are: in their tables, or in the blocked record."""
    query = select(BlockedRecord.content).where(BlockedRecord.application_id == application.id)
    blocked = session.exec(query).first()
    if blocked is not None:
        return dict(blocked)
    return {
        table.name: [row.model_dump(mode="json") for _, row in table.rows(session, [application.id or 0])]
        for table in TABLES
        if table.name in _PARTS
    }


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _OURS}


def _files(session: Session, application: Application) -> list[dict[str, Any]]:
    """Every file that she handed in, those not taken too, as it was called."""
    query = select(Document).where(Document.application_id == application.id)
    rows = [each.model_dump(mode="json") for each in session.exec(query.order_by(col(Document.id)))]
    blocked = (
        select(BlockedDocument.content)
        .join(BlockedRecord, col(BlockedRecord.id) == BlockedDocument.record_id)
        .where(BlockedRecord.application_id == application.id)
        .order_by(col(BlockedDocument.id))
    )
    return [
        {
            "documento": each["kind"],
            "nombre": each["original_name"],
            "paginas": each["pages"],
            "no_se_tomo": each["refused"],
        }
        for each in (*rows, *session.exec(blocked))
    ]


def _scores(session: Session, application: Application) -> list[dict[str, Any]]:
    """Each reading's levels by criterion, in no order that would tell who gave them."""
    query = (
        select(Review.id, Score.criterion, Score.value)
        .join(Score, col(Score.review_id) == Review.id)
        .where(Review.application_id == application.id, Review.status == ReviewStatus.SUBMITTED)
    )
    readings: dict[int | None, dict[str, int]] = {}
    for review, criterion, value in session.exec(query):
        readings.setdefault(review, {})[criterion] = value
    return sorted(readings.values(), key=lambda each: sorted(each.items()))


def _papers(session: Session, application: Application) -> list[tuple[str, str]]:
    """Each document's name in the zip, and its hash."""
    shown = select(Document.kind, Document.sha256).where(
        Document.application_id == application.id, col(Document.refused).is_(None)
    )
    blocked = (
        select(BlockedDocument.kind, BlockedDocument.sha256)
        .join(BlockedRecord, col(BlockedRecord.id) == BlockedDocument.record_id)
        .where(BlockedRecord.application_id == application.id, BlockedDocument.sha256 != "")
    )
    pairs: Iterable[tuple[str, str]] = sorted([*session.exec(shown), *session.exec(blocked)])
    earlier = "" if application.status is ApplicationStatus.CURRENT else f"anteriores/{application.id}-"
    return [
        (f"documentos/{earlier}{number:02d}-{kind}.pdf", sha256)
        for number, (kind, sha256) in enumerate(pairs, start=1)
    ]


def _read_me(call: Call, spec: CallSpec, folio: str, papers: int) -> str:
    day = f"{spec.local(clock.now()):%d/%m/%Y}"
    said = counted(papers, "documento", "documentos")
    return READ_ME.format(folio=folio, title=call.title, day=day, documents=said)
