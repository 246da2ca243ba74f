"""``rank --scores``: what is read, what is refused and by which line, what comes out."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from reviewer.cli import main

HEADER = "reviewer,application,criterion,score"
LINES = (
    "ana,A1,voz,5",
    "ana,A1,oficio,3",
    "ana,A2,voz,2",
    "ana,A2,oficio,2",
    "beto,A1,voz,4",
    "beto,A1,oficio,4",
    "beto,A2,voz,1",
    "beto,A2,oficio,2",
)
COLUMNS = ["rank", "application", "estimate", "standard_error", "p_selected", "reviews", "raw_mean"]


def scores(folder: Path, *lines: str, header: str = HEADER) -> str:
    path = folder / "s.csv"
    path.write_text("\n".join((header, *(lines or LINES))) + "\n", encoding="utf-8")
    return str(path)


def weights(folder: Path, *lines: str) -> str:
    path = folder / "w.csv"
    path.write_text("\n".join(("criterion,weight", *lines)) + "\n", encoding="utf-8")
    return str(path)


def rank_json(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert main(["rank", *arguments, "--json"]) == 0
    ranking: dict[str, Any] = json.loads(capsys.readouterr().out)
    return ranking


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["rank", *arguments]) == 2
    output = capsys.readouterr()
    assert output.out == "" and output.err.count("\n") == 1
    return output.err


def test_no_database_is_touched(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REVIEWER_DATABASE_URL", f"sqlite:///{tmp_path / 'none' / 'x.db'}")
    ranking = rank_json(capsys, "--scores", scores(tmp_path), "--seats", "1")
    assert set(ranking) == {"seats", "model", "ranking", "reviewers", "groups", "warnings"}
    assert list(ranking["ranking"][0]) == COLUMNS
    assert set(ranking["reviewers"][0]) == {"reviewer", "reviews", "severity", "flags"}
    assert [entry["application"] for entry in ranking["ranking"]] == ["A1", "A2"]
    assert not (tmp_path / "none").exists()


def test_the_plain_mean_is_the_weighted_one_on_the_scale(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weighed = ("--weights", weights(tmp_path, "voz,3", "oficio,1"))
    best = rank_json(capsys, "--scores", scores(tmp_path), *weighed)["ranking"][0]
    assert best["raw_mean"] == pytest.approx((4.5 + 4) / 2)
    assert best["reviews"] == 2


def test_seats_are_sixty_and_at_most_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ranking = rank_json(capsys, "--scores", scores(tmp_path))
    assert ranking["seats"] == 2
    assert [entry["p_selected"] for entry in ranking["ranking"]] == [1, 1]


def test_an_incomplete_review_counts_with_the_weights_it_has(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    weighed = ("--weights", weights(tmp_path, "voz,3", "oficio,1"))
    ranking = rank_json(capsys, "--scores", scores(tmp_path, *LINES, "ceci,A1,oficio,2"), *weighed)
    assert ranking["ranking"][0]["raw_mean"] == pytest.approx((4.5 + 4 + 2) / 3)
    assert any("incompleta" in str(warning) for warning in ranking["warnings"])


def test_the_same_line_twice_counts_once_wherever_it_stands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    once = rank_json(capsys, "--scores", scores(tmp_path))
    again = rank_json(capsys, "--scores", scores(tmp_path, *reversed(LINES), "ana,A1,voz,5.0"))
    assert again == once


@pytest.mark.parametrize(
    ("bad", "word"),
    [
        ("ana,A3,voz,cuatro", "cuatro"),
        ("ana,A3,voz,nan", "nan"),
        ("ana,A3,voz,inf", "inf"),
        ("ana,A3,voz,1_0", "1_0"),
        ("ana,A3,voz,1e300", "1e300"),
        ("ana,A3,voz,1e-300", "1e-300"),
        ("ana,A3,voz,1e999", "1e999"),
        (",A3,voz,3", "jurado"),
        ("ana,A1,voz,4", "contradice"),
    ],
)
def test_a_line_that_cant_be_taken_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bad: str, word: str
) -> None:
    message = refusal(capsys, "--scores", scores(tmp_path, *LINES, "", bad))
    assert "línea 11" in message and word in message


def test_a_score_outside_a_given_scale_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "línea 2" in refusal(capsys, "--scores", scores(tmp_path), "--scale", "1-4")
    ranking = rank_json(capsys, "--scores", scores(tmp_path), "--scale", "0-10")
    assert len(ranking["ranking"]) == 2


@pytest.mark.parametrize("scale", ["5-1", "3-3", "1", "uno-cinco", "", "1-inf", "1-1e200"])
def test_a_scale_goes_from_low_to_high(tmp_path: Path, capsys: pytest.CaptureFixture[str], scale: str) -> None:
    assert "escala" in refusal(capsys, "--scores", scores(tmp_path), f"--scale={scale}")


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        (("voz,1",), "s.csv, línea 3"),
        (("voz,-1", "oficio,1"), "w.csv, línea 2"),
        (("voz,0", "oficio,0"), "mayor que cero"),
        (("voz,mucho", "oficio,1"), "w.csv, línea 2"),
        (("voz,1", "oficio,1", "voz,2"), "w.csv, línea 4"),
    ],
)
def test_weights_that_cant_be_used_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], lines: tuple[str, ...], word: str
) -> None:
    assert word in refusal(capsys, "--scores", scores(tmp_path), "--weights", weights(tmp_path, *lines))


def test_a_criterion_of_no_weight_changes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ranking = rank_json(capsys, "--scores", scores(tmp_path), "--weights", weights(tmp_path, "voz,1", "oficio,0"))
    assert ranking["ranking"][0]["raw_mean"] == pytest.approx(4.5)


@pytest.mark.parametrize("words", [("--seats", "0"), ("--seats", "-3"), ("--seats", "dos")])
def test_seats_below_one_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert "--seats" in refusal(capsys, "--scores", scores(tmp_path), *words)


def test_files_without_lines_or_columns_are_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "ningún puntaje" in refusal(capsys, "--scores", scores(tmp_path, ""))
    assert "línea 1" in refusal(capsys, "--scores", scores(tmp_path, header="a,b,c,d"))
    assert "leer" in refusal(capsys, "--scores", str(tmp_path / "none.csv"))


@pytest.mark.parametrize(
    ("encoding", "separator"), [("utf-8-sig", ","), ("utf-16", "\t"), ("cp1252", ";"), ("utf-8", ";")]
)
def test_files_from_a_spreadsheet_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str, separator: str
) -> None:
    text = "\r\n".join((HEADER, *LINES)).replace(",", separator).replace("A1", "Ñandú")
    (tmp_path / "s.csv").write_bytes(text.encode(encoding))
    ranking = rank_json(capsys, "--scores", str(tmp_path / "s.csv"))
    assert ranking["ranking"][0]["application"] == "Ñandú"


def test_the_table_goes_to_a_file_and_to_a_pipe(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "r.csv"
    lines = (*LINES, "ana,=1+1,voz,1", "ana,=1+1,oficio,1")
    assert main(["rank", "--scores", scores(tmp_path, *lines), "--out", str(out)]) == 0
    printed = capsys.readouterr().out.splitlines()
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert list(rows[0]) == COLUMNS and printed == out.read_text(encoding="utf-8").splitlines()
    assert [row["rank"] for row in rows] == ["1", "2", "3"]
    assert rows[-1]["application"] == "'=1+1"


def test_a_file_that_cannot_be_written_is_an_infrastructure_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "none" / "r.csv"
    assert main(["rank", "--scores", scores(tmp_path), "--out", str(out)]) == 3
    assert "No se puede escribir" in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.csv"]


@pytest.mark.parametrize(
    ("separator", "declared"), [(";", False), (";", True), ("\t", False), ("\t", True), (",", True)]
)
def test_files_of_a_spanish_spreadsheet_are_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], separator: str, declared: bool
) -> None:
    """Separated by semicolons or tabs, with decimal commas, and with the line that Excel puts first."""
    plain = rank_json(capsys, "--scores", scores(tmp_path, "a,X,m,3.5", "a,Y,m,4.0", "b,X,m,2.5", "b,Y,m,4.5"))
    text = "reviewer,application,criterion,score\na,X,m,3.5\na,Y,m,4.0\nb,X,m,2.5\nb,Y,m,4.5\n"
    if separator != ",":
        text = text.replace(",", separator).replace(".", ",")
    path = tmp_path / "excel.csv"
    path.write_text(f"sep={separator}\r\n" * declared + text, encoding="utf-8")
    assert rank_json(capsys, "--scores", str(path)) == plain


@pytest.mark.parametrize(("voz", "oficio"), [("0.6", "0.4"), ("60%", "40%"), ("60 %", "40 %"), ('"0,6"', '"0,4"')])
def test_weights_may_be_shares_or_percentages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], voz: str, oficio: str
) -> None:
    ranking = rank_json(
        capsys, "--scores", scores(tmp_path), "--weights", weights(tmp_path, f"voz,{voz}", f"oficio,{oficio}")
    )
    plain = rank_json(capsys, "--scores", scores(tmp_path), "--weights", weights(tmp_path, "voz,3", "oficio,2"))
    for entry, expected in zip(ranking["ranking"], plain["ranking"], strict=True):
        assert entry["raw_mean"] == pytest.approx(expected["raw_mean"])


def test_a_blank_score_is_a_criterion_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with_blanks = rank_json(
        capsys,
        "--scores",
        scores(tmp_path, "ana,A1,voz,3", "ana,A1,oficio,", "ana,A2,voz,4", "ana,A2,oficio,2"),
    )
    assert [entry["raw_mean"] for entry in sorted(with_blanks["ranking"], key=lambda e: e["application"])] == [3, 3]
    assert len(with_blanks["warnings"]) == 1 and "1 lectura incompleta" in with_blanks["warnings"][0]


def test_a_criterion_that_nobody_scored_is_one_warning(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for lines, extra in (
        (("ana,A1,voz,3", "ana,A1,oficio,", "ana,A2,voz,4"), ()),
        (("ana,A1,voz,3", "ana,A2,voz,4"), ("--weights", weights(tmp_path, "voz,1", "oficio,1"))),
    ):
        ranking = rank_json(capsys, "--scores", scores(tmp_path, *lines), *extra)
        assert len(ranking["warnings"]) == 1 and "«oficio»" in ranking["warnings"][0]


def test_an_unquoted_comma_is_named_with_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "línea 2" in refusal(capsys, "--scores", scores(tmp_path, "ana,A1,voz,3,5", "ana,A2,voz,4"))
    assert rank_json(capsys, "--scores", scores(tmp_path, "ana,A1,voz,3,,", "ana,A2,voz,4,"))["ranking"]
