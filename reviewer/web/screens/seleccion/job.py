"""Computing a cohort in a thread of its own, with a progress bar where it takes over a second."""

import threading
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.core.errors import InfrastructureError, UserError
from reviewer.decision.selection.record import Selection
from reviewer.decision.selection.service import compute
from reviewer.web.ui.markdown_escape import escape_sentence

MAX_WAIT_SECONDS = 1.0  # seconds a click may wait for its cohort before the page shows a progress bar
REFRESH_SECONDS = 0.5
_pool = ThreadPoolExecutor(max_workers=2, thread_name_prefix="selection")
_lock = threading.Lock()
_computations: dict[str, "_Computation"] = {}


class _Computation:
    """A computation under way; ``share`` (0 to 1) is how much of the ranking before it is done."""

    def __init__(self, actor: Actor, scenario: str) -> None:
        self.share = 0.0
        self.future: Future[Selection] = _pool.submit(compute, actor, public_id=scenario, on_progress=self._set_share)

    def _set_share(self, share: float) -> None:
        self.share = share


def start(actor: Actor, scenario: str) -> None:
    """Starts computing a scenario; returns when it is done, or after a second."""
    with _lock:
        run = _computations.get(scenario)
        if run is None:
            run = _computations[scenario] = _Computation(actor, scenario)
    wait_for([run.future], timeout=MAX_WAIT_SECONDS)


def show(scenario: str) -> bool:
    """Draws the progress or the failure of a scenario's computation; returns whether it is under way.

    Infeasible rules are not reported here: the page shows them.
    """
    run = _computations.get(scenario)
    if run is None:
        return False
    if run.future.done():
        _finish(scenario, run)
        return False

    @st.fragment(run_every=REFRESH_SECONDS)
    def panel() -> None:
        if run.future.done():
            st.rerun()
        st.progress(run.share, text="Calculando la propuesta. Puede salir de esta página: aquí estará.")

    panel()
    return True


def _finish(scenario: str, run: _Computation) -> None:
    with _lock:
        _computations.pop(scenario, None)
    try:
        run.future.result()
    except (UserError, InfrastructureError) as error:
        from reviewer.decision.selection.optimisation.infeasibility import InfeasibleRules

        if not isinstance(error, InfeasibleRules):
            st.error(escape_sentence(error))
