"""The command line: exit codes, one line on a refusal, one JSON document with --json."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from reviewer.cli import main
from reviewer.core.paths import ROOT
from tests.calls import EXAMPLE, SLUG

CALL_FILE = str(EXAMPLE)
Captured = pytest.CaptureFixture[str]


def test_a_command_installs_a_call_and_says_so(installation: Path, capsys: Captured) -> None:
    assert main(["call", "load", CALL_FILE]) == 0
    assert SLUG in capsys.readouterr().out


def test_a_refusal_is_one_line_on_standard_error(installation: Path, capsys: Captured) -> None:
    broken = installation / "rota.toml"
    broken.write_text("slug = \n", encoding="utf-8")
    assert main(["call", "load", str(broken)]) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith("Línea 1") and len(captured.err.splitlines()) == 1


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["no-hay"],
        ["call", "load"],
        ["call", "load", "no-existe.toml"],
        ["user", "add", "x@y.mx", "--name", "X", "--role", "reina"],
        ["user", "add", "sin arroba", "--name", "X", "--role", "jury"],
        ["assign", "--call", "no-hay"],
        ["assign", "--call", SLUG, "--reviews", "muchas"],
        ["export", "--call", "no-hay", "--out", "salida"],
        ["demo", "--applications", "0"],
    ],
)
def test_what_is_wrong_is_refused_in_spanish(words: list[str], installation: Path, capsys: Captured) -> None:
    assert main(words) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.strip()
    assert not any(english in captured.err for english in ("error", "required", "invalid", "Traceback"))


def test_json_is_one_document_on_a_refusal_too(installation: Path, capsys: Captured) -> None:
    assert main(["assign", "--call", "no-hay", "--json"]) == 2
    assert "no-hay" in json.loads(capsys.readouterr().out)["error"]


def test_a_one_time_password_is_shown_once(installation: Path, capsys: Captured) -> None:
    assert main(["user", "add", "Rosa@Prueba.example", "--name", "Rosa Ñáñez", "--role", "jury"]) == 0
    output = capsys.readouterr().out
    assert "rosa@prueba.example" in output and "un solo uso" in output
    assert main(["user", "add", "rosa@prueba.example", "--name", "Otra", "--role", "jury"]) == 2


def test_faults_of_the_machine_have_an_exit_code_of_their_own(installation: Path, capsys: Captured) -> None:
    assert main(["call", "load", CALL_FILE]) == 0
    assert main(["export", "--call", SLUG, "--out", "/proc/nowhere"]) == 3
    assert "No se puede escribir" in capsys.readouterr().err


def test_as_a_process_of_its_own(installation: Path) -> None:
    command = [sys.executable, "-m", "reviewer", "user", "add", "a@b.mx", "--name", "A", "--role", "admin"]
    done = subprocess.run(
        [*command, "--password-stdin"], cwd=ROOT, input="corta\n", capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "10 caracteres" in done.stderr and "Traceback" not in done.stderr


def test_a_closed_pipe_is_no_traceback(tmp_path: Path) -> None:
    scores = tmp_path / "s.csv"
    scores.write_text("reviewer,application,criterion,score\na,X,c,3\na,Y,c,4\n", encoding="utf-8")
    read_end, write_end = os.pipe()
    os.close(read_end)
    command = [sys.executable, "-m", "reviewer", "rank", "--scores", str(scores), "--json"]
    done = subprocess.run(command, stdout=write_end, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False)
    os.close(write_end)
    assert done.returncode == 3 and "Traceback" not in done.stderr and "Broken" not in done.stderr
