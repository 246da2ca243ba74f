"""The workbook of a call to be filled, and the sample batch: both come in as what they say."""

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest

from reviewer.access.actor import Actor
from reviewer.core.errors import Forbidden
from reviewer.demographics import geography
from reviewer.intake.batch import template
from reviewer.models import Call
from tests.calls import SLUG
from tests.factories.batches import import_source

pytestmark = pytest.mark.usefixtures("call")


def test_the_template_as_it_is_brings_nobody(admin: Actor, tmp_path: Path) -> None:
    (tmp_path / "lote").mkdir()
    (tmp_path / "lote" / "tabla.xlsx").write_bytes(template.template(admin, slug=SLUG))
    report = import_source(tmp_path / "lote")
    assert report.status == "complete" and report.counts.total() == 0
    assert None not in report.columns.values()


def test_the_filled_template_brings_the_people_in_it(admin: Actor, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.template(admin, slug=SLUG)))
    sheet = book[template.SHEET]
    headers = {cell.value: cell.column for cell in sheet[1]}
    for row, name in ((3, "Zoé"), (4, "Inés")):
        answers = {"Nombre": name, "Apellidos": "Ruiz Paz", "Correo": f"{row}@prueba.example", "Alcaldía": "Tlalpan"}
        answers |= {
            "Fecha de nacimiento": "1990-01-02",
            "Fecha de envío": sheet.cell(2, headers["Fecha de envío"]).value,
            "Aceptación del aviso de privacidad": "Acepto",
        }
        for header, answer in answers.items():
            sheet.cell(row, headers[header], answer)
    (tmp_path / "lote").mkdir()
    book.save(tmp_path / "lote" / "tabla.xlsx")
    report = import_source(tmp_path / "lote")
    assert report.counts["created"] == 2
    assert {line.finding.code for line in report.lines if line.finding.row} == {"missing_document"}


def test_the_template_offers_lists_and_explains_each_column(admin: Actor) -> None:
    book = openpyxl.load_workbook(io.BytesIO(template.template(admin, slug=SLUG)))
    sheet = book[template.SHEET]
    lists = [rule for rule in sheet.data_validations.dataValidation if rule.type == "list"]
    assert all(alcaldia.name in lists[0].formula1 for alcaldia in geography.alcaldias())
    explained = {row[0].value for row in book[template.INSTRUCTIONS].iter_rows()}
    assert {cell.value for cell in sheet[1]} <= explained


def test_the_sample_batch_comes_in_whole(admin: Actor, call: Call, tmp_path: Path) -> None:
    (tmp_path / "lote.zip").write_bytes(template.sample_batch(admin, slug=call.slug))
    with zipfile.ZipFile(tmp_path / "lote.zip") as archive:
        assert "respuestas.xlsx" in archive.namelist()
    report = import_source(tmp_path / "lote.zip")
    assert report.counts["created"] == 3
    assert report.documents_refused == 0 and report.documents_stored > 0
    assert not [line for line in report.lines if line.finding.severity == "error"]


def test_only_those_who_import_get_them(juror: Actor) -> None:
    for make in (template.template, template.sample_batch):
        with pytest.raises(Forbidden):
            make(juror, slug=SLUG)
