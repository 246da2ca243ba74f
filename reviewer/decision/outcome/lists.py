"""The list to publish, with names or with folios alone, and the data of everybody's letter."""

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, get_call, spec_of
from reviewer.database import reading
from reviewer.decision.acta import pdf, wording
from reviewer.decision.acta.blocks import Block, Code, Document, Paragraph
from reviewer.decision.acta.gathering import names_of
from reviewer.decision.outcome.cohort import Cohort, cohort_of
from reviewer.decision.outcome.replies import REJECTED, SELECTED, WAITING, application_ids, groups
from reviewer.models import Applicant, Application, ApplicationStatus, Call, Publication
from reviewer.tables import Table
from reviewer.words import listed, number

RESULTS = {SELECTED: "seleccionada", WAITING: "lista de espera", REJECTED: "no seleccionada"}
_LETTER = (
    *("resultado", "folio", "nombre", "apellidos", "correo", "proyecto", "sede", "lugar_en_espera"),
    *("convocatoria", "responder_antes_de"),
)


def publishable(viewer: Actor, *, call: str, named: bool) -> Table:
    """Everybody with a seat now, by venue and folio; ``named`` adds their names."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored, cohort, names = _of(session, call, named=named)
        spec = spec_of(stored)
    columns = ("sede", "folio", *(("nombre",) if named else ()))
    rows = tuple(
        (venue.label, seat.folio, *((names.get(seat.folio, ""),) if named else ()))
        for venue in spec.venues
        for seat in cohort.seats
        if seat.venue == venue.key
    )
    return Table("Personas seleccionadas", columns, rows)


def publishable_pdf(viewer: Actor, *, call: str, named: bool) -> bytes:
    """The same to hang up, as PDF."""
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored, cohort, names = _of(session, call, named=named)
    return pdf.draw(_document(spec_of(stored), cohort, names))


def letters(viewer: Actor, *, call: str, result: str | None = None) -> Table:
    """What a mail merge needs of everybody, or of those with one result: a line each, by result and folio.

    Those who gave a seat up get no letter, nor do those whose data is blocked or deleted.
    """
    require(viewer, Action.SEE_ACTA)
    with reading() as session:
        stored = get_call(call)
        spec, cohort = spec_of(stored), cohort_of(session, stored)
        people = _people(session, stored)
        publication = session.get(Publication, stored.id)
        by_result = groups(cohort, application_ids(session, stored))
    labels = {each.key: each.label for each in spec.venues}
    until = spec.local(publication.reply_by).replace(microsecond=0) if publication else None
    rows = []
    for name, folios in by_result.items():
        for folio in folios if result in (None, name) else ():
            application, applicant = people[folio]
            if application.withheld:
                continue
            seat = cohort.seat_of(folio)
            rows.append(
                (
                    *(RESULTS[name], folio, applicant.first_names, applicant.surnames, applicant.email),
                    *(application.project_title, labels[seat.venue] if seat else ""),
                    _turns(cohort, labels, folio) if name == WAITING else "",
                    *(spec.title, until if name == SELECTED else None),
                )
            )
    return Table("Cartas", _LETTER, tuple(rows))


def _turns(cohort: Cohort, labels: dict[str, str], folio: str) -> str:
    """«2 en Sede Centro»: where she stands in each list that she is in."""
    return listed(
        [
            f"{number(waiting.index(folio) + 1)} en {labels[venue]}"
            for venue, waiting in cohort.waiting.items()
            if folio in waiting
        ]
    )


def _of(session: Session, slug: str, *, named: bool) -> tuple[Call, Cohort, dict[str, str]]:
    call = get_call(slug)
    cohort = cohort_of(session, call)
    return call, cohort, names_of(session, call, [each.folio for each in cohort.seats]) if named else {}


def _people(session: Session, call: Call) -> dict[str, tuple[Application, Applicant]]:
    query = (
        select(Application, Applicant)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
    )
    return {application.folio: (application, applicant) for application, applicant in session.exec(query)}


def _document(spec: CallSpec, cohort: Cohort, names: dict[str, str]) -> Document:
    blocks: list[Block] = [
        Paragraph("El jurado seleccionó a las personas siguientes, en el orden de su folio.")
    ]
    for venue in spec.venues:
        folios = tuple(each.folio for each in cohort.seats if each.venue == venue.key)
        if folios:
            blocks.append(wording.people(folios, names, venue.label))
    blocks.append(Paragraph("Huella del acta de fallo:", small=True))
    blocks.append(Code(wording.grouped(cohort.acta.fingerprint)))
    return Document(
        issuers=spec.organizers,
        kind="Personas seleccionadas",
        title=spec.title,
        blocks=tuple(blocks),
        foot=f"{spec.slug} · acta versión {cohort.acta.version}",
    )
