"""Servers born with their modules already loaded.

Loading Streamlit, pandas and the rest takes several seconds of processor time; for fifty servers, minutes.
This process loads them once and forks a server for each line that it reads: a list of words for Streamlit's
command line, the environment, and the log's path, as JSON. It answers with the child's process id.
"""

import importlib
import json
import os
import signal
import sys
from pathlib import Path

from reviewer.core.paths import ROOT

# None that registers a component when loaded: that needs the server that it is for.
PRELOADED = (
    *(
        "streamlit",
        "streamlit.web.cli",
        "streamlit.web.bootstrap",
        "streamlit.web.server.starlette",
        "uvicorn",
    ),
    *("pandas", "pyarrow", "streamlit_authenticator", "reviewer.web.server.asgi", "reviewer.verification"),
)
REGISTERS_COMPONENTS = "reviewer.web.routes.cohort"  # its figures are a component


def main() -> None:
    """Loads, then serves lines until the input ends."""
    for module in PRELOADED:
        importlib.import_module(module)
    from reviewer.web.routes import LAZY_ROUTES

    for module in {room.module for room in LAZY_ROUTES} - {REGISTERS_COMPONENTS}:
        importlib.import_module(module)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    for line in sys.stdin:
        child_pid = os.fork()
        if child_pid == 0:
            _run_server(**json.loads(line))
        print(child_pid, flush=True)


def _run_server(arguments: list[str], environment: dict[str, str], log: str) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(ROOT)
    with Path(log).open("ab") as out, Path(os.devnull).open("rb") as nothing:
        for descriptor, target in ((0, nothing), (1, out), (2, out)):
            os.dup2(target.fileno(), descriptor)
    from streamlit.web import cli

    cli.main(arguments, prog_name="streamlit")
    os._exit(0)


if __name__ == "__main__":
    main()
