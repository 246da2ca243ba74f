import io
from datetime import datetime

import pypdf
import pytest
from PIL import Image, ImageStat

from reviewer.demo.cohort import applicants
from reviewer.demo.cohort.applicants import Applicant
from reviewer.demo.cohort.words import seeded_rng
from reviewer.demo.documents import broken, cards, files, scans
from reviewer.demo.documents.sheets import MARK

COHORT = applicants.cohort(240, 2025, datetime(2025, 9, 3), datetime(2025, 9, 27, 23, 59, 59))
FINE = [applicant for applicant in COHORT if not applicant.trouble]
KINDS = ("identificacion", "domicilio", "motivos", "semblanza", "muestra")


def pages(pdf: bytes) -> list[pypdf.PageObject]:
    return list(pypdf.PdfReader(io.BytesIO(pdf)).pages)


def text(pdf: bytes) -> str:
    return "\n".join(page.extract_text() for page in pages(pdf))


def first(trouble: str) -> Applicant:
    return next(applicant for applicant in COHORT if applicant.trouble == trouble)


@pytest.mark.parametrize("kind", KINDS)
def test_documents_open_are_small_and_have_one_to_six_pages(kind: str) -> None:
    for applicant in FINE[:6]:
        pdf = files.make(applicant, kind)
        assert 1 <= len(pages(pdf)) <= 6
        assert len(pdf) < 130_000


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_turn_makes_the_same_bytes(kind: str) -> None:
    assert files.make(FINE[3], kind) == files.make(FINE[3], kind)


@pytest.mark.parametrize("kind", ["motivos", "semblanza", "muestra"])
def test_every_page_is_marked_and_accents_extract(kind: str) -> None:
    for applicant in FINE[:8]:
        pdf = files.make(applicant, kind)
        if kind == "motivos" and not text(pdf).strip():
            continue  # a scan
        for page in pages(pdf):
            assert MARK in page.extract_text()
        assert applicant.person.surnames[1] in text(pdf)


def test_letters_keep_words_apart_and_n_with_tilde() -> None:
    applicant = next(
        candidate
        for candidate in FINE
        if "ñ" in candidate.person.name and text(files.make(candidate, "motivos")).strip()
    )
    assert applicant.person.name in " ".join(text(files.make(applicant, "motivos")).split())


def test_identifications_are_pictures_without_text() -> None:
    for applicant in FINE[:6]:
        page = pages(files.make(applicant, "identificacion"))[0]
        assert page.extract_text().strip() == ""
        assert len(page.images) == 1


def test_some_lie_sideways_without_a_rotation() -> None:
    sideways = [applicant for applicant in FINE if applicant.turn % 40 == 8]
    page = pages(files.make(sideways[0], "motivos"))[0]
    assert page.mediabox.width > page.mediabox.height
    assert page.rotation == 0


def test_some_semblanzas_have_a_picture() -> None:
    applicant = next(candidate for candidate in FINE if candidate.turn % 7 == 2)
    assert len(pages(files.make(applicant, "semblanza"))[0].images) == 1


def test_a_scan_is_grey_crooked_and_keeps_its_mark() -> None:
    flat = cards.bill_pdf(FINE[0].person, seeded_rng(1))
    picture = pages(scans.scan(flat, seeded_rng(2)))[0].images[0].image
    assert isinstance(picture, Image.Image)
    assert picture.mode == "L"
    assert min(picture.tobytes()) < 60  # the print
    assert 200 < ImageStat.Stat(picture).median[0] < 250  # the paper


def test_bills_prove_the_address() -> None:
    applicant = next(candidate for candidate in FINE if candidate.turn % 5 != 1)
    bill_text = text(files.make(applicant, "domicilio"))
    assert applicant.person.home.postal_code in bill_text
    assert MARK in bill_text


def test_a_household_sends_the_same_bill_twice() -> None:
    applicant = first("household")
    assert files.make(applicant, "domicilio") == files.make(COHORT[applicant.bill_of[0]], "domicilio")


def test_letters_over_the_limit_have_more_than_three_pages() -> None:
    assert len(pages(files.make(first("too_many_pages"), "motivos"))) > 3


def test_other_letters_keep_within_the_limit() -> None:
    for applicant in FINE[:30]:
        assert len(pages(files.make(applicant, "motivos"))) <= 3


def test_locked_files_need_their_password() -> None:
    reader = pypdf.PdfReader(io.BytesIO(files.make(first("encrypted_pdf"), "motivos")))
    assert reader.is_encrypted
    assert reader.decrypt("") == pypdf.PasswordType.NOT_DECRYPTED
    assert reader.decrypt(broken.PASSWORD) != pypdf.PasswordType.NOT_DECRYPTED


def test_spoilt_files_are_what_they_are_called() -> None:
    assert files.make(first("empty_pdf"), "identificacion") == b""
    assert files.make(first("not_a_pdf"), "identificacion").startswith(b"\xff\xd8")
    assert files.make(first("corrupt_pdf"), "domicilio").startswith(b"%PDF-")
    scripted = pypdf.PdfReader(io.BytesIO(files.make(first("active_content"), "semblanza")))
    assert "/OpenAction" in scripted.root_object
