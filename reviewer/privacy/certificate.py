"""The certificate of a deletion: what was deleted, when, by whom and why, without personal data."""

import base64
import hashlib
from collections import Counter

from sqlmodel import Session, col, select

from reviewer.audit.log import actor_names
from reviewer.call.spec import spec_of
from reviewer.core.spanish import format_count, format_number
from reviewer.decision.acta import pdf
from reviewer.decision.acta.document_model import Block, Code, Document, Heading, Paragraph, Table
from reviewer.models import Acta, Call, DeletedItem, DeletedKind, Deletion, PrivacyRequest

_KIND_ORDER = (DeletedKind.APPLICATION, DeletedKind.ROW, DeletedKind.DOCUMENT, DeletedKind.SHARED)
_KIND_NAMES = {
    DeletedKind.APPLICATION: "postulacion",
    DeletedKind.ROW: "fila",
    DeletedKind.DOCUMENT: "documento",
    DeletedKind.SHARED: "documento-compartido",
}
KEPT_TEXT = (
    "Se conservan el folio, el resultado, los puntajes y votos por folio y los motivos que el acta cita, sin datos que "
    "permitan saber de quién son. La bitácora conserva qué se hizo y cuándo; de los valores personales solo tenía "
    "resúmenes con sal, que sin los valores suprimidos no dicen nada. De cada persona quedan además huellas con sal, "
    "que solo sirven para no volver a tomar sus datos si un lote los trae de nuevo."
)
ACTA_TEXT = "El acta y las adendas se conservan tal como se firmaron, con su huella."
BACKUPS_TEXT = (
    "Los respaldos hechos antes de esta fecha todavía contienen los datos. Se destruyen al vencer su propio "
    "plazo; si antes se restaura uno, la supresión se repite en la instalación restaurada."
)


def deleted_items_text(session: Session, deletion: Deletion) -> bytes:
    """Returns a line in UTF-8 for each deleted item: its kind, and its folio, place in a batch or SHA-256."""
    query = select(DeletedItem).where(DeletedItem.deletion_id == deletion.id).order_by(col(DeletedItem.id))
    items = session.exec(query).all()
    lines = sorted({(_KIND_ORDER.index(item.kind), item.kind, item.name) for item in items})
    return "".join(f"{_KIND_NAMES[kind]} {name}\n" for _, kind, name in lines).encode()


def issue(session: Session, call: Call, deletion: Deletion) -> None:
    """Renders the certificate and stores it with its deletion, in the caller's transaction."""
    content = pdf.render(_document(session, call, deletion))
    deletion.document = base64.b64encode(content).decode()
    deletion.document_sha256 = hashlib.sha256(content).hexdigest()


def _document(session: Session, call: Call, deletion: Deletion) -> Document:
    spec = spec_of(call)
    blocks: list[Block] = [
        Paragraph(_statement(session, call, deletion)),
        Heading("Qué se suprimió"),
        Table(("Clase", "Cantidad"), _counts(session, deletion), (0.75, 0.25), "lr"),
        Heading("Qué se conserva, y por qué"),
        Paragraph(KEPT_TEXT),
        *_acta_blocks(session, call, deletion),
        *_request_blocks(session, call, deletion),
        Heading("Respaldos"),
        Paragraph(BACKUPS_TEXT),
        Heading("Huella de la lista"),
        Paragraph(
            "SHA-256 de la lista de folios y de huellas de los documentos suprimidos, que se descarga aparte "
            "y permite comprobar este certificado:"
        ),
        Code(deletion.fingerprint),
        *_folio_blocks(session, deletion),
    ]
    return Document(
        issuers=spec.organizers,
        kind="Certificado de supresión",
        title=spec.title,
        blocks=tuple(blocks),
        footer=f"Certificado {deletion.public_id}",
    )


def _statement(session: Session, call: Call, deletion: Deletion) -> str:
    spec = spec_of(call)
    began = f"{spec.local(deletion.began_at):%d/%m/%Y a las %H:%M}"
    ended = f"{spec.local(deletion.finished_at or deletion.began_at):%d/%m/%Y a las %H:%M}"
    name = actor_names(session, {deletion.began_by})[deletion.began_by]
    ordered_by = "la persona operadora del servidor" if deletion.began_by == "cli" else name
    return (
        "Se hace constar que los datos personales que aquí se cuentan, bloqueados antes y cumplido el plazo "
        f"de bloqueo, se suprimieron de la base de datos y del almacén de documentos entre el {began} y el "
        f"{ended} (hora de {spec.timezone}), por orden de {ordered_by}."
    )


def _counts(session: Session, deletion: Deletion) -> tuple[tuple[str, str], ...]:
    items = session.exec(select(DeletedItem).where(DeletedItem.deletion_id == deletion.id)).all()
    sizes = {(item.kind, item.name): item.size for item in items}
    counts = Counter(kind for kind, _ in sizes)
    size = sum(size for (kind, _), size in sizes.items() if kind is DeletedKind.DOCUMENT)
    people = sum(item.kind is DeletedKind.APPLICATION for item in items)
    return (
        ("Postulaciones cuyos datos se suprimieron", format_number(people)),
        ("Filas de lotes que nunca llegaron a ser postulación", format_number(counts[DeletedKind.ROW])),
        ("Datos personales (valores)", format_number(deletion.cells)),
        ("Documentos destruidos", format_number(counts[DeletedKind.DOCUMENT])),
        ("Espacio liberado, en MB", format_number(size / 1e6)),
        (
            "Documentos que se conservan porque otra persona entregó los mismos",
            format_number(counts[DeletedKind.SHARED]),
        ),
    )


def _acta_blocks(session: Session, call: Call, deletion: Deletion) -> list[Block]:
    """States which of these folios the signed documents, which stay as they are, still name."""
    query = select(Acta.facts).where(Acta.call_id == call.id, col(Acta.signed_at).is_not(None))
    signed_facts = session.exec(query).all()
    if not signed_facts:
        return []
    named_folios: set[str] = set()
    for facts in signed_facts:
        for venue in facts.get("venues", ()):
            named_folios |= {*venue["selected"], *venue["waiting"]}
        for replacement in facts.get("replacements", ()):
            named_folios |= {replacement["freed_by"], replacement["taken_by"]}
    still_named = sorted(named_folios & set(_deleted_folios(session, deletion)))
    if not still_named:
        return [Paragraph(f"{ACTA_TEXT} De las personas cuyos datos se suprimieron no nombran a ninguna.")]
    sentence = "Nombran a quienes obtuvieron lugar o lista de espera; entre ellas, a quienes tenían estos folios:"
    return [Paragraph(f"{ACTA_TEXT} {sentence} {', '.join(still_named)}.")]


def _request_blocks(session: Session, call: Call, deletion: Deletion) -> list[Block]:
    folios = set(_deleted_folios(session, deletion))
    query = select(PrivacyRequest.folios).where(PrivacyRequest.call_id == call.id)
    count = sum(not folios.isdisjoint(request_folios) for request_folios in session.exec(query))
    if not count:
        return []
    request_count = format_count(count, "solicitud sobre estos datos", "solicitudes sobre estos datos")
    return [Paragraph(f"Queda constancia, con el nombre de quien pidió, de {request_count}.")]


def _deleted_folios(session: Session, deletion: Deletion) -> list[str]:
    query = select(DeletedItem.name).where(
        DeletedItem.deletion_id == deletion.id, DeletedItem.kind == DeletedKind.APPLICATION
    )
    return sorted(set(session.exec(query)))


def _folio_blocks(session: Session, deletion: Deletion) -> list[Block]:
    folios = _deleted_folios(session, deletion)
    if not folios:
        return []
    return [Heading(format_count(len(folios), "folio", "folios")), Paragraph(", ".join(folios), small=True)]
