"""More readings where they count: proposed, given out through the jury's room, and compared afterwards."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision import further
from reviewer.decision.further import Candidate, Compared, Round, Standing
from reviewer.decision.standings import Overview
from reviewer.jury import assignment
from reviewer.models import Call, Phase
from reviewer.web import lines
from reviewer.web.plain import plain
from reviewer.web.ranking import words
from reviewer.words import counted, day_and_time, listed, number

USUAL = 40
MOST = 500
NAMED = 12


def show(viewer: Actor, call: Call, spec: CallSpec, seen: Overview) -> None:
    """Draws the proposal, and below it what became of earlier ones."""
    st.markdown(
        "Lejos del corte, otra lectura no cambia nada; cerca, puede decidir. Aquí se propone en cuáles "
        "conviene más **una lectura adicional**. Repártalas en dos o tres tandas: cada una se propone con lo "
        "que dijo la anterior."
    )
    given = further.rounds(viewer, call=call.slug)
    if call.phase is not Phase.REVIEWING:
        st.info("Las lecturas se reparten mientras la convocatoria está en dictaminación.")
    elif seen.seats >= seen.applications:
        st.info("Hay lugar para todas las postulaciones leídas: otra lectura no cambiaría quién entra.")
    elif not seen.fresh:
        st.info(
            "El ranking se está poniendo al día; enseguida podrá proponer lecturas con los puntajes nuevos."
        )
    else:
        _propose_when_it_is_time(viewer, call, given)
    for each in given:
        _show_round(each, spec)


def _propose_when_it_is_time(viewer: Actor, call: Call, given: list[Round]) -> None:
    """At once, or behind a door while an earlier round's readings are still to come."""
    awaited = sum(each.readings - each.in_by_now for each in given)
    if not awaited:
        _propose(viewer, call)
        return
    still = counted(awaited, "lectura repartida no ha", "lecturas repartidas no han")
    st.info(f"{still} llegado. Conviene esperar: la siguiente tanda se propondrá con lo que digan.")
    with st.expander("Repartir otra tanda sin esperar"):
        _propose(viewer, call)


def _propose(viewer: Actor, call: Call) -> None:
    wanted = st.number_input(
        "Con cuántas lecturas más",
        min_value=1,
        max_value=MOST,
        value=USUAL,
        step=5,
        key="lecturas",
        width=220,
    )
    found = further.propose(viewer, call=call.slug, readings=int(wanted))
    if not found:
        st.info(
            f"Todas las que están cerca del corte tienen ya {further.MOST_READINGS} lecturas o las esperan."
        )
        return
    plan = assignment.preview_further(viewer, call=call.slug, folios=[each.folio for each in found])
    given = set(plan.folios)
    served = [each for each in found if each.folio in given]
    for each in plan.short:
        st.warning(plain(each))
    if not served:
        return
    people = sum(each.added > 0 for each in plan.loads)
    st.markdown(
        f"**{counted(len(served), 'lectura', 'lecturas')}** entre {counted(people, 'persona', 'personas')} "
        f"del jurado, a lo más {number(max(each.added for each in plan.loads))} a cada una; nadie lee lo que "
        "ya leyó ni donde tiene un conflicto."
    )
    if st.button(f"Repartir {counted(len(served), 'lectura', 'lecturas')}", type="primary"):
        folios = [each.folio for each in served]
        drawn = assignment.draw_further(viewer, call=call.slug, folios=folios)
        further.note_round(viewer, call=call.slug, pairs=drawn.pairs)
        st.toast(f"{counted(len(drawn.pairs), 'lectura repartida', 'lecturas repartidas')}.")
        st.rerun()
    head = ("Lugar", "Folio", "Proyecto", "Probabilidad", "Estimado", "Margen con otra", "Lecturas")
    lines.table(head, [_candidate(each) for each in served])
    if any(each.awaited for each in served):
        st.caption("Las lecturas por llegar se cuentan como si ya hubieran llegado.")


def _candidate(each: Candidate) -> tuple[str, ...]:
    readings = number(each.readings) + (f" y {number(each.awaited)} por llegar" if each.awaited else "")
    return (
        number(each.now.rank),
        each.folio,
        each.title or "Sin título",
        words.chance(each.now.chance),
        _estimate(each.now),
        f"± {words.points(each.error_after)}",
        readings,
    )


def _estimate(standing: Standing) -> str:
    return f"{words.points(standing.estimate)} ± {words.points(standing.error)}"


def _show_round(each: Round, spec: CallSpec) -> None:
    st.header(f"Tanda del {day_and_time(spec.local(each.given_at))}")
    arrived = f"Llegaron {number(each.in_by_now)} de {counted(each.readings, 'lectura', 'lecturas')}."
    st.markdown(f"{arrived} {_crossed(each)}")
    head = ("Folio", "Proyecto", "Antes: lugar", "Prob.", "Estimado", "Ahora: lugar", "Prob.", "Estimado", "")
    with st.expander("Antes y ahora", expanded=each.in_by_now > 0):
        lines.table(head, [_compared(one) for one in each.applications])


def _crossed(each: Round) -> str:
    if not any(one.now for one in each.applications):
        return "Aún no hay un cálculo posterior con que comparar."
    if not each.entered and not each.left:
        return "Quienes están dentro son los mismos que antes."
    return f"Entraron {_folios(each.entered)}; salieron {_folios(each.left)}."


def _folios(folios: tuple[str, ...]) -> str:
    rest = len(folios) - NAMED
    return listed([*folios[:NAMED], *([f"{number(rest)} más"] if rest > 0 else [])]) or "ninguna"


def _compared(one: Compared) -> tuple[str, ...]:
    now = (number(one.now.rank), words.chance(one.now.chance), _estimate(one.now)) if one.now else ("–",) * 3
    return (
        one.folio,
        one.title or "Sin título",
        number(one.before.rank),
        words.chance(one.before.chance),
        _estimate(one.before),
        *now,
        "" if one.is_in else "Por llegar",
    )
