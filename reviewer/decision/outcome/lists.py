"""The list to publish, with or without names, and the data for letters."""

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.call.spec import CallSpec, get_call, spec_of
from reviewer.core.database import read_session
from reviewer.core.spanish import format_number, join_words
from reviewer.decision.acta import pdf, wording
from reviewer.decision.acta.collect import applicant_names
from reviewer.decision.acta.document_model import Block, Code, Document, Paragraph
from reviewer.decision.outcome.replies import REJECTED, SELECTED, WAITING, application_ids, folios_by_result
from reviewer.decision.outcome.seat_holders import SeatHolders, seat_holders_of
from reviewer.models import Applicant, Application, Call, Publication
from reviewer.models.scopes import current_of
from reviewer.tables.csv_files import Table

RESULT_LABELS = {SELECTED: "seleccionada", WAITING: "lista de espera", REJECTED: "no seleccionada"}
_LETTER_COLUMNS = (
    *("resultado", "folio", "nombre", "apellidos", "correo", "proyecto", "sede", "lugar_en_espera"),
    *("convocatoria", "responder_antes_de"),
)


@verb(Action.SEE_ACTA)
def publication_table(viewer: Actor, *, slug: str, with_names: bool) -> Table:
    """Returns everybody who has a seat, by venue and folio; ``with_names`` adds their names."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored, cohort, names = _load(session, slug, with_names=with_names)
        spec = spec_of(stored)
    columns = ("sede", "folio", *(("nombre",) if with_names else ()))
    rows = tuple(
        (venue.label, seat.folio, *((names.get(seat.folio, ""),) if with_names else ()))
        for venue in spec.venues
        for seat in cohort.seats
        if seat.venue == venue.key
    )
    return Table("Personas seleccionadas", columns, rows)


@verb(Action.SEE_ACTA)
def publication_pdf(viewer: Actor, *, slug: str, with_names: bool) -> bytes:
    """Returns the same list as PDF."""
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored, cohort, names = _load(session, slug, with_names=with_names)
    return pdf.render(_document(spec_of(stored), cohort, names))


@verb(Action.SEE_ACTA)
def letters(viewer: Actor, *, slug: str, result: str | None = None) -> Table:
    """Returns a row for everybody, or everybody with one result, for a mail merge.

    People who gave up a seat are left out, and those whose data is blocked or deleted.
    """
    require(viewer, Action.SEE_ACTA)
    with read_session() as session:
        stored = get_call(slug)
        spec, cohort = spec_of(stored), seat_holders_of(session, stored)
        people = _applicants_by_folio(session, stored)
        publication = session.get(Publication, stored.id)
        by_result = folios_by_result(cohort, application_ids(session, stored))
    reply_by = spec.local(publication.reply_by).replace(microsecond=0) if publication else None
    rows = []
    for key, folios in by_result.items():
        for folio in folios if result in (None, key) else ():
            application, applicant = people[folio]
            if application.withheld:
                continue
            seat = cohort.seat_of(folio)
            name = (applicant.first_names, applicant.surnames, applicant.email)
            venue = spec.venue_labels[seat.venue] if seat else ""
            position = _waiting_positions(cohort, spec, folio) if key == WAITING else ""
            call_columns = (spec.title, reply_by if key == SELECTED else None)
            project = application.project_title
            rows.append((RESULT_LABELS[key], folio, *name, project, venue, position, *call_columns))
    return Table("Cartas", _LETTER_COLUMNS, tuple(rows))


def _waiting_positions(cohort: SeatHolders, spec: CallSpec, folio: str) -> str:
    """Returns the application's place in each waiting list that it is in: «2 en Sede Centro»."""
    return join_words(
        [
            f"{format_number(waiting.index(folio) + 1)} en {spec.venue_labels[venue]}"
            for venue, waiting in cohort.waiting.items()
            if folio in waiting
        ]
    )


def _load(session: Session, slug: str, *, with_names: bool) -> tuple[Call, SeatHolders, dict[str, str]]:
    call = get_call(slug)
    cohort = seat_holders_of(session, call)
    folios = [seat.folio for seat in cohort.seats] if with_names else []
    return call, cohort, applicant_names(session, call, folios)


def _applicants_by_folio(session: Session, call: Call) -> dict[str, tuple[Application, Applicant]]:
    query = (
        select(Application, Applicant)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call))
    )
    return {application.folio: (application, applicant) for application, applicant in session.exec(query)}


def _document(spec: CallSpec, cohort: SeatHolders, names: dict[str, str]) -> Document:
    first = "El jurado seleccionó a las personas siguientes, en el orden de su folio."
    blocks: list[Block] = [Paragraph(first)]
    for venue in spec.venues:
        folios = tuple(seat.folio for seat in cohort.seats if seat.venue == venue.key)
        if folios:
            blocks.append(wording.people_table(folios, names, venue.label))
    blocks.append(Paragraph("Huella del acta de fallo:", small=True))
    blocks.append(Code(wording.format_fingerprint(cohort.acta.fingerprint)))
    return Document(
        issuers=spec.organizers,
        kind="Personas seleccionadas",
        title=spec.title,
        blocks=tuple(blocks),
        footer=f"{spec.slug} · acta versión {cohort.acta.version}",
    )
