"""Invented applicants and pages that name them in many ways, to measure what covers hide and what they spare."""

import io
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date

from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from reviewer.core.paths import ROOT

FONT = "Atkinson"
GIVEN = (
    *("Lucía", "Itzel", "Ñandú", "Xóchitl", "Íñigo", "Brígida", "Óscar", "Zenaida", "Úrsula", "Efraín", "Yolotl"),
    *("Begoña", "Ramón", "Eréndira", "Jacinto", "Noemí", "Élfego", "Citlali", "Rubén", "Araceli", "Sebastián"),
)
SURNAME = (
    *("Ñáñez", "Güemes", "Zúñiga", "Quetzalapa", "Ibargüengoitia", "Tépach", "Xool", "Bahena", "Cuéllar", "Olvera"),
    *("Ceniceros", "Yépez", "Huerta", "Orduña", "Tlatelpa", "Farías", "Ochoa", "Uribe", "Arzate", "Iñárritu"),
)
# Names that are words as well, each with sentences that use the word.
WORD_GIVEN = {
    "Luz": ("La luz de la vela alumbraba el patio.", "Sin luz no hay película."),
    "Rosa": ("Cortó una rosa del jardín.", "El vestido era rosa y viejo."),
    "Paz": ("Quería vivir en paz con su barrio.", "No hubo paz en la colonia."),
    "Sol": ("El sol quema las azoteas.", "Caminamos bajo el sol de mayo."),
    "Consuelo": ("Escribir fue mi consuelo.", "Busqué consuelo en el cine."),
    "Esperanza": ("Hay esperanza en la cuadra.", "Perdió la esperanza y siguió."),
}
WORD_SURNAME = {
    "Flores": ("Vendía flores en el mercado.", "Las flores se secaron pronto."),
    "Cruz": ("Pusieron una cruz en la esquina.", "Desde la cruz se ve el valle."),
    "León": ("El león del circo dormía.", "Rugía como león herido."),
    "Ríos": ("Los ríos de la ciudad van entubados.", "Hablaba de ríos y de barcos."),
    "Reyes": ("Los reyes no trajeron nada.", "Una historia de reyes pobres."),
    "Torres": ("Dos torres tapan el cerro.", "Subieron a las torres del templo."),
}
SHORT = {"María": "Ma.", "Guadalupe": "Gpe.", "Francisco": "Fco.", "Rodríguez": "Rdz.", "Martínez": "Mtz."}
SHORT |= {"Hernández": "Hdez.", "González": "Glez.", "Fernández": "Fdz.", "Sánchez": "Schz.", "Ramírez": "Rmz."}
FAMILIAR = {"Guadalupe": "Lupita", "José": "Pepe", "Francisco": "Paco", "Ignacio": "Nacho", "Dolores": "Lola"}
FAMILIAR |= {"Guillermo": "Memo", "Rosario": "Chayo", "Jesús": "Chuy", "Eduardo": "Lalo", "Enrique": "Quique"}
MONTHS = ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre")
FILLER = (
    "Escribo desde hace años sobre la gente de mi cuadra y sus trabajos.",
    "El taller me ayudaría a terminar un guion que lleva dos versiones.",
    "Mi familia vende comida, y de ahí salen todos los diálogos que apunto.",
    "Quiero aprender a cortar escenas, a escuchar y a corregir sin miedo.",
    "La historia ocurre en una azotea donde se juntan los vecinos del edificio.",
    "Ninguna de mis películas tiene héroes, pero todas tienen madrugadas.",
)


@dataclass
class Identity:
    """An applicant's record."""

    first_names: str
    surnames: str
    email: str
    phone: str
    curp: str
    birth_date: date

    @property
    def full_name(self) -> str:
        """Given names and surnames."""
        return f"{self.first_names} {self.surnames}"


@dataclass
class Page:
    """A page: its PDF, what must not be read on it (``secrets``), and sentences that must stay."""

    kind: str
    identity: Identity
    content: bytes
    secrets: tuple[str, ...]
    kept: tuple[str, ...] = field(default=FILLER[:3])


def pages(count: int, seed: int) -> Iterator[Page]:
    """Yields ``count`` pages, the kinds in turn."""
    chance = random.Random(seed)
    kinds = list(KINDS)
    for number in range(count):
        yield KINDS[kinds[number % len(kinds)]](chance, kinds[number % len(kinds)])


def identity(chance: random.Random, given: str = "", surname: str = "") -> Identity:
    """Returns an invented record."""
    given = given or chance.choice(GIVEN)
    first = surname or chance.choice(SURNAME)
    second = chance.choice([name for name in SURNAME if name != first])
    born = date(chance.randint(1960, 2005), chance.randint(1, 10), chance.randint(1, 28))
    letters = "".join(chance.choice("ABCDEFGHJKLMNPRSTUVWXYZ") for _ in range(8))
    curp = f"{letters[:4]}{born:%y%m%d}MDF{letters[4:7]}0{chance.randint(0, 9)}"
    local = f"{letters[3:8].lower()}{chance.randint(10, 99)}"
    phone = f"55{chance.randint(10_000_000, 99_999_999)}"
    return Identity(given, f"{first} {second}", f"{local}@correo.example", phone, curp, born)


def text_page(kind: str, person: Identity, lines: list[str], secrets: list[str], kept: tuple[str, ...] = ()) -> Page:
    """Returns a letter with these lines among others."""
    return Page(kind, person, letter([*FILLER[:3], *kept, *lines]), tuple(secrets), (*FILLER[:3], *kept))


def letter(lines: list[str], *, draw: Callable[[Canvas], None] | None = None) -> bytes:
    """Returns a PDF of one page; a line break within a line is one on the page."""
    target = io.BytesIO()
    canvas = Canvas(target, pagesize=(150 * mm, 130 * mm))
    if FONT not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(FONT, ROOT / "reviewer" / "web" / "fonts" / "atkinson-next-regular.ttf"))
    canvas.setFont(FONT, 10)
    y = 118 * mm
    for line in "\n".join(lines).split("\n"):
        canvas.drawString(12 * mm, y, line)
        y -= 6.5 * mm
    if draw:
        draw(canvas)
    canvas.save()
    return target.getvalue()


def _signed(shape: Callable[[Identity, random.Random], str]) -> Callable[[random.Random, str], Page]:
    def make(chance: random.Random, kind: str) -> Page:
        person = identity(chance)
        line = shape(person, chance)
        return text_page(kind, person, ["Atentamente", line], [line])

    return make


def _spaced(person: Identity, _chance: random.Random) -> str:
    return "  ".join(" ".join(word) for word in person.full_name.upper().split())


def _in_sentence(person: Identity, chance: random.Random) -> str:
    return chance.choice(("Me llamo {} y escribo.", "Mi nombre es {}.", "Soy {}, de Tláhuac.")).format(person.full_name)


def _broken(chance: random.Random, kind: str) -> Page:
    person = identity(chance)
    name = person.surnames.split()[0]
    half = len(name) // 2
    return text_page(kind, person, [f"Lo firmo yo, {name[:half]}-\n{name[half:]}, como siempre."], [name])


def _drop_capital(chance: random.Random, kind: str) -> Page:
    person = identity(chance)
    name = person.first_names

    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 26)
        canvas.drawString(12 * mm, 40 * mm, name[0])
        wide = canvas.stringWidth(name[0], FONT, 26)
        canvas.setFont(FONT, 10)
        canvas.drawString(12 * mm + wide + 0.5, 40 * mm, f"{name[1:]} nació en el barrio y aquí sigue.")

    return Page(kind, person, letter(list(FILLER[:3]), draw=draw), (name,), FILLER[:3])


def _contact(line: Callable[[Identity, random.Random], tuple[str, str]]) -> Callable[[random.Random, str], Page]:
    def make(chance: random.Random, kind: str) -> Page:
        person = identity(chance)
        text, secret = line(person, chance)
        return text_page(kind, person, [text], [secret])

    return make


def _handle(_person: Identity, chance: random.Random) -> tuple[str, str]:
    words = chance.choice(("nube", "tinta", "marea")), chance.choice(("lenta", "negra", "baja"))
    account = f"{'_'.join(words)}{chance.randint(1, 99)}"
    return chance.choice(("Sígame en @{}", "Instagram: {}", "IG {}", "TikTok: @{}")).format(account), account


def _other_email(_person: Identity, chance: random.Random) -> tuple[str, str]:
    local = f"{chance.choice(('guiones', 'casa', 'tinta'))}{chance.randint(100, 999)}"
    return chance.choice(("Mi correo es {}@otro.example", "Escriba a {} @ otro.example", "{}@otro.com.mx")).format(
        local
    ), local


def _telephone(person: Identity, chance: random.Random) -> tuple[str, str]:
    digits = chance.choice((person.phone, f"55{chance.randint(10_000_000, 99_999_999)}"))
    shape = chance.choice(
        ("55 {}{}{}{} {}{}{}{}", "(55) {}{}{}{}-{}{}{}{}", "+52 1 55 {}{} {}{} {}{} {}{}", "Tel. 55{}{}{}{}{}{}{}{}")
    )
    return f"Llámeme al {shape.format(*digits[2:])}", digits[-4:]


def _profile(_person: Identity, chance: random.Random) -> tuple[str, str]:
    account = f"{chance.choice(('nube', 'tinta', 'marea'))}{chance.randint(100, 999)}"
    site = chance.choice(
        ("vimeo.com/{}", "www.linkedin.com/in/{}", "https://{}.example/reel", "letterboxd.com/{}/films")
    )
    return f"Mi trabajo está en {site.format(account)}", account


def _birth(person: Identity, chance: random.Random) -> tuple[str, str]:
    born = person.birth_date
    shapes = (
        f"{born.day} de {MONTHS[born.month - 1]} de {born.year}",
        f"{born:%d/%m/%Y}",
        f"{born.day}-{MONTHS[born.month - 1][:3]}-{born.year}",
        f"{born:%Y-%m-%d}",
    )
    shape = chance.choice(shapes)
    return f"Nací el {shape} en la ciudad.", shape


def _address(_person: Identity, chance: random.Random) -> tuple[str, str]:
    street, number = chance.choice(("Nogal", "Emilio Carranza", "Norte 45", "Lago Chalco")), chance.randint(10, 400)
    kind = chance.choice(("calle", "Calle", "Av.", "Avenida", "Callejón"))
    return f"Vivo en {kind} {street} #{number}, Col. Portales, C.P. 03300", f"{street} #{number}"


def _table(chance: random.Random, kind: str) -> Page:
    person = identity(chance)

    def draw(canvas: Canvas) -> None:
        canvas.setFont(FONT, 8)
        canvas.drawString(110 * mm, 124 * mm, person.surnames.split()[0])
        for row, (label, value) in enumerate((("Nombre", person.full_name), ("Proyecto", "La azotea"))):
            canvas.rect(12 * mm, (50 - 8 * row) * mm, 110 * mm, 8 * mm)
            canvas.drawString(14 * mm, (52.5 - 8 * row) * mm, label)
            canvas.drawString(50 * mm, (52.5 - 8 * row) * mm, value)

    kept = (*FILLER[:3], "La azotea")
    return Page(kind, person, letter(list(FILLER[:3]), draw=draw), tuple(person.full_name.split()), kept)


def _annotated(chance: random.Random, kind: str) -> Page:
    person = identity(chance)

    def draw(canvas: Canvas) -> None:
        canvas.freeTextAnnotation(person.full_name, "0 g", Rect=(40, 60, 300, 90))

    return Page(kind, person, letter(list(FILLER[:3]), draw=draw), tuple(person.full_name.split()), FILLER[:3])


def _replaced_text(chance: random.Random, kind: str) -> Page:
    """The picture shows the name, and the file says that it means something else (``/ActualText``)."""
    person = identity(chance)

    def draw(canvas: Canvas) -> None:
        code = vars(canvas)["_code"]  # reportlab has no call for marked content
        code.append("/Span <</ActualText (una persona)>> BDC")
        canvas.setFont(FONT, 10)
        canvas.drawString(12 * mm, 40 * mm, person.full_name)
        code.append("EMC")

    return Page(kind, person, letter(list(FILLER[:3]), draw=draw), tuple(person.full_name.split()), FILLER[:3])


def _abbreviated(chance: random.Random, kind: str) -> Page:
    given = chance.choice(("María", "Guadalupe", "Francisco"))
    surname = chance.choice(("Rodríguez", "Martínez", "Hernández", "González", "Fernández", "Sánchez", "Ramírez"))
    person = identity(chance, given, surname)
    short = SHORT[surname]
    return text_page(kind, person, [f"{SHORT[given]} {short} {person.surnames.split()[1]}"], [short.strip(".")])


def _familiar(chance: random.Random, kind: str) -> Page:
    given = chance.choice(list(FAMILIAR))
    person = identity(chance, given)
    return text_page(kind, person, [f"En la cuadra me dicen {FAMILIAR[given]} desde siempre."], [FAMILIAR[given]])


def _word(chance: random.Random, kind: str) -> Page:
    """The name is a word, which stays where it is one."""
    given, surname = chance.choice(list(WORD_GIVEN)), chance.choice(list(WORD_SURNAME))
    person = identity(chance, given, surname)
    kept = (*WORD_GIVEN[given], *WORD_SURNAME[surname])
    name = chance.choice((f"{given} {surname}", f"{surname.upper()} {given.upper()}", f"Me llamo {given}."))
    return text_page(kind, person, [name], [name.removeprefix("Me llamo ").strip(".")], kept)


def _surname_word(chance: random.Random, kind: str) -> Page:
    surname = chance.choice(list(WORD_SURNAME))
    person = identity(chance, "", surname)
    line = f"Atentamente, {person.first_names[0]}. {surname}"
    return text_page(kind, person, [line], [f"{person.first_names[0]}. {surname}"], WORD_SURNAME[surname])


def _initials(chance: random.Random, kind: str) -> Page:
    person = identity(chance)
    initials = [word[0] for word in person.full_name.split()]
    line = chance.choice((". ".join(initials) + ".", ".".join(initials) + ".", "".join(initials)))
    return text_page(kind, person, ["Atentamente", line], [line])


KINDS: dict[str, Callable[[random.Random, str], Page]] = {
    "signature": _signed(lambda person, _: person.full_name),
    "in a sentence": _signed(_in_sentence),
    "upper case": _signed(lambda person, _: person.full_name.upper()),
    "surnames first": _signed(lambda person, _: f"{person.surnames.upper()}, {person.first_names}"),
    "given name alone": _signed(lambda person, _: f"Un abrazo, {person.first_names}"),
    "surname alone": _signed(lambda person, _: f"La familia {person.surnames.split()[0]}"),
    "letter-spaced": _signed(_spaced),
    "broken over lines": _broken,
    "hyphenated": _signed(lambda person, _: f"{person.first_names} {'-'.join(person.surnames.split())}"),
    "drop capital": _drop_capital,
    "glued": _signed(lambda person, _: person.full_name.replace(" ", "")),
    "initial with surname": _signed(lambda person, _: f"{person.first_names[0]}. {person.surnames.split()[0]}"),
    "initials alone": _initials,
    "handle": _contact(_handle),
    "other e-mail": _contact(_other_email),
    "telephone": _contact(_telephone),
    "profile address": _contact(_profile),
    "CURP": _contact(lambda person, _: (f"CURP: {person.curp}", person.curp)),
    "RFC": _contact(lambda person, _: (f"RFC {person.curp[:10]}AB1", person.curp[:10])),
    "birth date": _contact(_birth),
    "street address": _contact(_address),
    "header and table": _table,
    "annotation": _annotated,
    "replaced text": _replaced_text,
    "abbreviations": _abbreviated,
    "short form": _familiar,
    "name that is a word": _word,
    "surname that is a word": _surname_word,
}
