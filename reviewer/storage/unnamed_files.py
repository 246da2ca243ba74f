"""Temporary files without a name, so that a process that is killed leaves no document in the temporary folder."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def create() -> tuple[BinaryIO, Path]:
    """Returns a file to write and read, and the path at which other processes of this user can open it.

    It is deleted when it is closed. Where the system can't open files by descriptor, it has a name until then.
    """
    if not Path("/proc/self/fd").is_dir():
        file = tempfile.NamedTemporaryFile(prefix="dictamen-", suffix=".pdf")  # noqa: SIM115  # it is returned
        return file, Path(file.name)  # type: ignore[return-value]  # a file in all but name
    unnamed: BinaryIO = tempfile.TemporaryFile()  # noqa: SIM115  # it is returned
    return unnamed, Path(f"/proc/{os.getpid()}/fd/{unnamed.fileno()}")


@contextmanager
def unnamed_file() -> Iterator[tuple[BinaryIO, Path]]:
    """Gives what ``create`` returns until the block ends."""
    file, path = create()
    with file:
        yield file, path
