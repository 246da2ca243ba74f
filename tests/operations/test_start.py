"""The process that ``start`` becomes, and its settings."""

import os
import sys

import pytest

from reviewer.access.actor import Actor
from reviewer.core.paths import ROOT
from reviewer.operations import start


class _ProcessReplaced(Exception):
    """Raised in place of ``execv``."""


def _start_command(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def become(_program: str, words: list[str]) -> None:
        raise _ProcessReplaced(*words)

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr(os, "chdir", lambda _folder: None)
    with pytest.raises(_ProcessReplaced) as became:
        start.start(demo=False)
    return list(became.value.args)


def test_forwarded_headers_are_trusted_only_from_a_named_proxy(admin: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.7")
    assert _start_command(monkeypatch) == [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    assert os.environ["FORWARDED_ALLOW_IPS"] == "10.0.0.7"
    monkeypatch.delenv("FORWARDED_ALLOW_IPS")
    _start_command(monkeypatch)
    assert os.environ["FORWARDED_ALLOW_IPS"] == ""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "")  # so that it goes with the test
