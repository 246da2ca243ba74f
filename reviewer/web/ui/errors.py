"""How a page tells what went wrong: refusals in their own words, faults without their innards."""

import logging
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from reviewer.core.errors import InfrastructureError, UserError
from reviewer.web.ui.markdown_escape import escape_sentence

log = logging.getLogger("dictamen")


@contextmanager
def show_errors() -> Iterator[None]:
    """Shows a refusal where the person is looking, and goes on."""
    try:
        yield
    except (UserError, InfrastructureError) as error:
        st.error(escape_sentence(error))


def show_script_error(error: Exception) -> bool:
    """What a script run that broke shows: one Spanish sentence, with a number that is in the log too."""
    if isinstance(error, UserError | InfrastructureError):
        st.error(escape_sentence(error))
        return True
    number = secrets.token_hex(4)
    log.error("fault %s: %s", number, type(error).__name__, exc_info=without_message(error))
    st.error(
        f"Algo falló de nuestro lado y quedó anotado con el número {number}. "
        "Lo guardado sigue guardado: recargue la página y, si se repite, dé ese número a quien administra."
    )
    return True


class RedactedFault(Exception):
    """A fault's kind and where it happened, without its message."""


def without_message(error: BaseException) -> RedactedFault:
    """The fault with its trace but without its message, which may hold what somebody wrote."""
    return RedactedFault(type(error).__name__).with_traceback(error.__traceback__)


def log_task_error(_loop: object, context: dict[str, Any]) -> None:
    """Notes a task that nobody waited for; asyncio itself would write its fault's message into the line."""
    error = context.get("exception")
    log.error("asyncio: %s", context["message"], exc_info=without_message(error) if error else None)


def redact_logs() -> None:
    """From now on no log of this process holds a fault's message, whoever writes it.

    Streamlit notes a fault before it asks us, and Python those that end a thread.
    """
    make = logging.getLogRecordFactory()

    def record(*args: Any, **kwargs: Any) -> logging.LogRecord:
        log_record = make(*args, **kwargs)
        error = log_record.exc_info[1] if log_record.exc_info else None
        if error is not None and not isinstance(error, RedactedFault):
            log_record.exc_info = (RedactedFault, without_message(error), error.__traceback__)
        return log_record

    logging.setLogRecordFactory(record)
    threading.excepthook = lambda ended: log.error("a thread ended", exc_info=ended.exc_value)
