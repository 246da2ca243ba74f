"""How a page tells what went wrong: refusals in their own words, faults without their innards."""

import logging
import secrets
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from reviewer.errors import MachineFault, Refused
from reviewer.web.plain import sentence

log = logging.getLogger("dictamen")


@contextmanager
def told() -> Iterator[None]:
    """Shows a refusal where the person is looking, and goes on."""
    try:
        yield
    except (Refused, MachineFault) as error:
        st.error(sentence(error))


def tell_script_error(error: Exception) -> bool:
    """What a script run that broke shows: one Spanish sentence, with a number that is in the log too."""
    if isinstance(error, Refused | MachineFault):
        st.error(sentence(error))
        return True
    number = secrets.token_hex(4)
    log.error("fault %s: %s", number, type(error).__name__, exc_info=without_values(error))
    st.error(
        f"Algo falló de nuestro lado y quedó anotado con el número {number}. "
        "Lo guardado sigue guardado: recargue la página y, si se repite, dé ese número a quien administra."
    )
    return True


def without_values(error: Exception) -> Exception:
    """The fault with its trace but without its message, which may hold what somebody wrote."""
    return RuntimeError(type(error).__name__).with_traceback(error.__traceback__)
