from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewer.intake.check.findings import BatchRefused
from reviewer.intake.parse import columns
from reviewer.intake.parse.column_vocabulary import Vocabulary
from reviewer.intake.parse.columns import ColumnMatch, Columns, find_header, read_headers
from reviewer.intake.parse.mapping_file import read_mapping
from tests.factories.batches import names

REQUIRED_HEADERS = ("nombre", "correo")


def read(*headers: str, **mapping: str) -> Columns:
    return read_headers(headers, names(), mapping)


def refusal(*headers: str, **mapping: str) -> tuple[str, str | None]:
    with pytest.raises(BatchRefused) as caught:
        read(*headers, **mapping)
    return caught.value.finding.code, caught.value.finding.field


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("FECHA DE NACIMIENTO", "fecha_nacimiento"),
        ("Código  postal:\n", "codigo_postal"),
        ("C.P.", "codigo_postal"),
        ("Codgo postal", "codigo_postal"),
        ("Marca temporal", "enviado_en"),
        ("Número de teléfono celular (10 dígitos)", "telefono"),
        ("Alcaldía en la que vives actualmente", "alcaldia"),
        ("¿Te identificas como persona afromexicana?", "afromexicana"),
        ("¿Perteneces a algún pueblo originario o indígena?", "pueblo_indigena"),
        ("Género", "genero"),
        ("Género narrativo", "genero_narrativo"),
        ("Género del proyecto audiovisual", "genero_narrativo"),
        ("Título tentativo del proyecto", "proyecto_titulo"),
        ("Carga tu identificación oficial vigente (INE, pasaporte)", "identificacion"),
        ("Exposición de motivos (máx. 3 cuartillas, PDF)", "motivos"),
        ("¿Cómo te enteraste de la convocatoria? (correo, redes, cartel)", None),
        ("Nombre de tu mascota", None),
        ("Teléfono de emergencia", None),
        ("Lugar de nacimiento", None),
        ("Dirección", None),
        ("Fecha", None),
        ("Título", "proyecto_titulo"),
        ("Estado", None),
        ("Lengua indígena", None),
        ("Apellidos (como aparecen en tu INE)", "apellidos"),
        ("Sede, tal como la ofrece la convocatoria", "sede_preferida"),
        ("C.U.R.P.", "curp"),
        ("Fecha de vencimiento de tu identificación", None),
    ],
)
def test_headers_of_real_forms(header: str, name: str | None) -> None:
    assert read(*REQUIRED_HEADERS, header).names_by_header[header] == name


def test_what_comes_after_a_comparison_is_not_the_column() -> None:
    assert read("Nombre(s), como aparece en tu INE", "correo", "INE").positions["nombre"] == (0,)
    assert read(*REQUIRED_HEADERS, "¿Cómo te llamas? (nombre completo)").positions["nombre_completo"] == (2,)


def test_a_canonical_name_beats_an_alias_and_an_alias_a_similar_word() -> None:
    columns = read("Nombre", "E-mail", "correo", "Confirma tu correo electrónico")
    assert columns.positions["correo"] == (2,)
    assert columns.names_by_header["E-mail"] is None
    assert read("Nombre", "E-mail", "Confirma tu e-mail personal").positions["correo"] == (1,)


@pytest.mark.parametrize(
    "rivals", [("correo", "Correo"), ("Correo electrónico", "E-mail"), ("Tu mejor correo", "Otro correo")]
)
def test_two_of_the_same_strength_are_ambiguous(rivals: tuple[str, str]) -> None:
    assert refusal("nombre", *rivals) == ("ambiguous_column", "correo")


def test_a_mapping_overrides_and_silences_rivals() -> None:
    columns = read("nombre", "Correo 1", "Correo 2", "Comentarios", correo="correo 2", sinopsis="Comentarios")
    assert columns.names_by_header == {
        "nombre": "nombre",
        "Correo 1": None,
        "Correo 2": "correo",
        "Comentarios": "sinopsis",
    }
    assert refusal("nombre", "correo", telefono="Celular") == ("missing_column", "telefono")
    assert refusal("nombre", "correo", "Cel", "Cel", telefono="Cel") == ("ambiguous_column", "telefono")


def test_without_name_or_contact_no_row_could_be_stored() -> None:
    assert refusal("correo", "alcaldia") == ("missing_column", "nombre")
    assert refusal("nombre completo", "alcaldia") == ("missing_column", "correo")
    assert read("nombre completo", "CURP").positions == {"nombre_completo": (0,), "curp": (1,)}


def test_surnames_in_two_columns_are_read_together() -> None:
    columns = read("Apellido materno", "Nombre", "Correo", "Apellido paterno")
    assert columns.cell(("Núñez", "Ana", "a@b.mx", "Peña"), "apellidos") == "Peña Núñez"
    assert refusal("Nombre", "Correo", "Apellido paterno", "Primer apellido")[0] == "ambiguous_column"


def test_a_similar_header_beside_a_whole_name_column_is_ignored() -> None:
    columns = read("Nombre completo", "Correo", "Nombre artístico")
    assert columns.names_by_header["Nombre artístico"] is None


def test_rows_of_answers_are_not_compared_with_every_name(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[str] = []
    likeness = columns._most_similar

    def noted(folded: str, known: Vocabulary) -> ColumnMatch | None:
        compared.append(folded)
        return likeness(folded, known)

    monkeypatch.setattr(columns, "_most_similar", noted)
    answers = [[f"respuesta {row} {place}" for place in range(50)] for row in range(30)]
    assert find_header([*answers, ["nombre", "correo", "algo más"]], names(), {}) == 30
    assert compared == ["algo mas"]


def test_titles_above_the_header_are_passed_over() -> None:
    rows = [
        ["Convocatoria: taller de guion · correo: taller@cine.example"],
        [],
        ["Folio", "Nombre", "Correo electrónico", "Alcaldía"],
        ["HIS-0001", "Ana", "a@b.mx", "Tlalpan"],
    ]
    assert find_header(rows, names(), {}) == 2
    assert find_header([["a", "b"], ["1", "2"]], names(), {}) is None


def test_a_mapping_file_that_cannot_be_used(tmp_path: Path) -> None:
    path = tmp_path / "columnas.toml"
    with pytest.raises(BatchRefused, match=r"^No se puede leer columnas.toml: no existe\.$"):
        read_mapping(path, names())
    for text, code, message in (
        ("enviado_en = ]", "unreadable_source", "no se puede leer como TOML"),
        ('enviado_en = "á"', "unreadable_source", "no está en UTF-8"),
        ('hora = "Marca temporal"', "missing_column", "«hora» no es un campo"),
        ("enviado_en = 3", "missing_column", "«enviado_en» no es un campo"),
    ):
        path.write_text(text, encoding="latin-1")
        with pytest.raises(BatchRefused, match=message) as caught:
            read_mapping(path, names())
        assert caught.value.finding.code == code
    path.write_text('enviado_en = "Marca temporal"\nmotivos = "Carta"', encoding="utf-8-sig")
    assert read_mapping(path, names()) == {"enviado_en": "Marca temporal", "motivos": "Carta"}


HEADERS = st.sampled_from([header for name, aliases in names().aliases.items() for header in (name, *aliases)])


@given(st.lists(st.text(max_size=60) | HEADERS | st.tuples(HEADERS, st.text(max_size=9)).map(" ".join), max_size=12))
def test_any_headers_are_read_or_refused(headers: list[str]) -> None:
    try:
        columns = read("nombre", "correo", *headers)
    except BatchRefused as refused:
        assert refused.finding.code == "ambiguous_column"
    else:
        assert columns.positions["nombre"] == (0,)
        claimed = [place for places in columns.positions.values() for place in places]
        assert len(claimed) == len(set(claimed)) <= len(headers) + 2


@given(st.permutations(["Nombre", "Apellidos", "E-mail", "CURP", "Alcaldía", "C.P.", "Confirma tu e-mail"]))
def test_the_order_of_columns_does_not_matter(headers: list[str]) -> None:
    report = read(*headers).names_by_header
    assert report["E-mail"] == "correo"
    assert report["Confirma tu e-mail"] is None


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ('dates = "month first"', {"dates": "month first"}),
        ('enviado_en = "Fecha"\nzone = "UTC"', {"enviado_en": "Fecha", "zone": "UTC"}),
        (
            'enviado_en = { column = "Fecha", zone = "America/Bogota", dates = "day first" }',
            {"enviado_en": "Fecha", "zone:enviado_en": "America/Bogota", "dates:enviado_en": "day first"},
        ),
    ],
)
def test_a_mapping_declares_the_order_of_dates_and_a_zone(tmp_path: Path, text: str, mapping: dict[str, str]) -> None:
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    assert read_mapping(tmp_path / "m.toml", names()) == mapping


@pytest.mark.parametrize("text", ['dates = "mes"', 'zone = "Ciudad de México"', "dates = 3", 'enviado_en = {x = "y"}'])
def test_a_setting_that_does_not_exist_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "m.toml").write_text(text, encoding="utf-8")
    with pytest.raises(BatchRefused):
        read_mapping(tmp_path / "m.toml", names())


@pytest.mark.parametrize(
    "header",
    [
        *("Marca temporal", "Timestamp", "Hora de finalización", "Completion time", "Submission Date", "Submitted At"),
        *("Submit Date (UTC)", "_submission_time", "submitdate", "Date submitted", "Fecha de envío", "Data de envio"),
        *("Carimbo de data/hora", "Date Modified", "Fecha de modificación", "End Date", "end", "Enviado el"),
    ],
)
def test_every_form_service_has_its_name_for_the_time_of_sending(header: str) -> None:
    assert read("nombre", "correo", header).names_by_header[header] == "enviado_en"


@pytest.mark.parametrize("header", ["Start time", "Hora de inicio", "start", "Start Date", "today", "IP Address"])
def test_the_time_of_starting_is_not_that_of_sending(header: str) -> None:
    assert read("nombre", "correo", header).names_by_header[header] is None


def test_of_several_times_the_surest_is_taken() -> None:
    for headers, taken in (
        (("Date Created", "Date Modified"), "Date Modified"),
        (("end", "_submission_time"), "_submission_time"),
        (("Hora de la última modificación", "Hora de finalización", "Hora de inicio"), "Hora de finalización"),
    ):
        columns_read = read("nombre", "correo", *headers)
        assert [header for header, name in columns_read.names_by_header.items() if name == "enviado_en"] == [taken]


def test_a_column_that_says_nothing_does_not_beat_one_that_does() -> None:
    headers = ("Email", "Name", "Nombre completo", "Correo electrónico")
    assert read_headers(headers, names(), {}, silent={0, 1}).positions == {"nombre_completo": (2,), "correo": (3,)}
    mapped = read_headers(headers, names(), {"correo": "Email"}, silent={0, 1})
    assert mapped.positions["correo"] == (0,)
