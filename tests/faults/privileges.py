"""Work without root's privileges, for tests of folders that may not be read or written."""

import ctypes
import os
import sys
from pathlib import Path

import pytest

_CAPABILITY_VERSION = 0x20080522  # _LINUX_CAPABILITY_VERSION_3 of linux/capability.h
_NOBODY = 65534
as_root = pytest.mark.skipif(
    os.geteuid() != 0 or sys.platform != "linux", reason="only root can give a folder to somebody else"
)


def drop_capabilities() -> None:
    """Makes the permissions of files apply to this process, which stays root otherwise.

    Another user could not load modules from a checkout that only root may enter.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    header, no_capabilities = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0), (ctypes.c_uint32 * 6)()
    if libc.capset(header, no_capabilities):
        raise OSError(ctypes.get_errno(), "capset")


def give_away(folder: Path, *, mode: int = 0o755) -> None:
    """Gives a folder and all in it to another user, so that root without capabilities may only read it."""
    for path in (folder, *folder.rglob("*")):
        os.chown(path, _NOBODY, _NOBODY)
        path.chmod(0o755 if path.is_dir() else 0o644)
    folder.chmod(mode)
