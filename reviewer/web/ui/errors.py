"""How a page reports what went wrong: refusals in their own words, faults without their details."""

import logging
import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, ParamSpec

import streamlit as st

from reviewer.core.errors import InfrastructureError, UserError
from reviewer.web.ui.markdown_escape import escape_sentence

log = logging.getLogger("dictamen")
P = ParamSpec("P")


@contextmanager
def show_errors() -> Iterator[None]:
    """Shows a refusal of the block in its place; the page goes on after the block."""
    try:
        yield
    except (UserError, InfrastructureError) as error:
        st.error(escape_sentence(error))


def perform(verb: Callable[P, object], *args: P.args, **kwargs: P.kwargs) -> None:
    """Calls a function that changes data, then runs the page again; a refusal is shown instead."""
    with show_errors():
        verb(*args, **kwargs)
        st.rerun()


def show_script_error(error: Exception) -> bool:
    """Shows a Spanish sentence in place of a traceback where the script has failed."""
    if isinstance(error, UserError | InfrastructureError):
        st.error(escape_sentence(error))
    else:
        st.error(
            f"{log_fault(error)} Lo guardado sigue guardado: recargue la página y, si se repite, dé ese "
            "número a quien administra."
        )
    return True


def log_fault(error: Exception) -> str:
    """Logs an unexpected error under a number; returns a sentence that names the number."""
    number = secrets.token_hex(4)
    log.error("fault %s: %s", number, type(error).__name__, exc_info=without_message(error))
    return f"Algo falló de nuestro lado y quedó anotado con el número {number}."


class RedactedFault(Exception):
    """The kind of an error and where it happened, without its message."""


def without_message(error: BaseException) -> RedactedFault:
    """Returns the error with its traceback but without its message, which may quote what somebody wrote."""
    return RedactedFault(type(error).__name__).with_traceback(error.__traceback__)


def log_task_error(_loop: object, context: dict[str, Any]) -> None:
    """Logs the failure of a task that nothing awaits; asyncio itself would log the error's message."""
    error = context.get("exception")
    log.error("asyncio: %s", context["message"], exc_info=without_message(error) if error else None)


def redact_logs() -> None:
    """Keeps the messages of errors out of all logs of this process.

    Streamlit logs an error before it calls ``show_script_error``, and Python logs those that end a thread.
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
