"""The application as ``streamlit run`` serves it, in a process of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from functools import cache
from pathlib import Path

from reviewer.core.paths import ROOT


@cache
def _fork_server() -> subprocess.Popen[str]:
    """The process that forks servers; it ends when its input does, with this process."""
    command = [sys.executable, "-m", "tests.forkserver"]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _fork(arguments: list[str], log: Path) -> int:
    """The process id of a new server, which takes the environment as it is now."""
    nursery = _fork_server()
    assert nursery.stdin and nursery.stdout
    order = {"arguments": arguments, "environment": dict(os.environ), "log": str(log)}
    print(json.dumps(order), file=nursery.stdin, flush=True)
    return int(nursery.stdout.readline())


class Server:
    """The application on a port of its own, or on that one; may be killed and started."""

    def __init__(self, log: Path, port: int = 0) -> None:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # of one that has just ended
            probe.bind(("127.0.0.1", port))
            self.port = int(probe.getsockname()[1])
        self.url = f"http://localhost:{self.port}"
        self._log = log
        self._process = 0

    def start(self) -> None:
        """Starts the server and waits until it answers."""
        arguments = ["run", "app.py", f"--server.port={self.port}", "--server.address=localhost"]
        self._process = _fork(arguments, self._log)
        deadline = time.monotonic() + 90
        while not self._answers():
            assert time.monotonic() < deadline and self._is_alive(), self.log()
            time.sleep(0.1)

    @property
    def pid(self) -> int:
        """The running server's process."""
        assert self._process
        return self._process

    def kill(self) -> None:
        """Ends the server as a power cut would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """Ends the server as an operator would."""
        self._end(signal.SIGTERM)
        self.kill()

    def _end(self, by: signal.Signals) -> None:
        deadline = time.monotonic() + 10
        if self._is_alive():
            os.kill(self._process, by)
        while self._is_alive() and time.monotonic() < deadline:
            time.sleep(0.02)
        if not self._is_alive():
            self._process = 0

    def _is_alive(self) -> bool:
        try:
            os.kill(self._process, 0)
        except ProcessLookupError:
            return False
        return self._process != 0

    def log(self) -> str:
        """What the server wrote to its terminal."""
        return self._log.read_text(encoding="utf-8")

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/_stcore/health", timeout=2) as answer:
                return int(answer.status) == 200
        except (urllib.error.URLError, OSError):
            return False
