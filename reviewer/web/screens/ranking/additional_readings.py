"""Additional readings where they matter: proposed, assigned, and compared afterwards."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core.spanish import format_count, format_day_and_time, format_number, join_first
from reviewer.decision.ranking import additional_readings
from reviewer.decision.ranking.additional_readings import Candidate, RankPosition, RoundApplication, RoundSummary
from reviewer.decision.ranking.queries import Overview
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Call, Phase
from reviewer.web.screens.ranking import labels as ranking_labels
from reviewer.web.ui import tables
from reviewer.web.ui.markdown_escape import escape_markdown

DEFAULT_READINGS = 40
MAX_READINGS = 500
MAX_NAMES = 12


def show(viewer: Actor, call: Call, spec: CallSpec, overview: Overview) -> None:
    """Draws the proposal, and below it the results of earlier rounds."""
    st.markdown(
        "Lejos del corte, otra lectura no cambia nada; cerca, puede decidir. Aquí se propone en cuáles conviene más "
        "**una lectura adicional**. Repártalas en dos o tres tandas: cada una se propone con lo que dijo la anterior."
    )
    rounds = additional_readings.rounds(viewer, slug=call.slug)
    if call.phase is not Phase.REVIEWING:
        st.info("Las lecturas se reparten mientras la convocatoria está en dictaminación.")
    elif overview.seats >= overview.applications:
        st.info("Hay lugar para todas las postulaciones leídas: otra lectura no cambiaría quién entra.")
    elif not overview.is_current:
        st.info("El ranking se está poniendo al día; enseguida podrá proponer lecturas con los puntajes nuevos.")
    else:
        _propose_when_due(viewer, call, rounds)
    for reading_round in rounds:
        _show_round(reading_round, spec)


def _propose_when_due(viewer: Actor, call: Call, rounds: list[RoundSummary]) -> None:
    """Draws the proposal, in an expander while readings of an earlier round are awaited."""
    awaited_count = sum(reading_round.readings - reading_round.submitted for reading_round in rounds)
    if not awaited_count:
        _propose(viewer, call)
        return
    awaited_text = format_count(awaited_count, "lectura repartida no ha", "lecturas repartidas no han")
    st.info(f"{awaited_text} llegado. Conviene esperar: la siguiente tanda se propondrá con lo que digan.")
    with st.expander("Repartir otra tanda sin esperar"):
        _propose(viewer, call)


def _propose(viewer: Actor, call: Call) -> None:
    reading_count = st.number_input(
        "Con cuántas lecturas más",
        min_value=1,
        max_value=MAX_READINGS,
        value=DEFAULT_READINGS,
        step=5,
        key="lecturas",
        width=220,
    )
    candidates = additional_readings.propose(viewer, slug=call.slug, readings=int(reading_count))
    if not candidates:
        st.info(
            f"Todas las que están cerca del corte tienen ya {additional_readings.MAX_READINGS} lecturas o las esperan."
        )
        return
    plan = assignment_service.preview_additional(
        viewer, slug=call.slug, folios=[candidate.folio for candidate in candidates]
    )
    planned_folios = set(plan.folios)
    planned_candidates = [candidate for candidate in candidates if candidate.folio in planned_folios]
    for shortfall in plan.shortages:
        st.warning(escape_markdown(shortfall))
    if not planned_candidates:
        return
    juror_count = sum(load.added > 0 for load in plan.loads)
    st.markdown(
        f"**{format_count(len(planned_candidates), 'lectura', 'lecturas')}** entre "
        f"{format_count(juror_count, 'persona', 'personas')} del jurado, a lo más "
        f"{format_number(max(load.added for load in plan.loads))} a cada una; nadie lee lo que ya leyó ni donde tiene "
        "un conflicto."
    )
    if st.button(f"Repartir {format_count(len(planned_candidates), 'lectura', 'lecturas')}", type="primary"):
        folios = [candidate.folio for candidate in planned_candidates]
        executed_plan = assignment_service.assign_additional(viewer, slug=call.slug, folios=folios)
        additional_readings.record_round(viewer, slug=call.slug, pairs=executed_plan.pairs)
        st.toast(f"{format_count(len(executed_plan.pairs), 'lectura repartida', 'lecturas repartidas')}.")
        st.rerun()
    head = ("Lugar", "Folio", "Proyecto", "Probabilidad", "Estimado", "Margen con otra", "Lecturas")
    tables.html_table(head, [_candidate_row(candidate) for candidate in planned_candidates])
    if any(candidate.pending for candidate in planned_candidates):
        st.caption("Las lecturas por llegar se cuentan como si ya hubieran llegado.")


def _candidate_row(candidate: Candidate) -> tuple[str, ...]:
    readings = format_number(candidate.readings) + (
        f" y {format_number(candidate.pending)} por llegar" if candidate.pending else ""
    )
    return (
        format_number(candidate.now.rank),
        candidate.folio,
        candidate.title or "Sin título",
        ranking_labels.chance(candidate.now.chance),
        _estimate_text(candidate.now),
        f"± {ranking_labels.points(candidate.error_after)}",
        readings,
    )


def _estimate_text(standing: RankPosition) -> str:
    return f"{ranking_labels.points(standing.estimate)} ± {ranking_labels.points(standing.error)}"


def _show_round(reading_round: RoundSummary, spec: CallSpec) -> None:
    st.header(f"Tanda del {format_day_and_time(spec.local(reading_round.given_at))}")
    arrival_text = (
        f"Llegaron {format_number(reading_round.submitted)} de "
        f"{format_count(reading_round.readings, 'lectura', 'lecturas')}."
    )
    st.markdown(f"{arrival_text} {_crossing_text(reading_round)}")
    head = ("Folio", "Proyecto", "Antes: lugar", "Prob.", "Estimado", "Ahora: lugar", "Prob.", "Estimado", "")
    with st.expander("Antes y ahora", expanded=reading_round.submitted > 0):
        tables.html_table(head, [_comparison_row(application) for application in reading_round.applications])


def _crossing_text(reading_round: RoundSummary) -> str:
    if not any(application.now for application in reading_round.applications):
        return "Aún no hay un cálculo posterior con que comparar."
    if not reading_round.entered and not reading_round.left:
        return "Quienes están dentro son los mismos que antes."
    return f"Entraron {_folio_list(reading_round.entered)}; salieron {_folio_list(reading_round.left)}."


def _folio_list(folios: tuple[str, ...]) -> str:
    return join_first(folios, MAX_NAMES) or "ninguna"


def _comparison_row(application: RoundApplication) -> tuple[str, ...]:
    now = (
        (
            format_number(application.now.rank),
            ranking_labels.chance(application.now.chance),
            _estimate_text(application.now),
        )
        if application.now
        else ("–",) * 3
    )
    return (
        application.folio,
        application.title or "Sin título",
        format_number(application.before.rank),
        ranking_labels.chance(application.before.chance),
        _estimate_text(application.before),
        *now,
        "" if application.is_submitted else "Por llegar",
    )
