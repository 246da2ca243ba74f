"""What is wrong with a row, by the call's rules and by common sense. Touches no database."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from reviewer import curp as curps
from reviewer import geography
from reviewer.calls import CallSpec
from reviewer.intake.applicant import Sheet, Submission, phone_number
from reviewer.intake.dates import in_utc
from reviewer.intake.findings import Found, Severity, found
from reviewer.intake.places import CITY, Place, find_place, place_of_postal_code
from reviewer.intake.table import Row

OLDEST = 120  # years
OF_CELLS = frozenset(
    ("missing_field", "bad_email", "bad_phone", "bad_date", "bad_curp", "curp_mismatch", "underage")
) | frozenset(("outside_city", "unknown_alcaldia", "postal_code_mismatch", "late", "early"))
"""The codes of what can be wrong with a row's cells."""
# The form that HTML takes for a valid e-mail address (WHATWG), with a dot in the domain and none doubled.
# Letters of a domain are told by what they are not: a range over all of Unicode is slow to compile.
_LETTER, _LETTER_OR_HYPHEN = r"[^\x00-/:-`{-\xa0]", r"[^\x00-,./:-`{-\xa0]"
_LABEL = rf"{_LETTER}(?:{_LETTER_OR_HYPHEN}{{0,61}}{_LETTER})?"
_EMAIL = re.compile(
    rf"(?!\.)(?!.*\.\.)[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}(?<!\.)@(?:{_LABEL}\.)+(?!\d+$|.$){_LABEL}"
)


def checked(submission: Submission, row: Row, sheet: Sheet) -> Submission:
    """The submission with the findings of its row; one that can't be stored has only those that say why."""
    missing = list(_missing_to_store(submission, sheet))
    findings = missing or [
        *_contact(submission, sheet.cell(row, "telefono")),
        *_birth(submission, row, sheet),
        *_residence(submission, sheet.cell(row, "codigo_postal")),
        *_time(row, sheet),
    ]
    return replace(submission, findings=tuple(replace(each, row=row.number) for each in findings))


def is_email(text: str) -> bool:
    """Whether ``text``, in lower case, has the form of one e-mail address."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def of_age_on(born: date, years: int) -> date:
    """The day of the birthday; who was born on 29 February comes of age on 1 March."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return date(born.year + years, 3, 1)


def _missing_to_store(submission: Submission, sheet: Sheet) -> Iterator[Found]:
    if not submission.first_names:
        field = "nombre" if "nombre" in sheet.columns.places else "nombre_completo"
        yield _missing(field, "Falta el nombre: la fila no se puede guardar.", Severity.ERROR)
    if not (submission.email or submission.curp):
        message = "Faltan el correo y la CURP: sin uno de los dos, la fila no se puede guardar."
        yield _missing("correo", message, Severity.ERROR)


def _missing(field: str, message: str, severity: Severity = Severity.CHECK) -> Found:
    return found("missing_field", message, field=field, severity=severity)


def _contact(submission: Submission, phone: str) -> Iterator[Found]:
    if not submission.email:
        yield _missing("correo", "Falta el correo electrónico.")
    elif not is_email(submission.email):
        yield found("bad_email", f"«{submission.email}» no es un correo electrónico.", field="correo")
    if phone and not phone_number(phone):
        yield found("bad_phone", f"«{phone}» no es un teléfono de diez dígitos.", field="telefono")


def _birth(submission: Submission, row: Row, sheet: Sheet) -> Iterator[Found]:
    written, given = sheet.cell(row, "fecha_nacimiento"), sheet.moment(row, "fecha_nacimiento")
    if not written and not submission.curp:
        yield _missing("fecha_nacimiento", "Faltan la fecha de nacimiento y la CURP.")
    if written and given is None:
        yield _bad_date("fecha_nacimiento", written)
    if submission.curp and not curps.is_valid(submission.curp):
        yield found("bad_curp", f"«{submission.curp}» no es una CURP válida.", field="curp")
    elif submission.curp and given and curps.birth_date(submission.curp) != submission.birth_date:
        born = curps.birth_date(submission.curp)
        message = (
            f"La CURP dice que nació el {born:%d/%m/%Y}, y la fila, el {submission.birth_date:%d/%m/%Y}."
        )
        yield found("curp_mismatch", message, field="curp")
    if submission.birth_date:
        yield from _age(submission.birth_date, sheet.spec)


def _age(born: date, spec: CallSpec) -> Iterator[Found]:
    closing_day = _closing_day(spec)
    if not of_age_on(born, OLDEST) > closing_day >= born:
        yield found(
            "bad_date",
            f"Una fecha de nacimiento del {born:%d/%m/%Y} no es posible.",
            field="fecha_nacimiento",
        )
    years = spec.eligibility.minimum_age
    if of_age_on(born, years) > closing_day:
        message = (
            f"Nació el {born:%d/%m/%Y}: no cumple {years} años el día del cierre ({closing_day:%d/%m/%Y})."
        )
        yield found("underage", message, field="fecha_nacimiento")


def _closing_day(spec: CallSpec) -> date:
    return spec.local(spec.closes - timedelta(seconds=1)).date()


def _residence(submission: Submission, written_code: str) -> Iterator[Found]:
    given, by_code = find_place(submission.place), place_of_postal_code(submission.postal_code)
    if not submission.place and not written_code:
        yield _missing("alcaldia", "Faltan la alcaldía y el código postal.")
        return
    if given and by_code and given != by_code and (given != CITY or by_code.state):
        message = (
            f"El código postal {submission.postal_code} es de {_name(by_code)}, y la fila dice "
            f"«{submission.place}»."
        )
        yield found("postal_code_mismatch", message, field="codigo_postal")
    in_city = given == CITY or any(place and place.alcaldia for place in (given, by_code))
    if not in_city and (given or by_code):
        where = submission.place or f"código postal {submission.postal_code}"
        yield found("outside_city", f"No vive en la Ciudad de México ({where}).", field="alcaldia")
    if given in (None, CITY) and by_code is None:
        field, text = ("alcaldia", submission.place) if submission.place else ("codigo_postal", written_code)
        yield found("unknown_alcaldia", f"No se reconoce «{text}» como alcaldía ni otro lugar.", field=field)


def _name(place: Place) -> str:
    if place.alcaldia:
        return geography.by_code()[place.alcaldia].name
    return place.state or ""


def _time(row: Row, sheet: Sheet) -> Iterator[Found]:
    written, sent = sheet.cell(row, "enviado_en"), sheet.moment(row, "enviado_en")
    if written and sent is None:
        yield _bad_date("enviado_en", written)
    if sent is None:
        return
    if _is_before(sent, sheet, opening=True):
        yield found(
            "early", f"Se envió antes de que abriera la convocatoria ({written}).", field="enviado_en"
        )
    elif not _is_before(sent, sheet, opening=False):
        yield found("late", f"Se envió después del cierre ({written}).", field="enviado_en")


def _is_before(sent: datetime | date, sheet: Sheet, *, opening: bool) -> bool:
    """Whether it was sent before the call opened, or before it closed; a date alone is that whole day."""
    spec = sheet.spec
    if isinstance(sent, datetime):
        return in_utc(sent, spec.zone) < (spec.opens if opening else spec.closes)
    if opening:
        return sent < spec.local(spec.opens).date()
    return sent <= _closing_day(spec)


def _bad_date(field: str, written: str) -> Found:
    return found("bad_date", f"No se entiende la fecha «{written}».", field=field)
