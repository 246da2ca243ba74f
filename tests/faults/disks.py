"""A small disk for a test that can be filled or made read-only."""

import os
import shutil
import subprocess
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

NOT_MOUNTED = "NO SE PROBÓ UN DISCO LLENO: hay que poder montar uno, como root o dentro de unshare -rm"


@dataclass(frozen=True)
class Disk:
    """A mounted disk; ``root`` is where."""

    root: Path

    def fill(self, *, leaving: int = 0) -> None:
        """Fills the disk except for ``leaving`` bytes, in whole blocks."""
        filesystem = os.statvfs(self.root)
        filler = os.open(self._filler, os.O_WRONLY | os.O_CREAT)
        try:
            os.posix_fallocate(filler, 0, filesystem.f_bavail * filesystem.f_frsize - leaving)
            with suppress(OSError):
                while not leaving:  # what the disk still found room for
                    os.pwrite(filler, bytes(4096), os.fstat(filler).st_size)
        finally:
            os.close(filler)

    def make_room(self) -> None:
        """Frees the space again."""
        self._filler.unlink(missing_ok=True)

    @contextmanager
    def read_only(self) -> Iterator[None]:
        """Makes the disk read-only until the block ends. No file may be open for writing."""
        subprocess.run(["mount", "-o", "remount,ro", str(self.root)], check=True)
        try:
            yield
        finally:
            subprocess.run(["mount", "-o", "remount,rw", str(self.root)], check=True)

    @property
    def _filler(self) -> Path:
        return self.root / "relleno"


@contextmanager
def mount_disk(place: Path, *, megabytes: int) -> Iterator[Disk]:
    """Mounts a disk of this size until the block ends. Skips the test without the right to mount."""
    place.mkdir()
    options = f"size={megabytes}m,mode=755"
    mount = ["mount", "-t", "tmpfs", "-o", options, "dictamen-prueba", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, check=False).returncode:
        warnings.warn(NOT_MOUNTED, stacklevel=2)
        pytest.skip(NOT_MOUNTED)
    try:
        yield Disk(place)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)
