"""Import of scores from a file, line by line, and the ranking made from them."""

import json
from pathlib import Path

import pytest
from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call.spec import spec_of
from reviewer.cli import main
from reviewer.core import database
from reviewer.core.errors import Forbidden
from reviewer.export.bundle import export
from reviewer.jury.reviews import score_import
from reviewer.jury.reviews.service import LONGEST_NOTE
from reviewer.models import (
    Application,
    ApplicationStatus,
    Call,
    Conflict,
    Eligibility,
    Note,
    NoteKind,
    Person,
    Review,
    ReviewStatus,
    Role,
    Score,
    require_id,
)
from tests.calls import SLUG
from tests.factories.applications import add_applications
from tests.factories.people import PersonFactory
from tests.stored_rows import count_events

CRITERIA = ("relato", "dibujo", "ritmo")


@pytest.fixture
def readers(person: PersonFactory) -> list[Actor]:
    return [person(Role.JURY, email=f"{name}@prueba.example") for name in ("ana", "beto", "+ceci")]


@pytest.fixture
def applications(reviewing_call: Call, readers: list[Actor]) -> list[Application]:
    return add_applications(reviewing_call, 6)


def write_csv(folder: Path, *lines: str, header: str = "reviewer,application,criterion,score,comment") -> Path:
    path = folder / "s.csv"
    path.write_text("\n".join((header, *lines)) + "\n", encoding="utf-8")
    return path


def import_lines(folder: Path, *lines: str) -> score_import.ImportResult:
    return score_import.load_scores(OPERATOR, slug=SLUG, path=write_csv(folder, *lines))


def stored_scores() -> dict[tuple[str, str, str], int]:
    query = (
        select(Person.email, Application.folio, Score.criterion, Score.value)
        .join(Review, col(Review.person_id) == Person.id)
        .join(Score, col(Score.review_id) == Review.id)
        .join(Application, col(Application.id) == Review.application_id)
    )
    with database.read_session() as session:
        return {(email, folio, criterion): value for email, folio, criterion, value in session.exec(query)}


def test_good_lines_are_recorded_and_count_as_submitted(applications: list[Application], tmp_path: Path) -> None:
    loaded = import_lines(
        tmp_path,
        'Ana@Prueba.example,HIS-0001,relato,4,"Con voz\npropia"',
        "ana@prueba.example,HIS-0001,dibujo,5.0,",
    )
    assert (loaded.recorded, loaded.unchanged, loaded.rejected) == (2, 0, [])
    assert sorted(stored_scores().values()) == [4, 5]
    with database.read_session() as session:
        review = session.exec(select(Review)).one()
        note = session.exec(select(Note)).one()
    assert review.status is ReviewStatus.SUBMITTED and review.submitted_at
    assert note.kind is NoteKind.COMMITTEE and note.text == "Con voz\npropia"
    assert count_events("scores.load") == 1 and count_events("review.load") == 1


def test_the_same_file_twice_changes_nothing(applications: list[Application], tmp_path: Path) -> None:
    line = "ana@prueba.example,HIS-0001,relato,4,Bien"
    import_lines(tmp_path, line)
    again = import_lines(tmp_path, line)
    assert (again.recorded, again.unchanged) == (0, 1)
    assert count_events("review.load") == 1


def test_a_score_replaces_that_jurors_earlier_one_alone(applications: list[Application], tmp_path: Path) -> None:
    import_lines(tmp_path, *(f"{name}@prueba.example,HIS-0001,relato,2" for name in ("ana", "beto")))
    import_lines(tmp_path, "ana@prueba.example,HIS-0001,relato,5")
    assert {key[0]: value for key, value in stored_scores().items()} == {
        "ana@prueba.example": 5,
        "beto@prueba.example": 2,
    }
    with database.read_session() as session:
        assert {score.value: score.version for score in session.exec(select(Score))} == {5: 2, 2: 1}


def test_bad_lines_are_reported_by_number_and_good_ones_stored(
    applications: list[Application],
    coordinator: Actor,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with database.write_session() as session:
        office = session.exec(select(Person.email).where(Person.id == coordinator.person_id)).one()
        ana = session.exec(select(Person.id).where(Person.email == "ana@prueba.example")).one()
        session.add(Conflict(application_id=require_id(applications[5]), person_id=ana or 0, kind="family"))
    path = write_csv(
        tmp_path,
        "ana@prueba.example,HIS-0001,relato,4",
        "nadie@prueba.example,HIS-0001,relato,4",
        "ana@prueba.example,HIS-9999,relato,4",
        "ana@prueba.example,HIS-0001,simpatia,4",
        "ana@prueba.example,HIS-0001,dibujo,6",
        "ana@prueba.example,HIS-0001,dibujo,3.5",
        "ana@prueba.example,HIS-0001,dibujo,",
        f"{office},HIS-0001,dibujo,3",
        "ana@prueba.example,HIS-0006,dibujo,3",
        "",
        "beto@prueba.example,HIS-0002,dibujo,3",
    )
    assert main(["scores", "load", str(path), "--call", SLUG]) == 1
    output = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in output[1:]] == [f"línea {number}" for number in range(3, 11)]
    assert set(stored_scores()) == {
        ("ana@prueba.example", "HIS-0001", "relato"),
        ("beto@prueba.example", "HIS-0002", "dibujo"),
    }


def test_a_file_or_call_that_cant_be_read_is_refused(
    applications: list[Application], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = str(write_csv(tmp_path, "ana@prueba.example,HIS-0001,dibujo,3"))
    assert main(["scores", "load", good, "--call", "otra"]) == 2
    assert main(["scores", "load", str(tmp_path / "none.csv"), "--call", SLUG]) == 2
    assert main(["scores", "load", str(write_csv(tmp_path)), "--call", SLUG]) == 2
    assert main(["scores", "load", str(write_csv(tmp_path, header="a,b")), "--call", SLUG]) == 2
    assert capsys.readouterr().err.count("\n") == 4 and stored_scores() == {}


def test_scores_are_loaded_by_operators_only(applications: list[Application], admin: Actor, tmp_path: Path) -> None:
    with pytest.raises(Forbidden):
        score_import.load_scores(admin, slug=SLUG, path=write_csv(tmp_path, "a,b,c,1"))


def all_scores() -> list[str]:
    return [
        f"{name}@prueba.example,HIS-{number:04d},{criterion},{1 + (number + shift) % 5},-nada"
        for number in range(1, 7)
        for shift, name in enumerate(("ana", "beto", "+ceci"))
        for criterion in CRITERIA
    ]


def test_an_export_can_be_loaded_again_as_it_is(applications: list[Application], tmp_path: Path) -> None:
    import_lines(tmp_path, *all_scores())
    export(OPERATOR, slug=SLUG, folder=tmp_path)
    again = score_import.load_scores(OPERATOR, slug=SLUG, path=tmp_path / "scores.csv")
    assert (again.recorded, again.rejected) == (0, [])
    with database.read_session() as session:
        assert set(session.exec(select(Note.text))) == {"-nada"}


def test_the_call_is_ranked_as_its_file_says(
    applications: list[Application], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rank", "--call", SLUG]) == 2
    import_lines(tmp_path, *all_scores())
    with database.write_session() as session:
        begun = session.exec(select(Review).join(Application).where(Application.folio == "HIS-0001")).first()
        out, old, late = (
            session.exec(select(Application).where(Application.folio == f"HIS-000{number}")).one()
            for number in (2, 3, 4)
        )
        assert begun is not None
        begun.status = ReviewStatus.BEGUN
        out.eligibility, late.eligibility = Eligibility.INELIGIBLE, Eligibility.TO_CHECK
        old.status = ApplicationStatus.SUPERSEDED
        session.add_all((begun, out, old, late))
    capsys.readouterr()
    assert main(["rank", "--call", SLUG, "--json"]) == 0
    result = json.loads(capsys.readouterr().out)
    reviews = {row["application"]: row["reviews"] for row in result["ranking"]}
    assert reviews == {"HIS-0001": 2, "HIS-0004": 3, "HIS-0005": 3, "HIS-0006": 3}
    assert result["seats"] == 4 and sum(row["p_selected"] for row in result["ranking"]) == pytest.approx(4)
    assert {juror["reviewer"] for juror in result["reviewers"]} == {
        *("ana@prueba.example", "beto@prueba.example", "+ceci@prueba.example")
    }
    assert any("no es elegible" in warning for warning in result["warnings"])
    assert any("sin cotejar" in warning for warning in result["warnings"])


def test_exports_hold_the_ranking_and_what_there_is_of_a_selection(
    applications: list[Application], tmp_path: Path
) -> None:
    export(OPERATOR, slug=SLUG, folder=tmp_path)
    header = "rank,application,estimate,standard_error,p_selected,reviews,raw_mean"
    assert (tmp_path / "ranking.csv").read_text(encoding="utf-8-sig").split() == [header]
    assert (tmp_path / "selection.csv").read_text(encoding="utf-8-sig").split() == ["folio,outcome,venue,position"]
    import_lines(tmp_path, *all_scores())
    export(OPERATOR, slug=SLUG, folder=tmp_path)
    lines = (tmp_path / "ranking.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == header and len(lines) == 7


def test_rank_of_a_call_takes_its_rules_from_the_call(
    applications: list[Application], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rank", "--call", SLUG, "--seats", "3"]) == 2
    assert "--seats" in capsys.readouterr().err


def test_a_spanish_spreadsheet_folios_in_lower_case_and_labels_are_understood(
    applications: list[Application], reviewing_call: Call, tmp_path: Path
) -> None:
    first, second = spec_of(reviewing_call).criteria[:2]
    path = tmp_path / "s.csv"
    path.write_text(
        "sep=;\r\nreviewer;application;criterion;score;comment\r\n"
        f"ana@prueba.example;his-0001;{first.label.upper()};4,0;Bien, muy bien\r\n"
        f"ANA@prueba.example;His-0001;{second.key};3;\r\n",
        encoding="utf-8",
    )
    loaded = score_import.load_scores(OPERATOR, slug=SLUG, path=path)
    assert (loaded.recorded, loaded.rejected) == (2, [])
    assert stored_scores() == {
        ("ana@prueba.example", "HIS-0001", first.key): 4,
        ("ana@prueba.example", "HIS-0001", second.key): 3,
    }
    assert stored_comment() == "Bien, muy bien"


def test_comments_of_one_review_are_joined_and_an_unquoted_comma_cuts_none(
    applications: list[Application], tmp_path: Path
) -> None:
    lines = (
        "ana@prueba.example,HIS-0001,relato,4,Con voz propia",
        "ana@prueba.example,HIS-0001,dibujo,4,Mira de frente",
        "ana@prueba.example,HIS-0001,ritmo,4,Con voz propia",
        "ana@prueba.example,HIS-0002,relato,4,Bien, y más",
    )
    loaded = import_lines(tmp_path, *lines)
    assert loaded.recorded == 3 and [number for number, _ in loaded.rejected] == [5]
    assert stored_comment() == "Con voz propia\nMira de frente"
    assert import_lines(tmp_path, *lines).recorded == 0
    assert count_events("review.load") == 1


def test_of_two_scores_for_one_place_the_later_counts_and_a_second_time_changes_nothing(
    applications: list[Application], tmp_path: Path
) -> None:
    lines = [f"ana@prueba.example,HIS-0001,relato,{value}" for value in (2, 5)]
    assert import_lines(tmp_path, *lines).recorded == 1
    again = import_lines(tmp_path, *lines)
    assert (again.recorded, again.unchanged) == (0, 2)
    assert list(stored_scores().values()) == [5]


def test_comments_too_long_together_are_a_bad_line(applications: list[Application], tmp_path: Path) -> None:
    half = "a" * (LONGEST_NOTE // 2)
    lines = (f"ana@prueba.example,HIS-0001,{key},4,{half}{key}" for key in CRITERIA[:2])
    loaded = import_lines(tmp_path, *lines)
    assert loaded.recorded == 1 and [number for number, _ in loaded.rejected] == [3]


def stored_comment() -> str:
    with database.read_session() as session:
        return session.exec(select(Note.text).where(Note.kind == NoteKind.COMMITTEE)).one()
