import unicodedata
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.intake.check.document_matching import (
    Claim,
    Owner,
    ReceivedFile,
    claim_documents,
    document_findings,
    file_names_in,
)
from reviewer.intake.parse.archive import Entry
from reviewer.intake.parse.file_index import FileIndex
from reviewer.pdf.messages import Inspection
from tests.calls import SPEC

KINDS = SPEC.documents
FOLDERS = {"motivos": ("motivos", "Exposición de motivos", "Tu carta (PDF)")}
LINK = "https://drive.google.com/open?id=1AbCdEfGhIjKlMnOpQrStUvWxYz_0-9xx"


def files(*paths: str, table_folder: str = "") -> FileIndex:
    return FileIndex([Entry(path, 1) for path in paths], table_folder)


def find_path(text: str, *paths: str, folio: str = "", table_folder: str = "") -> str | None:
    entry = files(*paths, table_folder=table_folder).find(text, folio)
    return entry.path if entry else None


def claims(paths: Sequence[str], *owners: Owner) -> dict[int, list[tuple[str, str | None, bool]]]:
    claimed = claim_documents(owners, files(*paths), KINDS, FOLDERS)
    return {
        number: [(claim.kind, claim.entry.path if claim.entry else None, claim.guessed) for claim in of_row]
        for number, of_row in claimed.by_row.items()
    }


def owner(row: int = 2, folio: str = "HIS-0042", name: str = "Ana Peña", **cells: str) -> Owner:
    return Owner(row, folio, name, cells)


@pytest.mark.parametrize(
    ("text", "paths", "path"),
    [
        ("docs/a.pdf", ("docs/a.pdf", "otra/docs/a.pdf"), "docs/a.pdf"),
        ("docs\\a.pdf", ("docs/a.pdf",), "docs/a.pdf"),
        ("./docs//a.pdf", ("docs/a.pdf",), "docs/a.pdf"),
        ("docs/a.pdf", ("lote/docs/a.pdf",), "lote/docs/a.pdf"),
        ("otros/a.pdf", ("docs/a.pdf",), "docs/a.pdf"),
        ("a.pdf", ("x/y/a.pdf",), "x/y/a.pdf"),
        ("A.PDF", ("docs/a.pdf",), "docs/a.pdf"),
        ("a.pdf", ("docs/A.pdf", "otra/a.pdf"), "otra/a.pdf"),
        ("docs/a.pdf", ("docs/A.pdf", "docs/a.pdf"), "docs/a.pdf"),
        ("DOCS/A.pdf", ("docs/a.pdf", "otra/A.pdf"), "docs/a.pdf"),
        ("a.pdf", ("A.pdf", "docs/a.pdf"), "docs/a.pdf"),
        ("docs/a.pdf", ("docs/A.pdf", "lote/docs/a.pdf"), "lote/docs/a.pdf"),
        ("a", ("docs/a.pdf",), "docs/a.pdf"),
        ("docs/../a.pdf", ("a.pdf",), "a.pdf"),
        ("a.pdf", ("x/a.pdf", "y/a.pdf"), None),
        ("a.pdf", ("x/b.pdf",), None),
        ("../a.pdf", ("a.pdf",), None),
        ("docs/../../a.pdf", ("a.pdf",), None),
        ("/a.pdf", ("a.pdf",), None),
        ("\\a.pdf", ("a.pdf",), None),
        ("C:\\fakepath\\a.pdf", ("a.pdf",), None),
        ("", ("a.pdf",), None),
    ],
)
def test_files_are_found_as_people_name_them(text: str, paths: tuple[str, ...], path: str | None) -> None:
    assert find_path(text, *paths) == path


def test_of_several_files_the_one_beside_the_table_or_in_the_folios_folder() -> None:
    assert find_path("a.pdf", "lote/a.pdf", "lote/otra/a.pdf", table_folder="lote") == "lote/a.pdf"
    assert find_path("a.pdf", "HIS-0001/a.pdf", "his-0042/a.pdf", folio="HIS-0042") == "his-0042/a.pdf"


@given(st.text(st.characters(codec="utf-8", categories=["L", "M"]), min_size=1, max_size=10))
def test_composed_and_decomposed_accents_are_alike(name: str) -> None:
    stored = unicodedata.normalize("NFC", f"docs/{name}.pdf")
    assert find_path(unicodedata.normalize("NFD", f"{name}.pdf"), stored) == stored


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("a.pdf", ["a.pdf"]),
        ("a.pdf; b.pdf", ["a.pdf", "b.pdf"]),
        ("a.pdf,b.pdf", ["a.pdf", "b.pdf"]),
        ("a.pdf\nb.pdf\n", ["a.pdf", "b.pdf"]),
        ("motivos, versión 2.pdf", ["motivos, versión 2.pdf"]),
        ("a.pdf, motivos, versión 2.pdf, b.pdf", ["a.pdf", "motivos, versión 2.pdf", "b.pdf"]),
        ("raro;nombre.pdf", ["raro;nombre.pdf"]),
        ("a.pdf; a.pdf", ["a.pdf"]),
        (f"{LINK}, {LINK}2", [LINK, f"{LINK}2"]),
    ],
)
def test_several_names_in_a_cell(cell: str, names: list[str]) -> None:
    existing = {"a.pdf", "b.pdf", "motivos, versión 2.pdf", "raro;nombre.pdf"}
    assert file_names_in(cell, existing.__contains__) == names


def test_a_cell_of_thousands_of_names_is_read_quickly() -> None:
    names = [f"{number}.pdf" for number in range(3000)]
    lookups = Counter[str]()

    def is_file(name: str) -> bool:
        lookups[name] += 1
        return False

    assert file_names_in(",".join(names), is_file) == names
    assert lookups.total() < 20 * len(names)


def test_a_cell_beats_the_folder_called_by_the_folio() -> None:
    paths = ("HIS-0042/motivos.pdf", "HIS-0042/Carta_Semblanza_v2.PDF", "HIS-0042/foto.pdf", "x/mi carta.pdf")
    assert claims(paths, owner(motivos="mi carta.pdf", semblanza="")) == {
        2: [("motivos", "x/mi carta.pdf", False), ("semblanza", "HIS-0042/Carta_Semblanza_v2.PDF", False)]
    }
    assert claims(paths, owner(motivos="no aplica", semblanza="-")) == {
        2: [
            ("semblanza", "HIS-0042/Carta_Semblanza_v2.PDF", False),
            ("motivos", "HIS-0042/motivos.pdf", False),
        ]
    }


def test_a_file_that_a_cell_names_is_not_found_again_in_a_folder() -> None:
    paths = ("HIS-0042/motivos.pdf",)
    other_owner = owner(3, "HIS-0001", "Eva", motivos="HIS-0042/motivos.pdf")
    assert claims(paths, owner(), other_owner) == {2: [], 3: [("motivos", "HIS-0042/motivos.pdf", False)]}


def test_in_a_folder_a_pdf_beats_what_is_none() -> None:
    paths = ("HIS-0042/motivos.docx", "HIS-0042/motivos.pdf", "HIS-0042/semblanza.docx")
    assert [path for _, path, _ in claims(paths, owner())[2]] == [
        "HIS-0042/motivos.pdf",
        "HIS-0042/semblanza.docx",
    ]


def test_a_drives_link_is_found_by_its_id() -> None:
    drive_id = LINK.partition("=")[2]
    path = f"Respuestas/carta_{drive_id}.pdf"
    for link in (LINK, f"https://drive.google.com/file/d/{drive_id}/view?usp=sharing"):
        assert claims((path, "otra.pdf"), owner(motivos=link)) == {2: [("motivos", path, False)]}


def test_a_link_falls_back_to_the_persons_name_in_the_columns_folder() -> None:
    for folder in ("motivos", "EXPOSICIÓN DE MOTIVOS", "Tu carta (PDF) (File responses)"):
        path = f"{folder}/mi carta final - ana PEÑA.pdf"
        other_paths = ("motivos/carta - Eva Ruiz.pdf", "semblanza/cv - Ana Peña.pdf")
        assert claims((path, *other_paths), owner(motivos=LINK)) == {2: [("motivos", path, True)]}
    assert claims(("motivos/carta - Eva Ruiz.pdf",), owner(motivos=LINK)) == {2: [("motivos", None, False)]}


def test_a_link_of_another_service_is_found_by_its_last_part() -> None:
    link = "https://api.typeform.example/responses/files/0123/mi%20carta.pdf"
    assert claims(("x/mi carta.pdf",), owner(motivos=link)) == {2: [("motivos", "x/mi carta.pdf", False)]}


def test_files_that_no_row_claims() -> None:
    claimed = claim_documents([owner(motivos="a.pdf")], files("a.pdf", "b.pdf"), KINDS, FOLDERS)
    assert [entry.path for entry in claimed.unclaimed] == ["b.pdf"]


def claim_of(kind: str, path: str | None, *, guessed: bool = False) -> Claim:
    return Claim(kind, path or "falta.pdf", Entry(path, 1) if path else None, guessed)


def received_file(kind: str, *, size: int = 1, pages: int = 1, text: bool = True, **looked: object) -> ReceivedFile:
    inspection = Inspection(pages, text, **{"active_content": False, **looked})  # type: ignore[arg-type]
    return ReceivedFile(kind, f"{kind}.pdf", f"docs/{kind}.pdf", "0" * 64, size, inspection)


REQUIRED = ("identificacion", "domicilio", "motivos", "semblanza")
ALL_CLAIMED = [claim_of(kind, f"{kind}.pdf") for kind in REQUIRED]


def codes(claims: Sequence[Claim], files: Sequence[ReceivedFile] = ()) -> set[tuple[str, str | None, str]]:
    return {
        (finding.code, finding.field, finding.severity.value) for finding in document_findings(claims, files, KINDS)
    }


def test_what_is_missing() -> None:
    nothing = ("missing_document", "muestra", "info")
    assert codes(ALL_CLAIMED) == {nothing}
    assert codes(ALL_CLAIMED[1:]) == {nothing, ("missing_document", "identificacion", "ineligible")}
    assert codes([*ALL_CLAIMED[1:], claim_of("identificacion", None)]) == {
        nothing,
        ("missing_document", "identificacion", "ineligible"),
        ("file_not_found", "identificacion", "error"),
    }
    assert codes([*ALL_CLAIMED, claim_of("identificacion", None)]) == {
        nothing,
        ("file_not_found", "identificacion", "error"),
    }
    assert codes([*ALL_CLAIMED, claim_of("muestra", None)]) == {("file_not_found", "muestra", "error")}
    assert codes([*ALL_CLAIMED, claim_of("muestra", "x.pdf", guessed=True)]) == {
        ("guessed_document", "muestra", "check")
    }


def test_what_is_wrong_with_a_file() -> None:
    def of(file: ReceivedFile) -> set[tuple[str, str | None, str]]:
        return codes(ALL_CLAIMED, [file]) - {("missing_document", "muestra", "info")}

    assert of(received_file("motivos", size=10 << 20, pages=3)) == set()
    assert of(received_file("motivos", size=(10 << 20) + 1, pages=4, text=False, active_content=True)) == {
        ("file_too_large", "motivos", "check"),
        ("too_many_pages", "motivos", "check"),
        ("no_text", "motivos", "info"),
        ("active_content", "motivos", "check"),
    }
    assert of(received_file("semblanza", size=99 << 20, pages=99)) == set()
    for problem in ("not_a_pdf", "encrypted_pdf", "corrupt_pdf", "empty_pdf", "file_too_large"):
        assert of(received_file("motivos", size=99 << 20, problem=problem)) == {(problem, "motivos", "error")}


COLUMN = "Tu carta (PDF) (File responses)"


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("Carta de motivos (2).pdf", "adjuntos/Carta_de_motivos_2.pdf"),
        ("Añoranza, niñez.pdf", "Anoranza-ninez.pdf"),
        ("carta.pdf", "carta (1).pdf"),
        ("carta.pdf", "carta_1.pdf"),
        ("carta.pdf", "carta_x7Kq2Zb.pdf"),
        ("carta (3).pdf", "carta.pdf"),
        ("mi carta.pdf", "respuestas/mi carta - Otra Cuenta.pdf"),
        ("mi carta.pdf", "00007_motivos_0001-mi_carta.pdf"),
        ("Carta de exposición de motivos para la beca.pdf", "Carta_de_exposicion_de_mot.pdf"),
        ("mi carta", "Mi_carta.PDF"),
    ],
)
def test_names_that_form_tools_changed_are_guessed(cell: str, path: str) -> None:
    assert claims([path, "otra cosa.pdf"], owner(motivos=cell)) == {2: [("motivos", path, True)]}


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("1.pdf", "mot_1.pdf"),
        ("carta 1.pdf", "carta 2.pdf"),
        ("carta.pdf", "carta.docx"),
        ("../mi carta.pdf", "mi_carta.pdf"),
        ("/mi carta.pdf", "mi_carta.pdf"),
        ("carta.pdf", "cartas.pdf"),
    ],
)
def test_other_names_are_not_guessed(cell: str, path: str) -> None:
    assert claims([path], owner(motivos=cell)) == {2: [("motivos", None, False)]}


def test_rivals_for_one_guess_get_nothing() -> None:
    eva = owner(3, "HIS-0043", "Eva Ruiz", motivos="mi carta.pdf")
    assert claims(["mi_carta.pdf"], owner(motivos="mi carta.pdf"), eva) == {
        2: [("motivos", None, False)],
        3: [("motivos", None, False)],
    }
    assert claims(["a/mi_carta.pdf", "b/mi-carta.pdf"], owner(motivos="mi carta.pdf")) == {
        2: [("motivos", None, False)]
    }


def test_of_several_guesses_the_one_in_the_rows_own_folder() -> None:
    uuid_owners = [
        Owner(2, "HIS-0042", "Ana Peña", {"motivos": "mi carta.pdf"}, frozenset({"4f1c-9a"})),
        Owner(3, "HIS-0043", "Eva Ruiz", {"motivos": "mi carta.pdf"}, frozenset({"77ab-0d"})),
    ]
    assert claims(["att/77ab-0d/mi_carta.pdf", "att/4f1c-9a/mi_carta.pdf"], *uuid_owners) == {
        2: [("motivos", "att/4f1c-9a/mi_carta.pdf", True)],
        3: [("motivos", "att/77ab-0d/mi_carta.pdf", True)],
    }
    assert claims(["att/77ab-0d/mi carta.pdf", "att/4f1c-9a/mi carta.pdf"], *uuid_owners) == {
        2: [("motivos", "att/4f1c-9a/mi carta.pdf", False)],
        3: [("motivos", "att/77ab-0d/mi carta.pdf", False)],
    }


def test_one_persons_guess_is_not_anothers_of_the_same_name() -> None:
    path = f"{COLUMN}/carta - Ana Peña.pdf"
    namesake = owner(3, "HIS-0043", motivos=f"{LINK}3")
    assert claims([path], owner(motivos=f"{LINK}2"), namesake) == {
        2: [("motivos", None, False)],
        3: [("motivos", None, False)],
    }


@pytest.mark.parametrize(
    ("name", "is_found"),
    [
        ("carta - Ana Peña Soto (1).pdf", True),
        ("carta - Ana Peña.pdf", True),
        ("Carta Ana Peña Soto - dragoncita99.pdf", True),
        ("carta - Ana Gil.pdf", False),
        ("carta - dragoncita99.pdf", False),
        ("carta - Peña.pdf", False),
    ],
)
def test_accounts_that_differ_from_the_person(name: str, is_found: bool) -> None:
    path = f"{COLUMN}/{name}"
    expected = ("motivos", path if is_found else None, is_found)
    assert claims([path], owner(name="Ana Peña Soto", motivos=LINK)) == {2: [expected]}


def test_an_account_known_from_one_question_serves_for_another() -> None:
    folders = {"motivos": ("Carta",), "semblanza": ("Semblanza",)}
    paths = ("Carta/Carta Ana Peña Soto - dragon9.pdf", "Semblanza/cv - dragon9.pdf", "Semblanza/cv - otra.pdf")
    ana = owner(name="Ana Peña Soto", motivos=f"{LINK}2", semblanza=f"{LINK}3")
    found = claim_documents([ana], files(*paths), KINDS, folders).by_row[2]
    assert [(claim.kind, claim.entry and claim.entry.path, claim.guessed) for claim in found] == [
        ("motivos", paths[0], True),
        ("semblanza", paths[1], True),
    ]


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ('[{"title":"","name":"mi%20carta.pdf","filename":"fu_a1","ext":"pdf"}]', "fu_a1"),
        ('[{"name":"mi%20carta.pdf","filename":"fu_a1","ext":"pdf"}]', "x/fu_a1.pdf"),
        ('[{"name":"mi%20carta.pdf","filename":"fu_a1","ext":"pdf"}]', "mi carta.pdf"),
        ('["mi carta.pdf"]', "mi carta.pdf"),
        ('{"url":"https://ejemplo.org/files/8c/mi%20carta.pdf"}', "mi carta.pdf"),
        ("https://ejemplo.org/uploads/77/mi%20carta.pdf", "77/mi carta.pdf"),
        ("https://ejemplo.org/Doc.aspx?sourcedoc=9&file=mi%20carta.pdf&action=default", "mi carta.pdf"),
        ("mi%20carta.pdf", "mi carta.pdf"),
    ],
)
def test_cells_of_json_and_links_that_end_in_the_name(cell: str, path: str) -> None:
    assert claims([path, "otra.pdf"], owner(motivos=cell)) == {2: [("motivos", path, False)]}


def test_several_files_in_json_and_at_most_one_claim_each() -> None:
    cell = '[{"name": "a.pdf", "size": "1"}, {"name": "falta.pdf", "filename": "fu_2"}]'
    assert claims(["a.pdf"], owner(motivos=cell)) == {2: [("motivos", "a.pdf", False), ("motivos", None, False)]}


@pytest.mark.parametrize("folder", ["Peña Ana", "ana_pena", "12 - Ana Peña", "ANA PEÑA.zip"])
def test_a_folder_called_by_the_person_is_a_guess(folder: str) -> None:
    path = f"{folder}/motivos.pdf"
    assert claims([path], owner()) == {2: [("motivos", path, True)]}
    assert claims([path], owner(), owner(3, "HIS-0043")) == {2: [], 3: []}


def test_a_folder_called_by_the_email_or_submission_is_none() -> None:
    ana = Owner(2, "HIS-0042", "Ana Peña", {}, frozenset({"ana@x.mx", "compartido@x.mx"}))
    eva = Owner(3, "HIS-0043", "Eva Ruiz", {}, frozenset({"compartido@x.mx"}))
    paths = ["Ana@x.mx/motivos.pdf", "compartido@x.mx/semblanza.pdf"]
    assert claims(paths, ana, eva) == {2: [("motivos", paths[0], False)], 3: []}


@given(st.lists(st.sampled_from(["a b.pdf", "a_b.pdf", "a-b (1).pdf", "A B_1.pdf", "x/a b.pdf", "b.pdf"]), unique=True))
def test_no_file_is_guessed_for_two_rows(paths: list[str]) -> None:
    owners = [owner(row, f"HIS-{row}", f"Persona {row}", motivos="á b.pdf", semblanza="a.b.pdf") for row in (2, 3)]
    found = claims(paths, *owners)
    guessed = [{path for _, path, is_guessed in found[row] if path and is_guessed} for row in (2, 3)]
    assert not guessed[0] & guessed[1]
