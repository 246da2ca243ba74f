"""What ``start`` becomes, and with which settings."""

import os
import sys

import pytest

from reviewer.access.actor import Actor
from reviewer.core.paths import ROOT
from reviewer.operations import start


class _ProcessReplaced(Exception):
    """The process would be another program now."""


def _start_command(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    def become(_program: str, words: list[str]) -> None:
        raise _ProcessReplaced(*words)

    monkeypatch.setattr(os, "execv", become)
    monkeypatch.setattr(os, "chdir", lambda _folder: None)
    with pytest.raises(_ProcessReplaced) as became:
        start.start(demo=False)
    return list(became.value.args)


def test_nobody_is_believed_about_https_unless_the_operator_names_a_proxy(
    admin: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.7")
    assert _start_command(monkeypatch) == [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py")]
    assert os.environ["FORWARDED_ALLOW_IPS"] == "10.0.0.7"
    monkeypatch.delenv("FORWARDED_ALLOW_IPS")
    _start_command(monkeypatch)
    assert os.environ["FORWARDED_ALLOW_IPS"] == ""
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "")  # so that it goes with the test
