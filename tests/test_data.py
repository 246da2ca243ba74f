"""Data frames for analysts: their types, what they hold, and that reading them is written down."""

import subprocess
import sys

import pandas as pd
import pytest
from sqlmodel import select

from reviewer import data
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError
from reviewer.demographics.questions import SENSITIVE
from reviewer.models import Application, ApplicationStatus, AuditEvent, Call
from tests.calls import SLUG
from tests.factories.applications import add_applicants, add_traits
from tests.factories.decisions import decide_small_call
from tests.factories.people import PersonFactory


@pytest.fixture
def filled(call: Call) -> Call:
    """Three applicants: one answers everything, one nothing, one gives sensitive answers."""
    full = {"gender": "femenino", "schooling": "Maestría", "alcaldia": "09015", "phone": "+52 55", "email": "a@b.mx"}
    applications = add_applicants(
        call, [full | {"birth_date": pd.Timestamp("2000-02-29").date(), "curp": "X"}, {"submitted_at": None}, {}]
    )
    add_traits(applications[2], disability="Sordera profunda", indigenous="no")
    return call


def test_columns_have_real_types_and_groups_beside_answers(filled: Call) -> None:
    frame = data.applications(SLUG)
    types = {name: str(frame[name].dtype) for name in frame}
    assert types["fecha_nacimiento"] == "datetime64[s]" and types["edad"] == "Int64"
    assert types["enviado_en"] == "datetime64[us, America/Mexico_City]"
    assert types["genero_grupo"] == types["status"] == types["eligibility"] == "category"
    assert types["nombre"] == types["codigo_postal"] == "str"
    first = frame.iloc[0]
    assert (first["genero"], first["genero_grupo"], first["alcaldia"]) == ("femenino", "Mujer", "Cuauhtémoc")
    assert first["telefono"] == "+52 55" and first["edad"] == 25
    assert pd.isna(frame["enviado_en"][1]) and frame["enviado_en"][2].tzinfo is not None
    assert pd.isna(frame["genero"][1]) and frame["genero_grupo"][1] == "Sin respuesta"
    assert pd.isna(frame["edad"][1])


def test_the_cohort_names_nobody_and_quotes_no_sensitive_answer(filled: Call) -> None:
    frame = data.cohort(SLUG)
    assert len(frame) == 3 and frame["discapacidad_grupo"].tolist() == ["Sin respuesta", "Sin respuesta", "Auditiva"]
    assert not {*frame} & {"nombre", "apellidos", "correo", "telefono", "curp", "fecha_nacimiento", *SENSITIVE}
    assert "Sordera" not in frame.to_csv() and "a@b.mx" not in frame.to_csv()


def test_scores_ranking_and_selection_fit_together(person: PersonFactory) -> None:
    decided = decide_small_call(person)
    scores, ranking, selection = data.scores(SLUG), data.ranking(SLUG), data.selection(SLUG)
    assert ranking["application"].tolist() == [*decided.ranked] and str(ranking["rank"].dtype) == "Int64"
    assert set(scores["application"]) == set(ranking["application"]) and str(scores["score"].dtype) == "Int64"
    cohort = data.cohort(SLUG).set_index("folio")
    assert cohort.index.is_unique
    assert len(cohort) == len(decided.ranked) and set(cohort["outcome"].dropna()) == {"selected", "waiting"}
    assert cohort["venue"].notna().equals(cohort["outcome"] == "selected")
    assert (cohort["outcome"] == "selected").sum() == (selection["outcome"] == "selected").sum() > 0
    assert cohort["estimate"].idxmax() == decided.ranked[0] and (cohort["reviews"] > 0).all()


def test_frames_without_rows_keep_their_types(call: Call) -> None:
    for read in (data.applications, data.scores, data.ranking, data.selection, data.cohort):
        frame = read(SLUG)
        assert frame.empty and len(frame.columns) > 3
    assert str(data.applications(SLUG)["edad"].dtype) == "Int64"


def test_reading_is_recorded_as_the_operators(filled: Call) -> None:
    data.cohort(SLUG)
    with read_session() as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "export")).one()
    assert (event.actor, event.object_id) == ("cli", SLUG)
    assert event.detail == {"applications": 3, "ranking": 0, "selection": 0}


def test_an_unknown_call_is_a_sentence_that_names_those_there_are(filled: Call) -> None:
    for read in (data.applications, data.scores, data.ranking, data.selection, data.cohort):
        with pytest.raises(UserError, match=f"No hay una convocatoria «otra».*{SLUG}"):
            read("otra")


def test_importing_it_loads_no_pandas() -> None:
    code = "import sys; from reviewer import data; print({'pandas', 'pyarrow', 'sqlalchemy'} & set(sys.modules))"
    assert (
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.strip()
        == "set()"
    )


def test_rows_of_superseded_applications_are_left_out(filled: Call) -> None:
    with write_session() as session:
        session.exec(select(Application).order_by(Application.folio)).all()[0].status = ApplicationStatus.SUPERSEDED
    assert len(data.applications(SLUG)) == len(data.cohort(SLUG)) == 2
