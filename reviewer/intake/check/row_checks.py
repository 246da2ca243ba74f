"""Checks of a row's cells against one another and the call's rules. Uses no database."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime

from reviewer.call.spec import CallSpec
from reviewer.demographics import curp as curps
from reviewer.demographics import geography
from reviewer.demographics.questions import CONSENT
from reviewer.intake.check.consent import consents
from reviewer.intake.check.findings import CheckFinding, Severity, make_finding
from reviewer.intake.parse.dates import in_utc
from reviewer.intake.parse.places import CITY, Place, find_place, place_of_postal_code
from reviewer.intake.parse.submission import RowReader, Submission, normalise_phone
from reviewer.intake.parse.table import TableRow

MAX_AGE = 120  # years
CELL_CODES = frozenset(
    (
        *("missing_field", "bad_email", "bad_phone", "bad_date", "bad_curp", "curp_mismatch", "underage"),
        *("outside_city", "unknown_alcaldia", "postal_code_mismatch", "late", "early", "no_consent"),
        *("broken_cell", "surplus_cells"),
    )
)
"""The codes of findings about a row's cells, as opposed to its files."""
TABLE_CODES = frozenset(("broken_cell", "surplus_cells"))
"""Those of them that only the table itself shows."""
# HTML's definition of a valid e-mail address (WHATWG), with at least one dot in the domain and none doubled.
# Letters of a domain are those outside of some ASCII ranges: a range over all of Unicode is slow to compile.
_LETTER, _LETTER_OR_HYPHEN = r"[^\x00-/:-`{-\xa0]", r"[^\x00-,./:-`{-\xa0]"
_LABEL = rf"{_LETTER}(?:{_LETTER_OR_HYPHEN}{{0,61}}{_LETTER})?"
_EMAIL = re.compile(
    rf"(?!\.)(?!.*\.\.)[a-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}(?<!\.)@(?:{_LABEL}\.)+(?!\d+$|.$){_LABEL}"
)


def check_row(submission: Submission, row: TableRow, reader: RowReader) -> Submission:
    """Returns the submission with its findings; one that can't be stored has only those that say why."""
    missing = list(_missing_required_fields(submission, reader))
    findings = missing or [
        *_contact_findings(submission, reader.cell(row, "telefono")),
        *_birth_findings(submission, row, reader),
        *_residence_findings(submission, reader.cell(row, "codigo_postal")),
        *_submission_time_findings(row, reader),
        *_consent_findings(submission),
    ]
    return replace(submission, findings=tuple(replace(finding, row=row.number) for finding in findings))


def is_email(text: str) -> bool:
    """Returns whether ``text``, in lower case, has the form of one e-mail address."""
    return len(text) <= 254 and _EMAIL.fullmatch(text) is not None


def date_of_age(birth_date: date, years: int) -> date:
    """Returns the birthday at this age; of those born on 29 February it is 1 March in other years."""
    try:
        return birth_date.replace(year=birth_date.year + years)
    except ValueError:
        return date(birth_date.year + years, 3, 1)


def _missing_required_fields(submission: Submission, reader: RowReader) -> Iterator[CheckFinding]:
    if not submission.first_names:
        field = "nombre" if "nombre" in reader.columns.positions else "nombre_completo"
        yield _missing_field(field, "Falta el nombre: la fila no se puede guardar.", Severity.ERROR)
    if not (submission.email or submission.curp):
        message = "Faltan el correo y la CURP: sin uno de los dos, la fila no se puede guardar."
        yield _missing_field("correo", message, Severity.ERROR)


def _missing_field(field: str, message: str, severity: Severity = Severity.CHECK) -> CheckFinding:
    return make_finding("missing_field", message, field=field, severity=severity)


def _contact_findings(submission: Submission, phone: str) -> Iterator[CheckFinding]:
    if not submission.email:
        yield _missing_field("correo", "Falta el correo electrónico.")
    elif not is_email(submission.email):
        yield make_finding("bad_email", f"«{submission.email}» no es un correo electrónico.", field="correo")
    if phone and not normalise_phone(phone):
        yield make_finding("bad_phone", f"«{phone}» no es un teléfono de diez dígitos.", field="telefono")


def _birth_findings(submission: Submission, row: TableRow, reader: RowReader) -> Iterator[CheckFinding]:
    written, parsed_date = reader.cell(row, "fecha_nacimiento"), reader.moment(row, "fecha_nacimiento")
    if not written and not submission.curp:
        yield _missing_field("fecha_nacimiento", "Faltan la fecha de nacimiento y la CURP.")
    if written and parsed_date is None:
        yield _bad_date("fecha_nacimiento", written)
    if submission.curp and not curps.is_valid(submission.curp):
        yield make_finding("bad_curp", f"«{submission.curp}» no es una CURP válida.", field="curp")
    elif submission.curp and parsed_date and curps.birth_date(submission.curp) != submission.birth_date:
        curp_birth_date = curps.birth_date(submission.curp)
        message = (
            f"La CURP dice que nació el {curp_birth_date:%d/%m/%Y}, y la fila, el {submission.birth_date:%d/%m/%Y}."
        )
        yield make_finding("curp_mismatch", message, field="curp")
    if submission.birth_date:
        yield from _age_findings(submission.birth_date, reader.spec)


def _age_findings(birth_date: date, spec: CallSpec) -> Iterator[CheckFinding]:
    closing_day = spec.closing_day
    if not date_of_age(birth_date, MAX_AGE) > closing_day >= birth_date:
        message = f"Una fecha de nacimiento del {birth_date:%d/%m/%Y} no es posible."
        yield make_finding("bad_date", message, field="fecha_nacimiento")
    years = spec.eligibility.minimum_age
    if date_of_age(birth_date, years) > closing_day:
        message = f"Nació el {birth_date:%d/%m/%Y}: no cumple {years} años el día del cierre ({closing_day:%d/%m/%Y})."
        yield make_finding("underage", message, field="fecha_nacimiento")


def _residence_findings(submission: Submission, written_code: str) -> Iterator[CheckFinding]:
    written_place, postal_place = find_place(submission.place), place_of_postal_code(submission.postal_code)
    if not submission.place and not written_code:
        yield _missing_field("alcaldia", "Faltan la alcaldía y el código postal.")
        return
    places_differ = written_place and postal_place and written_place != postal_place
    if postal_place and places_differ and (written_place != CITY or postal_place.state):
        message = (
            f"El código postal {submission.postal_code} es de {_place_name(postal_place)}, y la fila dice "
            f"«{submission.place}»."
        )
        yield make_finding("postal_code_mismatch", message, field="codigo_postal")
    in_city = written_place == CITY or any(place and place.alcaldia for place in (written_place, postal_place))
    if not in_city and (written_place or postal_place):
        where = submission.place or f"código postal {submission.postal_code}"
        yield make_finding("outside_city", f"No vive en la Ciudad de México ({where}).", field="alcaldia")
    if written_place in (None, CITY) and postal_place is None:
        field, text = ("alcaldia", submission.place) if submission.place else ("codigo_postal", written_code)
        message = f"No se reconoce «{text}» como alcaldía ni otro lugar."
        yield make_finding("unknown_alcaldia", message, field=field)


def _place_name(place: Place) -> str:
    return geography.by_code()[place.alcaldia].name if place.alcaldia else place.state or ""


def _submission_time_findings(row: TableRow, reader: RowReader) -> Iterator[CheckFinding]:
    written, submitted = reader.cell(row, "enviado_en"), reader.moment(row, "enviado_en")
    if written and submitted is None:
        yield _bad_date("enviado_en", written)
    if submitted is None:
        return
    if _is_before(submitted, reader, opening=True):
        message = f"Se envió antes de que abriera la convocatoria ({written})."
        yield make_finding("early", message, field="enviado_en")
    elif not _is_before(submitted, reader, opening=False):
        yield make_finding("late", f"Se envió después del cierre ({written}).", field="enviado_en")


def _is_before(submitted: datetime | date, reader: RowReader, *, opening: bool) -> bool:
    """Returns whether it was sent before the call opened, or closed; a date means that whole day."""
    spec = reader.spec
    if isinstance(submitted, datetime):
        return in_utc(submitted, spec.zone) < (spec.opens if opening else spec.closes)
    if opening:
        return submitted < spec.local(spec.opens).date()
    return submitted <= spec.closing_day


def _consent_findings(submission: Submission) -> Iterator[CheckFinding]:
    answer = submission.answers[CONSENT.column]
    if answer is None or consents(answer):
        return
    if not answer:
        message = "No respondió si acepta el aviso de privacidad."
    elif consents(answer) is None:
        message = f"No se entiende si acepta el aviso de privacidad: respondió «{answer}»."
    else:
        message = f"No acepta el aviso de privacidad: respondió «{answer}»."
    yield make_finding("no_consent", message, field=CONSENT.key)


def _bad_date(field: str, written: str) -> CheckFinding:
    return make_finding("bad_date", f"No se entiende la fecha «{written}».", field=field)
