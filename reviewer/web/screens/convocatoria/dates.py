"""Moving the call's dates, with a preview of the effects."""

from collections.abc import Mapping
from datetime import datetime, time

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call import changes as call_changes
from reviewer.call.changes import Effects
from reviewer.call.spec import CallSpec, parse, spec_of
from reviewer.core.spanish import format_count
from reviewer.intake.corrections import call_rules
from reviewer.models import Call
from reviewer.web.screens.convocatoria import changes as convocatoria_changes
from reviewer.web.ui.errors import show_errors

_LABELS = {
    "opens_at": "Postulaciones: abren",
    "closes_at": "Postulaciones: cierran",
    "review.opens_at": "Dictaminación: abre",
    "review.closes_at": "Dictaminación: cierra",
}


@st.dialog("Mover fechas", width="medium")
def dialog(actor: Actor, call: Call) -> None:
    """Draws the four moments and the effects of changing them, and moves them."""
    spec = spec_of(call)
    st.caption(f"Hora de {spec.timezone}. El minuto del cierre cuenta entero.")
    dates = {name: _ask_moment(name, _current_moment(spec, name)) for name in call_changes.DATE_KEYS}
    changed_dates = {name: moment for name, moment in dates.items() if moment != _current_moment(spec, name)}
    if not changed_dates:
        st.caption("Cambie alguna fecha para ver qué haría.")
        return
    with show_errors():
        text = call_changes.with_dates(call.source, changed_dates)
        convocatoria_changes.show_differences(call_changes.differences(actor, text=text) or [])
        _effects(call_changes.effects(actor, slug=call.slug, text=text), parse(text), changed_dates)
        if st.button("Mover las fechas", type="primary"):
            call_rules.move_dates(actor, slug=call.slug, dates=changed_dates)
            st.rerun()


def _current_moment(spec: CallSpec, name: str) -> datetime | None:
    holder = spec.review if name.startswith("review.") else spec
    value: datetime | None = getattr(holder, name.rpartition(".")[2])
    if value is None:
        return None
    return spec.local(spec.utc(value)).replace(tzinfo=None, second=0, microsecond=0)


def _ask_moment(name: str, current: datetime | None) -> datetime | None:
    day, hour = st.columns([3, 2])
    default = time(23, 59) if name.endswith("closes_at") else time(9)
    chosen = day.date_input(
        _LABELS[name], value=current.date() if current else None, format="DD/MM/YYYY", key=f"dia-{name}"
    )
    at = hour.time_input(
        f"{_LABELS[name]}, hora", value=current.time() if current else default, step=60, key=f"hora-{name}"
    )
    return datetime.combine(chosen, at or default) if chosen else None


def _effects(effects: Effects, spec: CallSpec, changed_dates: Mapping[str, datetime | None]) -> None:
    if effects.newly_late:
        late = format_count(effects.newly_late, "postulación quedaría", "postulaciones quedarían")
        st.warning(f"{late} fuera de plazo.")
    if effects.newly_timely:
        timely = format_count(effects.newly_timely, "postulación llegaría", "postulaciones llegarían")
        st.info(f"{timely} a tiempo.")
    if effects.newly_late or effects.newly_timely:
        st.caption("Se juzgan de nuevo al mover las fechas; lo que una persona decidió en Cotejo se queda como está.")
    if "review.closes_at" in changed_dates and spec.review_closes:
        st.caption("El cierre vale para todo el jurado; las prórrogas que lleguen más lejos se conservan.")
