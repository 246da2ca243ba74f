"""Inputs for days on the page of privacy."""

from datetime import date, timedelta

import streamlit as st

from reviewer.core.errors import UserError

BLOCK_TIME = (
    "El bloqueo dura lo que tarden en prescribir las responsabilidades por el uso de los datos: "
    "lo dice su área jurídica."
)


def deletion_day_input(today: date, retention_days: int) -> object:
    """Draws an input for the day from which blocked data may be deleted; see ``require_day``."""
    value = st.date_input(
        "Podrán suprimirse desde el",
        today + timedelta(days=retention_days),
        min_value=today,
        format="DD/MM/YYYY",
    )
    st.caption(BLOCK_TIME)
    return value


def require_day(value: object) -> date:
    """Returns the day of an input. Raises ``UserError`` where it was emptied."""
    if not isinstance(value, date):
        raise UserError("Elija un día.")
    return value
