"""Health checks of an installation: its database, its documents, free space on its disks."""

import os
import shutil
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from pathlib import Path

from sqlalchemy import text

from reviewer.core.database import read_session
from reviewer.core.paths import documents_url, installation_folder
from reviewer.storage import documents

LEAST_FREE_BYTES = 500_000_000  # less fills up within one import
CHECK_TIMEOUT_SECONDS = 5.0  # what does not answer until then counts as broken
_executor = ThreadPoolExecutor(8, thread_name_prefix="salud")
Check = Callable[[], object]


def failing_checks(extra_checks: dict[str, Check] | None = None) -> list[str]:
    """Returns the names of the checks that fail: they raise, return False or time out.

    ``extra_checks`` are further ones by name.
    """
    checks: dict[str, Check] = {
        "database": _database,
        "documents": _documents,
        "disk": _disk,
        **(extra_checks or {}),
    }
    futures = {name: _executor.submit(check) for name, check in checks.items()}
    done, _ = wait(futures.values(), timeout=CHECK_TIMEOUT_SECONDS)
    return [name for name, future in futures.items() if future not in done or _is_broken(future)]


def local_folders() -> Iterable[Path]:
    """Yields the local folders that the installation writes to."""
    yield installation_folder()
    if documents_url().startswith("file://"):
        yield Path(documents_url().removeprefix("file://"))


def free_space() -> int:
    """Returns the free bytes of the fullest disk."""
    return min(shutil.disk_usage(_nearest_existing(folder)).free for folder in local_folders())


def _nearest_existing(folder: Path) -> Path:
    while not folder.exists():
        folder = folder.parent
    return folder


def _is_broken(future: "Future[object]") -> bool:
    return future.exception() is not None or future.result() is False


def _database() -> None:
    with read_session() as session:
        session.connection().execute(text("SELECT 1"))


def _documents() -> bool:
    """Returns whether the store answers, and can be written if it is local."""
    documents.check_reachable()
    return all(os.access(_nearest_existing(folder), os.W_OK) for folder in local_folders())


def _disk() -> bool:
    return free_space() >= LEAST_FREE_BYTES
