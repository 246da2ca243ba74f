import pytest

from reviewer.blinding.redaction import covered_spans, quote_phrase

ROSA = ("Rosa María", "López de la Garza Ñúñez")
RECORD = (*ROSA, "rosa.lopez83@correo.mx", "+52 55 1234 5678", "LOGR900214MDFPRS07")


def redacted(text: str, *terms: str) -> str:
    """The text with every run of covered words as one block."""
    words = text.split()
    for first, end in reversed(covered_spans(words, terms)):
        words[first:end] = ["█"]
    return " ".join(words)


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Me llamo Rosa López y escribo.", "Me llamo █ y escribo."),
        ("ROSA MARIA LOPEZ DE LA GARZA NUÑEZ", "█"),
        ("Firma: rosa   maría", "Firma: █"),
        ("La señora López-Garza vino", "La señora █ vino"),
        ("de la Garza, Rosa", "█"),
        ("Nu\u0303n\u0303ez compuesto", "█ compuesto"),  # decomposed accents
        ("Nún\u0303ez", "█"),
        ("Lo\u00adpez con guion blando", "█ con guion blando"),
        ("doña Ló- pez dividida", "doña █ dividida"),  # hyphenated at a line's end
        ("doña Ro\u00ad sa dividida", "doña █ dividida"),
        ("R O S A espaciada", "█ espaciada"),
        ("L Ó P E Z", "█"),
        ("Ló pez partida por el interletrado", "█ partida por el interletrado"),
        ("archivo CV_RosaLopez2025.pdf", "archivo █"),
        ("ROSALOPEZ pegado", "█ pegado"),
        ("@rosamarialopez", "█"),
        ("(Rosa)", "█"),
        ("«López»", "█"),
        ("“Garza”,", "█"),
        ("L´opez con acento suelto", "█ con acento suelto"),
        ("Nu´n˜ez de LaTeX", "█ de LaTeX"),
        ("𝐑𝐨𝐬𝐚 en letras matemáticas", "█ en letras matemáticas"),
        ("letra Ｒｏｓａ ancha", "letra █ ancha"),
        ("Ro\u200bsa con un blanco sin ancho", "█ con un blanco sin ancho"),
    ],
)
def test_names_are_covered_however_they_are_set(text: str, left: str) -> None:
    assert redacted(text, *ROSA) == left


@pytest.mark.parametrize(
    "text",
    [
        "Las rosas de la casa son sonrosadas",
        "El mar de la Garzota y la niña",
        "De la calle y del barrio",
        "Lopezportillo y Rosalía",
        "amorosa",
    ],
)
def test_other_words_stay(text: str) -> None:
    assert redacted(text, *ROSA) == text


def test_ligatures_are_letters() -> None:
    assert redacted("Soﬁa Griﬃn ﬁrma", "Sofía Griffin") == "█ ﬁrma"


def test_particles_go_only_with_their_name() -> None:
    assert redacted("Juana de la Cruz vive de la venta", "Juana de la Cruz") == "█ vive de la venta"
    assert redacted("la obra de la Cruz", "Juana de la Cruz") == "la obra █"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        *[("San Martín", text) for text in ("Martín", "San Martín", "SANMARTIN", "San-Martín")],
        *[("Mac Gregor", text) for text in ("Mac Gregor", "MacGregor", "McGregor", "Mc Gregor", "Gregor")],
        *[("McGregor", text) for text in ("Mac Gregor", "MACGREGOR", "McGregor", "Mc. Gregor")],
        *[("El Khoury", text) for text in ("El Khoury", "ElKhoury", "Khoury", "El-Khoury")],
        *[("O'Farril", text) for text in ("O'Farril", "O Farril", "OFARRIL", "Farril")],
        *[("Ruiz-Palacios", text) for text in ("Ruiz-Palacios", "Ruiz", "Palacios", "RUIZPALACIOS")],
        *[("Ponce de León", text) for text in ("Ponce", "de León", "Ponce de León")],
    ],
)
def test_compound_surnames_in_other_spellings(name: str, written: str) -> None:
    assert redacted(f"doña {written} escribe", "Ana", name) == "doña █ escribe"


def test_short_names_only_as_whole_words() -> None:
    assert redacted("Li Yu y el libro de Li", "Li Yu") == "█ y el libro de █"
    assert redacted("an a na", "Ana Luz") == "an a na"
    assert redacted("ventana luzca", "Ana Luz") == "ventana luzca"
    assert redacted("J. Pérez", "J Pérez") == "█"
    assert redacted("J. sola", "J Pérez") == "J. sola"


@pytest.mark.parametrize(
    "text",
    [
        "rosa.lopez83@correo.mx",
        "correo:rosa.lopez83@correo.mx;",
        "ROSA.LOPEZ83@CORREO.MX",
        "rosa.lopez83 @ correo . mx",
        "rosa.lopez83@ correo.mx",
        "rosa.lopez83@co- rreo.mx",
        "rosa.lopez83 (arroba) otrositio.mx",
    ],
)
def test_an_email_and_its_local_part(text: str) -> None:
    assert "lopez83" not in redacted(text, RECORD[2]).lower()


@pytest.mark.parametrize(
    "text",
    [
        *("otra.cuenta@cultura.mx", "otra.cuenta (arroba) cultura.mx", "otra cuenta: casa@otro.com.mx,"),
        *("@nube_lenta", "Instagram: nubelenta", "IG nube.lenta7", "vimeo.com/nubelenta", "www.nubelenta.mx"),
        *("https://nubelenta.example/reel", "linkedin.com/in/nube-lenta-5b", "nubelenta.blogspot.com"),
        *("(722) 123-4567", "+52 1 33 8765 4321", "33 87 65 43 21", "tel. 3387654321"),
        *("PEGA850101HDFRRN04", "PEGA850101AB1", "C.P. 03300", "Av. Lago Chalco #127", "calle Norte 45 No. 12 bis"),
    ],
)
def test_every_way_to_reach_somebody_is_covered(text: str) -> None:
    """Whoever it belongs to: a letter tells the applicant's, and the form asks for one of each."""
    assert "█" in redacted(text, *RECORD)
    assert not {"nube", "4321", "4567", "lago", "pega850101", "03300"} & set(redacted(text, *RECORD).lower().split())


@pytest.mark.parametrize(
    "text",
    [
        *(
            "Costó $1,234,567,890 pesos",
            "De 1990 a 2005 viví ahí",
            "12 345 901 habitantes",
            "a las 12:30 horas",
        ),
        *(
            "Escena 12. INT. CASA - NOCHE",
            "Fin.La noche",
            "El 15/08 llovió",
            "tengo 3 hijos",
            "Calle sin nombre",
        ),
        *("la calle donde crecí", "camino a casa", "ISBN 978-3-16-148410-0", "Ver pág. 1234", "«@» es una arroba"),
    ],
)
def test_other_numbers_and_words_stay(text: str) -> None:
    assert redacted(text, *RECORD) == text


@pytest.mark.parametrize(
    "text",
    [
        "5512345678",
        "55 1234 5678",
        "55-12-34-56-78",
        "(55) 1234-5678",
        "+52 1 55 1234 5678",
        "+525512345678",
        "0052 (55) 1234.5678",
        "tel.5512345678,",
        "1234 5678",
        "5 5 1 2 3 4 5 6 7 8",
        "55 1234- 5678",
    ],
)
def test_telephones_with_any_separators(text: str) -> None:
    assert "5678" not in redacted(text, RECORD[3]).replace(" ", "")
    assert "56 7" not in redacted(text, RECORD[3])


def test_a_longer_number_is_not_a_local_call() -> None:
    assert redacted("91234567890", "5512345678") == "91234567890"


@pytest.mark.parametrize(
    "text",
    [
        "LOGR900214MDFPRS07",
        "logr900214mdfprs07",
        "LOGR 900214 MDFPRS 07",
        "L O G R 9 0 0 2 1 4",
        "LOGR900214AB1",
    ],
)
def test_a_curp_and_the_rfc_that_it_opens(text: str) -> None:
    assert redacted(text, *RECORD) == "█"


def test_phrases_only_as_a_whole() -> None:
    street = (quote_phrase("Calle Benito Juárez 45"), quote_phrase("Del Valle"), "03100")
    assert redacted("vivo en CALLE BENITO JUAREZ #45, Del Valle, zona 03100", *street) == "vivo en █ zona █"
    assert redacted("la calle, el valle y Benito Juárez", *street) == "la calle, el valle y Benito Juárez"
    assert redacted("del 031001", *street) == "del 031001"


def test_a_phrase_that_begins_with_a_word_of_the_name_is_covered_whole() -> None:
    terms = ("Rosa", "Flores", quote_phrase("Flores Magón 12"))
    assert redacted("vivo por las flores magón 12, cerca", *terms) == "vivo por las █ cerca"
    assert redacted("las flores del mercado", *terms) == "las flores del mercado"


def test_neighbours_share_one_run() -> None:
    assert covered_spans(["Soy", "Rosa", "María", "López", "hoy"], ROSA) == [(1, 4)]
    assert covered_spans(list("RosaMaría"), ROSA) == [(0, 9)]


def test_nothing_to_cover() -> None:
    assert covered_spans(["Rosa"], ()) == []
    assert covered_spans(["Rosa"], ("", "  ", '""', "…")) == []
    assert covered_spans([], ROSA) == []
    assert covered_spans(["", "…", "Rosa", ""], ROSA) == [(2, 3)]


def test_a_hostile_page_takes_no_long_time() -> None:
    name = "an anan ananan ana nana " + "a" * 60
    words = ["an" * 3000, *(["ana"] * 3000), "a" * 20000, "- " * 10]
    assert covered_spans(words, (name, "a@a.a", "1111111111", "1" * 40))


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("sígame en @rosalopezescribe", "sígame en █"),
        ("instagram.com/RosaMariaGuiones", "█"),
        ("canal ROSALOPEZ2024tv", "canal █"),
        ("Ro sa partida entre dos trazos", "█ partida entre dos trazos"),
    ],
)
def test_accounts_made_of_two_names_and_names_broken_between_strokes(text: str, left: str) -> None:
    assert redacted(text, *ROSA) == left
