"""The certificate of a deletion: what went, when, by whom and why, without a word about anybody."""

import base64
import hashlib
from collections import Counter

from sqlmodel import Session, col, select

from reviewer.access.audit import names_of
from reviewer.calls import spec_of
from reviewer.decision.acta import pdf
from reviewer.decision.acta.blocks import Block, Code, Document, Heading, Paragraph, Table
from reviewer.models import Acta, Call, DeletedItem, DeletedKind, Deletion, PrivacyRequest
from reviewer.words import counted, number

_LIST = (DeletedKind.APPLICATION, DeletedKind.ROW, DeletedKind.DOCUMENT, DeletedKind.SHARED)
_WORDS = {
    DeletedKind.APPLICATION: "postulacion",
    DeletedKind.ROW: "fila",
    DeletedKind.DOCUMENT: "documento",
    DeletedKind.SHARED: "documento-compartido",
}
KEPT = (
    "Se conservan el folio, el resultado, los puntajes y votos por folio y los motivos que el acta cita, sin "
    "datos que permitan saber de quién son. La bitácora conserva qué se hizo y cuándo; de los valores "
    "personales solo tenía resúmenes con sal, que sin los valores suprimidos no dicen nada. De cada persona "
    "quedan además huellas con sal, que solo sirven para no volver a tomar sus datos si un lote los trae de "
    "nuevo."
)
ACTA = "El acta y las adendas se conservan tal como se firmaron, con su huella."
BACKUPS = (
    "Los respaldos hechos antes de esta fecha todavía contienen los datos. Se destruyen al vencer su propio "
    "plazo; si antes se restaura uno, la supresión se repite en la instalación restaurada."
)


def list_of(session: Session, deletion: Deletion) -> bytes:
    """What went, a line each: its kind, and its folio, place or SHA-256. Ends in a line break; UTF-8."""
    query = select(DeletedItem).where(DeletedItem.deletion_id == deletion.id).order_by(col(DeletedItem.id))
    items = session.exec(query).all()
    lines = sorted({(_LIST.index(each.kind), each.kind, each.name) for each in items})
    return "".join(f"{_WORDS[kind]} {name}\n" for _, kind, name in lines).encode()


def issue(session: Session, call: Call, deletion: Deletion) -> None:
    """Draws the certificate and keeps it with its deletion, in the caller's transaction."""
    content = pdf.draw(_document(session, call, deletion))
    deletion.document = base64.b64encode(content).decode()
    deletion.document_sha256 = hashlib.sha256(content).hexdigest()


def _document(session: Session, call: Call, deletion: Deletion) -> Document:
    spec = spec_of(call)
    blocks: list[Block] = [
        Paragraph(_what(session, call, deletion)),
        Heading("Qué se suprimió"),
        Table(("Clase", "Cantidad"), _counts(session, deletion), (0.75, 0.25), "lr"),
        Heading("Qué se conserva, y por qué"),
        Paragraph(KEPT),
        *_signed(session, call, deletion),
        *_asked(session, call, deletion),
        Heading("Respaldos"),
        Paragraph(BACKUPS),
        Heading("Huella de la lista"),
        Paragraph(
            "SHA-256 de la lista de folios y de huellas de los documentos suprimidos, que se descarga aparte "
            "y permite comprobar este certificado:"
        ),
        Code(deletion.fingerprint),
        *_folios(session, deletion),
    ]
    return Document(
        issuers=spec.organizers,
        kind="Certificado de supresión",
        title=spec.title,
        blocks=tuple(blocks),
        foot=f"Certificado {deletion.public_id}",
    )


def _what(session: Session, call: Call, deletion: Deletion) -> str:
    spec = spec_of(call)
    began = f"{spec.local(deletion.began_at):%d/%m/%Y a las %H:%M}"
    ended = f"{spec.local(deletion.finished_at or deletion.began_at):%d/%m/%Y a las %H:%M}"
    name = names_of(session, {deletion.began_by})[deletion.began_by]
    by = "la persona operadora del servidor" if deletion.began_by == "cli" else name
    return (
        "Se hace constar que los datos personales que aquí se cuentan, bloqueados antes y cumplido el plazo "
        f"de bloqueo, se suprimieron de la base de datos y del almacén de documentos entre el {began} y el "
        f"{ended} (hora de {spec.timezone}), por orden de {by}."
    )


def _counts(session: Session, deletion: Deletion) -> tuple[tuple[str, str], ...]:
    items = session.exec(select(DeletedItem).where(DeletedItem.deletion_id == deletion.id)).all()
    named = {(each.kind, each.name): each.size for each in items}
    counts = Counter(kind for kind, _ in named)
    size = sum(size for (kind, _), size in named.items() if kind is DeletedKind.DOCUMENT)
    people = sum(each.kind is DeletedKind.APPLICATION for each in items)
    return (
        ("Postulaciones cuyos datos se suprimieron", number(people)),
        ("Filas de lotes que nunca llegaron a ser postulación", number(counts[DeletedKind.ROW])),
        ("Datos personales (valores)", number(deletion.cells)),
        ("Documentos destruidos", number(counts[DeletedKind.DOCUMENT])),
        ("Espacio liberado, en MB", number(size / 1e6)),
        (
            "Documentos que se conservan porque otra persona entregó los mismos",
            number(counts[DeletedKind.SHARED]),
        ),
    )


def _signed(session: Session, call: Call, deletion: Deletion) -> list[Block]:
    """What signed documents, which nobody may change, still say of those whose data went."""
    query = select(Acta.facts).where(Acta.call_id == call.id, col(Acta.signed_at).is_not(None))
    signed = session.exec(query).all()
    if not signed:
        return []
    named = {
        folio
        for facts in signed
        for folio in (
            *(each for venue in facts.get("venues", ()) for each in (*venue["selected"], *venue["waiting"])),
            *(each for one in facts.get("replacements", ()) for each in (one["freed_by"], one["taken_by"])),
        )
    }
    found = sorted(named & set(_names(session, deletion)))
    if not found:
        return [Paragraph(f"{ACTA} De las personas cuyos datos se suprimieron no nombran a ninguna.")]
    said = "Nombran a quienes obtuvieron lugar o lista de espera; entre ellas, a quienes tenían estos folios:"
    return [Paragraph(f"{ACTA} {said} {', '.join(found)}.")]


def _asked(session: Session, call: Call, deletion: Deletion) -> list[Block]:
    """Requests stay with the name of who made them."""
    folios = set(_names(session, deletion))
    query = select(PrivacyRequest.folios).where(PrivacyRequest.call_id == call.id)
    count = sum(not folios.isdisjoint(each) for each in session.exec(query))
    if not count:
        return []
    said = counted(count, "solicitud sobre estos datos", "solicitudes sobre estos datos")
    return [Paragraph(f"Queda constancia, con el nombre de quien pidió, de {said}.")]


def _names(session: Session, deletion: Deletion) -> list[str]:
    query = select(DeletedItem.name).where(
        DeletedItem.deletion_id == deletion.id, DeletedItem.kind == DeletedKind.APPLICATION
    )
    return sorted(set(session.exec(query)))


def _folios(session: Session, deletion: Deletion) -> list[Block]:
    folios = _names(session, deletion)
    if not folios:
        return []
    return [
        Heading(counted(len(folios), "folio", "folios")),
        Paragraph(", ".join(folios), small=True),
    ]
