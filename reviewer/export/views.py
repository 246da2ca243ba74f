"""Read-only SQL views for analysts: no name, contact, CURP or sensitive trait, and no text that may hold one.

``reviewer/migrations/env.py`` drops them before migrations and creates them after the last one: SQLite does not
rename a table, and PostgreSQL does not change a column, that a view reads. A changed view needs a migration, which
may be empty, so that existing installations get it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, extract, func, inspect, literal, select
from sqlmodel import col

from reviewer.models import (
    Applicant,
    Application,
    Assignment,
    Batch,
    Call,
    Document,
    Finding,
    KeptRanking,
    Placement,
    RankedApplication,
    RankedJuror,
    Review,
    Scenario,
    Score,
)
from reviewer.models.scopes import REVIEW_OF_ASSIGNMENT

_CALL = "Clave de la convocatoria"
_FOLIO = "Folio de la postulación: con la convocatoria y «current» en v_applications, la identifica"
_REVIEWER = "Número de quien lee; su nombre y su correo no están en ninguna vista"
_NO_TIME = "vacío: todavía no"
_Query = Select[*tuple[Any, ...]]


@dataclass(frozen=True)
class View:
    """A view: what a row of it is, its query, and the meaning of each column."""

    name: str
    meaning: str
    query: _Query
    meanings: Mapping[str, str]


def _calls() -> View:
    query: _Query = select(col(Call.slug).label("call"), col(Call.title), col(Call.phase), col(Call.loaded_at))
    meanings = {
        "call": _CALL,
        "title": "Título",
        "phase": "Fase: intake, screening, reviewing, deliberation, decided o archived",
        "loaded_at": "Cuándo se instaló",
    }
    return View("v_calls", "Una convocatoria", query, meanings)


def _applications() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Application.folio),
            col(Application.status),
            col(Application.eligibility),
            col(Application.screening),
            col(Application.submitted_at),
            col(Application.project_kind),
            col(Application.genre),
            col(Application.preferred_venue),
            extract("year", col(Applicant.birth_date)).label("birth_year"),
            col(Applicant.gender),
            col(Applicant.alcaldia),
            col(Applicant.schooling),
            col(Application.withheld),
        )
        .join(Call, col(Call.id) == Application.call_id)
        .join(Applicant, col(Applicant.application_id) == Application.id, isouter=True)
    )
    meanings = {
        "call": _CALL,
        "folio": _FOLIO,
        "status": "current: vigente; superseded: la misma persona envió otra después",
        "eligibility": "eligible: elegible; ineligible: no elegible; to_check: por cotejar; withdrawn: retirada",
        "screening": "Cotejo: open, decided (decidida a mano), asked (se le pidió algo), changed (cambió después)",
        "submitted_at": "Cuándo se envió; vacío: el lote no lo dice",
        "project_kind": "Tipo de proyecto, como lo respondió",
        "genre": "Género narrativo, como lo respondió",
        "preferred_venue": "Sede que prefiere",
        "birth_year": "Año de nacimiento",
        "gender": "Género, como lo respondió; agrupado está en data.cohort",
        "alcaldia": "Clave INEGI de la alcaldía donde vive; vacía: no es de la ciudad o no se reconoce",
        "schooling": "Escolaridad, como la respondió",
        "withheld": "blocked o deleted: sus datos personales se bloquearon o suprimieron",
    }
    return View("v_applications", "Una postulación, vigente o no", query, meanings)


def _documents() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Application.folio),
            col(Application.status),
            col(Document.kind),
            col(Document.pages),
            col(Document.size),
            col(Document.has_text),
            col(Document.refused),
        )
        .join(Application, col(Application.id) == Document.application_id)
        .join(Call, col(Call.id) == Application.call_id)
    )
    meanings = {
        "call": _CALL,
        "folio": _FOLIO,
        "status": "De la postulación: current o superseded",
        "kind": "Documento que pide la convocatoria",
        "pages": "Páginas",
        "size": "Tamaño, en bytes",
        "has_text": "Si tiene texto; si no, es imagen",
        "refused": "Código de por qué no se guardó; vacío: se guardó",
    }
    return View("v_documents", "Un documento recibido", query, meanings)


def _findings() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Batch.key).label("batch"),
            col(Application.folio),
            col(Finding.row),
            col(Finding.field),
            col(Finding.code),
            col(Finding.severity),
        )
        .join(Batch, col(Batch.id) == Finding.batch_id)
        .join(Call, col(Call.id) == Batch.call_id)
        .join(Application, col(Application.id) == Finding.application_id, isouter=True)
    )
    meanings = {
        "call": _CALL,
        "batch": "Clave del lote",
        "folio": "Folio de la postulación; vacío: es del lote o de una fila que no se guardó",
        "row": "Fila de la tabla, como la numera una hoja de cálculo",
        "field": "Columna, por su nombre canónico",
        "code": "Código del hallazgo (docs/codes.md)",
        "severity": "refusal, error, ineligible, check o info",
    }
    return View("v_findings", "Un hallazgo de las revisiones de un lote", query, meanings)


def _assignments() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Application.folio),
            col(Assignment.person_id).label("reviewer"),
            col(Assignment.place).label("position"),
            col(Assignment.anchor),
            col(Assignment.created_at),
            col(Assignment.closed_at),
            col(Review.status).label("review"),
        )
        .join(Call, col(Call.id) == Assignment.call_id)
        .join(Application, col(Application.id) == Assignment.application_id)
        .join(Review, REVIEW_OF_ASSIGNMENT, isouter=True)
    )
    meanings = {
        "call": _CALL,
        "folio": _FOLIO,
        "reviewer": _REVIEWER,
        "position": "Lugar en su orden de lectura, desde 0",
        "anchor": "Si la lee primero todo el jurado",
        "created_at": "Cuándo se le asignó",
        "closed_at": "Cuándo se le retiró; vacío: la tiene",
        "review": "Estado de su lectura: begun, submitted o set_aside; vacío: no la empieza",
    }
    return View("v_assignments", "Una postulación asignada a una persona del jurado", query, meanings)


def _reviews() -> View:
    levels = (
        select(col(Score.review_id), func.count().label("levels"), func.avg(col(Score.value)).label("mean_level"))
        .group_by(col(Score.review_id))
        .subquery()
    )
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Application.folio),
            col(Review.person_id).label("reviewer"),
            col(Review.status),
            col(Review.started_at),
            col(Review.submitted_at),
            func.coalesce(levels.c.levels, literal(0)).label("levels"),
            levels.c.mean_level,
        )
        .join(Call, col(Call.id) == Review.call_id)
        .join(Application, col(Application.id) == Review.application_id)
        .join(levels, levels.c.review_id == Review.id, isouter=True)
    )
    meanings = {
        "call": _CALL,
        "folio": _FOLIO,
        "reviewer": _REVIEWER,
        "status": "begun: empezada; submitted: enviada, la única que cuenta; set_aside: apartada por conflicto",
        "started_at": "Cuándo la empezó",
        "submitted_at": f"Cuándo la envió; {_NO_TIME}",
        "levels": "Criterios con puntaje",
        "mean_level": "Media simple de sus puntajes, en niveles de la rúbrica, sin pesos",
    }
    return View("v_reviews", "Una lectura empezada", query, meanings)


def _scores() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Application.folio),
            col(Review.person_id).label("reviewer"),
            col(Score.criterion),
            col(Score.value).label("score"),
            col(Review.status).label("review"),
            col(Score.updated_at),
        )
        .join(Review, col(Review.id) == Score.review_id)
        .join(Call, col(Call.id) == Review.call_id)
        .join(Application, col(Application.id) == Review.application_id)
    )
    meanings = {
        "call": _CALL,
        "folio": _FOLIO,
        "reviewer": _REVIEWER,
        "criterion": "Criterio de la rúbrica, por su clave",
        "score": "Nivel que le dio, en la escala de la rúbrica",
        "review": "Estado de la lectura: solo cuentan las submitted",
        "updated_at": "Cuándo se puso o cambió",
    }
    return View("v_scores", "Un puntaje de un criterio", query, meanings)


def _latest_rankings() -> Select[int | None]:
    return select(func.max(col(KeptRanking.id))).group_by(col(KeptRanking.call_id))


def _ranking() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Application.folio),
            col(RankedApplication.rank),
            col(RankedApplication.estimate),
            col(RankedApplication.standard_error),
            col(RankedApplication.p_selected),
            col(RankedApplication.reviews),
            col(RankedApplication.raw_mean),
            col(KeptRanking.computed_at),
        )
        .join(KeptRanking, col(KeptRanking.id) == RankedApplication.ranking_id)
        .join(Call, col(Call.id) == KeptRanking.call_id)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .where(col(KeptRanking.id).in_(_latest_rankings()))
    )
    meanings = {
        "call": _CALL,
        "folio": _FOLIO,
        "rank": "Lugar, desde 1",
        "estimate": "Lo que le daría el jurado entero, en la escala de la rúbrica, corregida la severidad",
        "standard_error": "Margen del estimado, en la misma escala",
        "p_selected": "Probabilidad de quedar entre los lugares, de 0 a 1",
        "reviews": "Lecturas enviadas",
        "raw_mean": "Media simple de sus lecturas, en la misma escala",
        "computed_at": "Cuándo se calculó; un puntaje posterior todavía no está en él",
    }
    return View("v_ranking", "Una postulación del último ranking que se calculó", query, meanings)


def _jurors() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(RankedJuror.person_id).label("reviewer"),
            col(RankedJuror.reviews),
            col(RankedJuror.severity),
            col(RankedJuror.severity_error),
            col(RankedJuror.spread),
            col(RankedJuror.noise),
        )
        .join(KeptRanking, col(KeptRanking.id) == RankedJuror.ranking_id)
        .join(Call, col(Call.id) == KeptRanking.call_id)
        .where(col(KeptRanking.id).in_(_latest_rankings()))
    )
    meanings = {
        "call": _CALL,
        "reviewer": _REVIEWER,
        "reviews": "Lecturas enviadas",
        "severity": "Niveles por debajo (negativo: por encima) de lo que daría el resto a lo mismo",
        "severity_error": "Margen de la severidad, en niveles",
        "spread": "Cuánto separa lo bueno de lo flojo; 1 es lo usual",
        "noise": "Qué tan lejos suelen quedar sus lecturas del jurado entero, en niveles",
    }
    return View("v_jurors", "Una persona del jurado en el último ranking que se calculó", query, meanings)


def _selection() -> View:
    query: _Query = (
        select(
            col(Call.slug).label("call"),
            col(Placement.folio),
            col(Placement.outcome),
            col(Placement.venue),
            col(Placement.position),
            col(Placement.by_hand),
            col(Scenario.signed_at),
        )
        .join(Scenario, col(Scenario.id) == Placement.scenario_id)
        .join(Call, col(Call.id) == Scenario.call_id)
        .where(col(Scenario.in_force_since).is_not(None))
    )
    meanings = {
        "call": _CALL,
        "folio": _FOLIO,
        "outcome": "selected: seleccionada; waiting: en lista de espera",
        "venue": "Sede; vacía en la lista de espera general",
        "position": "Lugar dentro de su sede y de su lista, desde 1",
        "by_hand": "Si se cambió a mano",
        "signed_at": f"Cuándo se firmó; {_NO_TIME}",
    }
    return View("v_selection", "Una postulación del escenario vigente, antes de sustituciones", query, meanings)


VIEWS = tuple(
    make()
    for make in (
        _calls,
        _applications,
        _documents,
        _findings,
        _assignments,
        _reviews,
        _scores,
        _ranking,
        _jurors,
        _selection,
    )
)


def create(connection: Connection) -> None:
    """Creates the views in the connection's transaction."""
    for view in VIEWS:
        query = view.query.compile(connection.engine, compile_kwargs={"literal_binds": True})
        connection.exec_driver_sql(f"CREATE VIEW {view.name} AS {query}")


def drop(connection: Connection) -> None:
    """Drops the views that exist, also those that an earlier version created."""
    for name in inspect(connection).get_view_names():
        if name.startswith("v_"):
            connection.exec_driver_sql(f'DROP VIEW "{name}"')
