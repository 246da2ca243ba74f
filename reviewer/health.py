"""Whether an installation can take people's work now: its database, its documents, room on its disks."""

import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from sqlalchemy import text

from reviewer import documents
from reviewer.database import reading
from reviewer.paths import documents_url, installation_folder

LEAST_FREE = 500_000_000  # bytes: less fills up within one import
PATIENCE = 5.0  # seconds until what does not answer is taken for broken
_asking = ThreadPoolExecutor(8, thread_name_prefix="salud")
Check = Callable[[], object]


def failing(others: dict[str, Check] | None = None) -> list[str]:
    """The names of what is broken; ``others`` are checks beside ours, that return False or raise."""
    checks: dict[str, Check] = {
        "database": _database,
        "documents": _documents,
        "disk": _disk,
        **(others or {}),
    }
    asked = {name: _asking.submit(check) for name, check in checks.items()}
    done, _ = wait(asked.values(), timeout=PATIENCE)
    return [name for name, each in asked.items() if each not in done or _is_broken(each)]


def local_folders() -> Iterable[Path]:
    """The folders of this machine that the installation writes to."""
    yield installation_folder()
    if documents_url().startswith("file://"):
        yield Path(documents_url().removeprefix("file://"))


def free_space() -> int:
    """Bytes that are left where there is least."""
    return min(shutil.disk_usage(_there(each)).free for each in local_folders())


def _there(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _is_broken(asked: "Future[object]") -> bool:
    return asked.exception() is not None or asked.result() is False


def _database() -> None:
    with reading() as session:
        session.connection().execute(text("SELECT 1"))


def _documents() -> bool:
    """Whether the store answers, and on this machine can be written to."""
    documents.reach()
    return all(os.access(_there(each), os.W_OK) for each in local_folders())


def _disk() -> bool:
    return free_space() >= LEAST_FREE
