"""A scenario's cohort: how full it is, who is where, who waits, and where they are from."""

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec, spec_of
from reviewer.decision.selection.outputs import broken_words
from reviewer.decision.selection.reading import Detail
from reviewer.decision.selection.record import Place
from reviewer.models import Call
from reviewer.tables import Table
from reviewer.web.charts import card
from reviewer.web.plain import plain
from reviewer.web.routes import downloads
from reviewer.web.selection import by_hand, cohort_map, words
from reviewer.web.views import choose_view
from reviewer.words import counted, number

HOW = """
- **Quién entra**: la cohorte de mayor mérito (el orden que la convocatoria declara) entre todas las que
  cumplen las reglas. Es un óptimo exacto, no una búsqueda a ojo.
- **Empates**: por sorteo que cualquiera puede repetir. El número de cada folio son los primeros ocho bytes
  de SHA-256 de la semilla, una barra vertical y el folio; el mayor va primero. Semilla publicada: «{seed}».
- **Sedes**: primero la que cada quien pidió, luego el menor traslado desde su alcaldía, siempre con las
  reglas de cada sede.
- **Lista de espera**: quienes pueden tomar una plaza de esa sede sin romper ninguna regla, por mérito.
"""
LISTS = {"seleccion": "Seleccionadas", "espera": "En espera por sede", "general": "Orden general de espera"}


def show(viewer: Actor, call: Call, shown: Detail) -> None:
    """Draws it."""
    spec = spec_of(call)
    if not shown.has_cohort:
        st.info("Este escenario todavía no tiene una propuesta. Revise sus reglas y calcúlela.")
        return
    _figures(shown, spec)
    for each in (*shown.selection.warnings, *(broken_words(state) for state in shown.selection.broken)):
        st.warning(plain(each))
    for tie in shown.selection.ties:
        st.caption(words.tie(tie))
    _lists(shown, spec)
    by_hand.show(viewer, call, shown)
    left, right = st.columns([6, 5])
    with left:
        cohort_map.show(shown.by_alcaldia(), heading="De dónde son las personas seleccionadas", key="mapa")
    with right:
        _rules(shown, spec)


def _figures(shown: Detail, spec: CallSpec) -> None:
    selected = shown.selection.selected
    kept = len(shown.selection.rules) - len(shown.selection.broken)
    figures = [("Plazas", f"{len(selected)} de {spec.seats}")]
    for each in spec.venues:
        there = sum(place.venue == each.key for place in selected)
        figures.append((each.label, f"{there} de {each.seats}"))
    if shown.selection.rules:
        figures.append(("Exigencias que se cumplen", f"{kept} de {len(shown.selection.rules)}"))
    if shown.merit is not None:
        figures.append(("Mérito medio, de 100", words.points(shown.merit, spec)))
    with st.container(horizontal=True):
        for label, value in figures:
            st.metric(label, value, border=True, width=190)
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(_preferences(shown, spec), width="content")
        with st.popover("Cómo se calcula", type="tertiary", icon=":material/help:"):
            st.markdown(HOW.format(seed=plain(shown.selection.seed)))


def _preferences(shown: Detail, spec: CallSpec) -> str:
    known = [each for each in shown.selection.selected if each.folio in shown.people]
    wanted = [(each.venue, shown.people[each.folio].wants) for each in known]
    wanted = [(venue, label) for venue, label in wanted if label]
    if not wanted:
        return "Nadie pidió una sede en particular: cada quien va a la que le queda más cerca."
    met = sum(label == words.venue(venue, spec) for venue, label in wanted)
    return (
        f"{number(met)} de {counted(len(wanted), 'persona que pidió', 'personas que pidieron')} una sede "
        "quedan en ella; las demás van a la que les queda más cerca."
    )


def _lists(shown: Detail, spec: CallSpec) -> None:
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        chosen = choose_view(LISTS, key="lista", of="Lista")
        downloads.link("Descargar CSV", "seleccion", escenario=shown.selection.public_id)
    if chosen == "general":
        st.caption("Quienes siguen en el ranking, sin distinguir sede: tantas personas como plazas.")
        card.show_table(_table("Orden general", shown.selection.general, shown, spec))
        return
    places = shown.selection.waiting if chosen == "espera" else shown.selection.selected
    if chosen == "espera":
        st.caption(
            "De cada sede, quienes pueden tomar una de sus plazas sin romper reglas, con las demás en su "
            "lugar. Una persona puede esperar en varias sedes."
        )
    for column, venue in zip(st.columns(len(spec.venues)), spec.venues, strict=True):
        with column:
            rows = tuple(each for each in places if each.venue == venue.key)
            card.show_table(_table(venue.label, rows, shown, spec))


def _table(title: str, places: tuple[Place, ...], shown: Detail, spec: CallSpec) -> Table:
    rows = []
    for each in places:
        someone = shown.people.get(each.folio)
        hand = " · a mano" if each.by_hand else ""
        merit = float(words.points(each.merit, spec))
        rows.append((str(each.position), f"{each.folio}{hand}", someone.alcaldia if someone else "", merit))
    return Table(title, ("Lugar", "Folio", "Alcaldía", "Puntos"), tuple(rows))


def _rules(shown: Detail, spec: CallSpec) -> None:
    with st.container(border=True, gap="xsmall"):
        st.header("Reglas")
        if not shown.selection.rules:
            st.write("Este escenario no tiene reglas: entran las mejores, por mérito.")
        for number_, label in _labels(shown):
            states = [each for each in shown.selection.rules if each.rule == number_]
            broken = [each for each in states if not each.met]
            mark = ":material/cancel:" if broken else ":material/check_circle:"
            st.markdown(f"{mark} {plain(label)}")
            costs = [each for each in shown.selection.costs if each.rule == number_]
            for each in costs:
                st.caption(words.cost(each, spec))


def _labels(shown: Detail) -> list[tuple[int, str]]:
    return list(dict.fromkeys((each.rule, each.label) for each in shown.selection.rules))
