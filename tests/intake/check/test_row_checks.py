from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.intake.check.findings import SEVERITIES, Severity
from reviewer.intake.check.row_checks import check_row, date_of_age, is_email
from reviewer.intake.parse.columns import read_headers
from reviewer.intake.parse.submission import Submission, normalise_phone, read_row, row_reader
from reviewer.intake.parse.table import BatchTable, TableRow
from reviewer.intake.store.folios import assign_folios
from tests.calls import SPEC
from tests.factories.batches import names, valid_curp, valid_row

CURP_1990 = valid_curp("PEXN900502HDFXXX")
CURP_2000 = valid_curp("PEXN000229MDFXXX", "A")


def read(*rows: dict[str, str]) -> list[Submission]:
    headers = tuple(dict.fromkeys(name for row in rows for name in row))
    lines = tuple(TableRow(number, tuple(row.get(name, "") for name in headers)) for number, row in enumerate(rows, 2))
    table = BatchTable(headers, lines)
    reader, _ = row_reader(table, read_headers(headers, names(), {}), SPEC, {})
    return [check_row(read_row(line, reader), line, reader) for line in lines]


def submission_of(**cells: str) -> Submission:
    return read(valid_row(1, **cells))[0]


def finding_fields(**cells: str) -> set[tuple[str, str | None]]:
    return {(finding.code, finding.field) for finding in submission_of(**cells).findings}


def codes(**cells: str) -> set[str]:
    return {code for code, _ in finding_fields(**cells)}


def test_a_row_without_anything_wrong() -> None:
    submission = submission_of(correo=" ANA@Prueba.EXAMPLE ", codigo_postal="9000.0", curp=CURP_1990.lower())
    assert submission.findings == ()
    assert submission.email == "ana@prueba.example"
    assert submission.postal_code == "09000"
    assert submission.curp == CURP_1990
    assert submission.submitted_at == datetime(2025, 9, 10, 16, 0, 1, tzinfo=UTC)


def test_without_name_or_contact_a_row_cannot_be_stored() -> None:
    for cells, fields in (
        ({"nombre": ""}, {"nombre"}),
        ({"correo": "", "curp": ""}, {"correo"}),
        ({"nombre": " ", "correo": "", "fecha_nacimiento": "nunca"}, {"nombre", "correo"}),
    ):
        submission = submission_of(**cells)
        assert not submission.can_be_stored
        assert {finding.field for finding in submission.findings} == fields
        assert {(finding.code, finding.severity) for finding in submission.findings} == {
            ("missing_field", Severity.ERROR)
        }


def test_what_is_missing_to_be_complete_is_checked() -> None:
    assert finding_fields(correo="", curp=CURP_1990, fecha_nacimiento="") == {("missing_field", "correo")}
    assert finding_fields(alcaldia="", codigo_postal="") == {("missing_field", "alcaldia")}
    assert finding_fields(fecha_nacimiento="") == {("missing_field", "fecha_nacimiento")}
    assert finding_fields(fecha_nacimiento="", curp=CURP_1990) == set()
    assert finding_fields(apellidos="", telefono="", enviado_en="", genero="") == set()
    assert submission_of(fecha_nacimiento="", curp=CURP_2000).birth_date == date(2000, 2, 29)


@pytest.mark.parametrize(
    ("text", "well_formed"),
    [
        ("a@b.mx", True),
        ("ana.lopez+cine@correo.unam.example", True),
        ("ana@ñandú.mx", True),
        ("a@b", False),
        ("a@@b.mx", False),
        ("a b@c.mx", False),
        ("a..b@c.mx", False),
        (".a@b.mx", False),
        ("a@-b.mx", False),
        ("a@b.123", False),
        ("a@b.mx, c@d.mx", False),
        ("ñandú@b.mx", False),
        ("no tengo", False),
        ("a" * 65 + "@b.mx", False),
        ("a@" + "b." * 140 + "mx", False),
    ],
)
def test_emails(text: str, well_formed: bool) -> None:
    assert is_email(text) is well_formed
    assert ("bad_email" in codes(correo=text)) is not well_formed


@pytest.mark.parametrize(
    ("text", "well_formed"),
    [
        ("5512345678", True),
        ("55 1234 5678", True),
        ("(55) 1234-5678", True),
        ("+52 1 55 1234 5678", True),
        ("044 55 1234 5678", True),
        ("5512345678.0", True),
        ("+1 (555) 123-4567", True),
        ("55 1234 5678 ext. 12", True),
        ("1234567", False),
        ("551234567890", False),
        ("5.51E+09", False),
        ("5512345678 / 5587654321", False),
        ("no tengo", False),
        ("+52 55 1234 567", False),
    ],
)
def test_phones(text: str, well_formed: bool) -> None:
    assert ("bad_phone" in codes(telefono=text)) is not well_formed


def test_curps() -> None:
    wrong_digit = CURP_1990[:17] + str((int(CURP_1990[17]) + 1) % 10)
    sex_x = valid_curp("PEXN900502XDFXXX")
    assert finding_fields(curp=wrong_digit) == {("bad_curp", "curp")}
    assert finding_fields(curp="NO TENGO") == {("bad_curp", "curp")}
    assert finding_fields(curp=sex_x, genero="Mujer") == set()
    assert finding_fields(curp=CURP_2000) == {("curp_mismatch", "curp")}
    assert finding_fields(curp=CURP_2000, fecha_nacimiento="nunca") == {("bad_date", "fecha_nacimiento")}
    assert submission_of(curp=CURP_2000).birth_date == date(1990, 5, 2)


def test_ages_are_those_of_the_closing_day() -> None:
    assert codes(fecha_nacimiento="2007-09-30") == set()
    assert codes(fecha_nacimiento="01/10/2007") == {"underage"}
    assert codes(fecha_nacimiento="", curp=valid_curp("PEXN071001HDFXXX", "A")) == {"underage"}
    assert codes(fecha_nacimiento="2026-01-01") == {"underage", "bad_date"}
    assert codes(fecha_nacimiento="1905-09-27") == {"bad_date"}


def test_birthdays_of_29_february_are_on_1_march() -> None:
    assert date_of_age(date(2008, 2, 29), 18) == date(2026, 3, 1)
    assert date_of_age(date(2008, 2, 29), 20) == date(2028, 2, 29)


@pytest.mark.parametrize(
    ("alcaldia", "postal", "codes_found", "code"),
    [
        ("Iztapalapa", "", set(), "09007"),
        ("", "6700", set(), "09015"),
        ("Colonia Roma", "06700", set(), "09015"),
        ("CDMX", "06700", set(), "09015"),
        ("Iztapalapa", "06700", {"postal_code_mismatch"}, "09007"),
        ("Iztapalapa", "57000", {"postal_code_mismatch"}, "09007"),
        ("Ecatepec", "07000", {"postal_code_mismatch"}, None),
        ("Ecatepec", "55000", {"outside_city"}, None),
        ("Ecatepec", "", {"outside_city"}, None),
        ("", "55000", {"outside_city"}, None),
        ("Colonia Roma", "55000", {"outside_city"}, None),
        ("Jalisco", "64000", {"outside_city", "postal_code_mismatch"}, None),
        ("CDMX", "55000", {"postal_code_mismatch"}, None),
        ("CDMX", "", {"unknown_alcaldia"}, None),
        ("Springfield", "", {"unknown_alcaldia"}, None),
        ("Springfield", "00000", {"unknown_alcaldia"}, None),
        ("", "no sé", {"unknown_alcaldia"}, None),
        ("Iztapalapa", "no sé", set(), "09007"),
    ],
)
def test_residence(alcaldia: str, postal: str, codes_found: set[str], code: str | None) -> None:
    submission = submission_of(alcaldia=alcaldia, codigo_postal=postal)
    assert {finding.code for finding in submission.findings} == codes_found
    assert submission.alcaldia == code


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ("2025-09-01 00:00:00", None),
        ("2025-08-31 23:59:59", "early"),
        ("30/09/2025 23:59:59", None),
        ("01/10/2025 00:00:00", "late"),
        ("2025-10-01T05:59:59Z", None),
        ("2025-10-01T06:00:00Z", "late"),
        ("30/09/2025", None),
        ("01/10/2025", "late"),
        ("01/09/2025", None),
        ("31/08/2025", "early"),
        ("", None),
        ("mañana", "bad_date"),
    ],
)
def test_the_closing_minute_counts_whole(sent: str, code: str | None) -> None:
    assert codes(enviado_en=sent) == ({code} if code else set())


def test_the_month_is_first_by_column() -> None:
    rows = [valid_row(1, enviado_en="9/27/2025 10:00:00"), valid_row(2, enviado_en="9/4/2025 10:00:00")]
    assert [submission.submitted_at and submission.submitted_at.day for submission in read(*rows)] == [27, 4]
    mixed = [*rows, valid_row(3, enviado_en="26/9/2025 10:00:00")]
    assert [[finding.code for finding in line.findings] for line in read(*mixed)] == [
        [],
        [],
        ["bad_date"],
    ]


@pytest.mark.parametrize("phone", ["'5512345678", "’5512345678", "'+52 55 1234 5678", "55\u200d12345678"])
def test_a_telephone_may_bear_the_mark_of_a_text(phone: str) -> None:
    (submission,) = read(valid_row(1, telefono=phone))
    assert normalise_phone(submission.phone) == "5512345678"
    assert not submission.findings


def test_a_name_may_begin_with_an_apostrophe() -> None:
    (submission,) = read(valid_row(1, apellidos="'t Hooft"))
    assert submission.surnames == "'t Hooft"


def test_a_whole_name_stands_in_for_its_parts() -> None:
    (submission,) = read({"nombre_completo": "Ana Peña", "correo": "a@b.mx"})
    assert submission.name == "Ana Peña"


def test_codes_are_those_of_the_contract() -> None:
    contract_codes = """
        unreadable_source no_table several_tables unreadable_table unknown_call missing_column
        ambiguous_column unsafe_path archive_bomb missing_field bad_email bad_phone bad_date bad_curp
        curp_mismatch underage outside_city unknown_alcaldia postal_code_mismatch late early repeated_in_batch
        shared_contact possible_duplicate reviewed_before no_consent unreadable_pages
        missing_document file_not_found guessed_document not_a_pdf encrypted_pdf corrupt_pdf empty_pdf
        file_too_large too_many_pages active_content no_text same_document unreferenced_file
        ambiguous_dates no_submission_time hidden_rows hidden_sheet nested_archive"""
    added_codes = {
        "broken_cell",
        "surplus_cells",
        "other_sheet",
        "correction_kept",
        "correction_overruled",
        "withheld_person",
    }
    assert set(SEVERITIES) == {*contract_codes.split(), *added_codes}


@given(st.lists(st.dictionaries(st.sampled_from([*names().aliases]), st.text(max_size=40)), max_size=4))
def test_any_cell_can_be_read(cells: list[dict[str, str]]) -> None:
    for submission in read(*(valid_row(1) | odd for odd in cells)) if cells else ():
        assert all("\n" not in finding.message for finding in submission.findings)
        assign_folios([submission] if submission.can_be_stored else [], [], "HIS")
