"""Exports as the form services write them, each with the person, the time and the columns that it means."""

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

from reviewer.core.database import read_session
from reviewer.intake.check.report import Report
from reviewer.models import Applicant, Application, Call
from tests.factories.batches import import_source

SENT = datetime(2025, 9, 11, 5, 58, 10, tzinfo=UTC)  # 10 September, 23:58:10 in Mexico City
ANSWERS = {"Fecha de nacimiento": "1994-03-02", "Alcaldía": "Tlalpan", "Código postal": "14000"}
SERVICES: dict[str, dict[str, str]] = {
    "google": {
        "Marca temporal": "10/09/2025 23:58:10",
        "Dirección de correo electrónico": "ana@prueba.example",
        "Nombre(s)": "Ana",
        "Apellidos": "Ruiz Paz",
    },
    "google in english": {
        "Timestamp": "9/10/2025 23:58:10",
        "Email Address": "ana@prueba.example",
        "Nombre(s)": "Ana",
        "Apellidos": "Ruiz Paz",
        "Fecha de nacimiento": "3/2/1994",
    },
    "microsoft": {
        "Id.": "1",
        "Hora de inicio": "10/09/2025 23:40:00",
        "Hora de finalización": "10/09/2025 23:58:10",
        "Correo electrónico": "anonymous",
        "Nombre": "",
        "Hora de la última modificación": "",
        "¿Cuál es su nombre completo?": "Ana Ruiz Paz",
        "Correo electrónico de contacto": "ana@prueba.example",
    },
    "jotform": {
        "Submission Date": "Sep 10, 2025 11:58:10 PM",
        "Nombre - First Name": "Ana",
        "Nombre - Last Name": "Ruiz Paz",
        "E-mail": "ana@prueba.example",
        "Submission ID": "6000000000000000000",
    },
    "typeform": {
        "#": "abc123",
        "Nombre": "Ana",
        "Apellidos": "Ruiz Paz",
        "Correo electrónico": "ana@prueba.example",
        "Start Date (UTC)": "2025-09-11 05:40:00",
        "Submit Date (UTC)": "2025-09-11 05:58:10",
        "Network ID": "x1",
    },
    "kobo": {
        "start": "2025-09-10T23:40:00.000-06:00",
        "end": "2025-09-10T23:58:00.000-06:00",
        "Nombre": "Ana",
        "Apellidos": "Ruiz Paz",
        "Correo electrónico": "ana@prueba.example",
        "_id": "7",
        "_uuid": "f00",
        "_submission_time": "2025-09-11T05:58:10",
        "_index": "1",
    },
    "limesurvey": {
        "ID de respuesta": "3",
        "Fecha de envío": "2025-09-10 23:58:10",
        "Última página": "2",
        "Idioma inicial": "es-MX",
        "Nombre": "Ana",
        "Apellidos": "Ruiz Paz",
        "Correo electrónico": "ana@prueba.example",
        "Fecha de la última acción": "2025-09-10 23:58:10",
    },
    "surveymonkey": {
        "Respondent ID": "118",
        "Date Created": "09/10/2025 11:40:00 PM",
        "Date Modified": "09/10/2025 11:58:10 PM",
        "IP Address": "10.0.0.1",
        "Nombre": "Ana",
        "Apellidos": "Ruiz Paz",
        "Correo electrónico": "ana@prueba.example",
        "Fecha de nacimiento": "03/02/1994",
    },
}


def imported(cells: dict[str, str], place: Path, second_header: list[str] | None = None) -> Report:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(cells)
    if second_header:
        writer.writerow(second_header)
    writer.writerow(cells.values())
    place.mkdir()
    (place / "respuestas.csv").write_text(target.getvalue(), encoding="utf-8-sig")
    return import_source(place)


@pytest.mark.usefixtures("call")
@pytest.mark.parametrize("service", SERVICES)
def test_an_export_is_read_as_its_service_means_it(service: str, tmp_path: Path) -> None:
    report = imported(ANSWERS | SERVICES[service], tmp_path / "lote")
    assert report.counts["created"] == 1
    with read_session() as session:
        applicant, application = session.exec(select(Applicant).limit(1)).one(), session.exec(select(Application)).one()
    assert f"{applicant.first_names} {applicant.surnames}".strip() == "Ana Ruiz Paz"
    assert (applicant.email, str(applicant.birth_date)) == ("ana@prueba.example", "1994-03-02")
    assert application.submitted_at == SENT
    codes = {line.finding.code for line in report.lines}
    assert not codes & {"late", "early", "no_submission_time", "ambiguous_dates", "bad_date", "bad_email"}


def test_a_second_row_of_headers_is_no_person(call: Call, tmp_path: Path) -> None:
    cells = SERVICES["surveymonkey"] | {"Alcaldía": "Tlalpan"}
    second = ["Open-Ended Response" if name in ("Nombre", "Alcaldía") else "" for name in cells]
    report = imported(cells, tmp_path / "lote", second)
    assert report.call == call.slug and report.counts == {"created": 1}


@pytest.mark.usefixtures("call")
def test_without_a_time_of_sending_the_batch_says_that_no_deadline_was_checked(tmp_path: Path) -> None:
    report = imported(ANSWERS | {"Nombre": "Ana", "Correo": "ana@prueba.example"}, tmp_path / "lote")
    [finding] = [line.finding for line in report.lines if line.finding.code == "no_submission_time"]
    assert (finding.row, finding.severity) == (None, "check")
    assert report.status == "complete"


@pytest.mark.usefixtures("call")
def test_dates_that_can_be_read_in_two_ways_are_asked_about(tmp_path: Path) -> None:
    cells = {"Nombre": "Ana", "Correo": "ana@prueba.example", "Fecha de nacimiento": "3/2/1994"}
    report = imported(cells, tmp_path / "lote")
    [finding] = [line.finding for line in report.lines if line.finding.code == "ambiguous_dates"]
    assert (finding.row, finding.severity, finding.field) == (None, "check", "fecha_nacimiento")
    assert "«3/2/1994»" in finding.message


@pytest.mark.usefixtures("call")
def test_a_table_in_no_known_encoding_is_refused(tmp_path: Path) -> None:
    (tmp_path / "lote").mkdir()
    (tmp_path / "lote" / "t.csv").write_bytes("nombre,correo\nŘehoř Žižka,r@b.mx\n".encode("cp1250"))
    report = import_source(tmp_path / "lote")
    assert [line.finding.code for line in report.lines] == ["unreadable_table"]
