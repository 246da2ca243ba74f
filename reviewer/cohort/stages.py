"""The stages that applications reach. Each is a part of the one before, except for changes by hand."""

from enum import StrEnum

from sqlalchemy import ColumnElement, Select, and_, exists, func, select, true
from sqlmodel import Session, col

from reviewer.call.spec import CallSpec
from reviewer.models import (
    Application,
    Call,
    KeptRanking,
    Outcome,
    Placement,
    RankedApplication,
    Review,
    Scenario,
)
from reviewer.models.scopes import ELIGIBLE_APPLICATION, SUBMITTED_REVIEW, scenario_in_force

# An application with at least this probability of a seat is near the cut or above it.
NEAR_CUT_PROBABILITY = 0.1


class Stage(StrEnum):
    """The stages in their order. The values are used in the page's address."""

    RECEIVED = "recibidas"
    ELIGIBLE = "elegibles"
    READ = "leidas"
    NEAR = "cerca"
    PROPOSED = "propuestas"
    SELECTED = "seleccionadas"


LABELS = {
    Stage.RECEIVED: "Recibidas",
    Stage.ELIGIBLE: "Elegibles",
    Stage.READ: "Leídas",
    Stage.NEAR: "Cerca del corte",
    Stage.PROPOSED: "Propuestas",
    Stage.SELECTED: "Seleccionadas",
}
DESCRIPTIONS = {
    Stage.READ: "con todas las lecturas que pide la convocatoria",
    Stage.NEAR: "con una probabilidad de obtener lugar de 10 % o más en el último ranking calculado",
    Stage.PROPOSED: "con lugar en el escenario vigente",
    Stage.SELECTED: "con lugar en el fallo firmado",
}


def reached_condition(stage: Stage, call: Call, spec: CallSpec) -> ColumnElement[bool]:
    """Returns the condition on ``Application`` of having reached a stage."""
    if stage is Stage.RECEIVED:
        return true()
    if stage is Stage.ELIGIBLE:
        return ELIGIBLE_APPLICATION
    if stage is Stage.READ:
        return and_(ELIGIBLE_APPLICATION, col(Application.id).in_(_fully_read(call, spec)))
    if stage is Stage.NEAR:
        return and_(ELIGIBLE_APPLICATION, col(Application.id).in_(_near_the_cut(call)))
    return col(Application.folio).in_(_selected_folios(call, signed=stage is Stage.SELECTED))


def available(session: Session, call: Call) -> tuple[Stage, ...]:
    """Returns the stages that the call has reached, in their order, with one query."""
    submitted = exists().where(col(Review.call_id) == call.id, SUBMITTED_REVIEW)
    ranked = exists().where(col(KeptRanking.call_id) == call.id)
    proposed = exists().where(scenario_in_force(call))
    signed = exists().where(scenario_in_force(call), col(Scenario.signed_at).is_not(None))
    later = (Stage.READ, Stage.NEAR, Stage.PROPOSED, Stage.SELECTED)
    flags = session.connection().execute(select(submitted, ranked, proposed, signed)).one()
    return (
        Stage.RECEIVED,
        Stage.ELIGIBLE,
        *(stage for stage, is_reached in zip(later, flags, strict=True) if is_reached),
    )


def _fully_read(call: Call, spec: CallSpec) -> Select[int]:
    return (
        select(col(Review.application_id))
        .where(col(Review.call_id) == call.id, SUBMITTED_REVIEW)
        .group_by(col(Review.application_id))
        .having(func.count() >= spec.review.reviews_per_application)
    )


def _near_the_cut(call: Call) -> Select[int]:
    latest = select(func.max(col(KeptRanking.id))).where(col(KeptRanking.call_id) == call.id).scalar_subquery()
    return select(col(RankedApplication.application_id)).where(
        col(RankedApplication.ranking_id) == latest, col(RankedApplication.p_selected) >= NEAR_CUT_PROBABILITY
    )


def _selected_folios(call: Call, *, signed: bool) -> Select[str]:
    query = (
        select(col(Placement.folio))
        .join(Scenario, col(Scenario.id) == col(Placement.scenario_id))
        .where(scenario_in_force(call), col(Placement.outcome) == Outcome.SELECTED)
    )
    return query.where(col(Scenario.signed_at).is_not(None)) if signed else query
