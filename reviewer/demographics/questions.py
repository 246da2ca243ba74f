"""What is asked of applicants: the only list of it, from which every other list of questions is derived.

A new question is one entry here and a column of its table, with the migration that adds it. Documents are
the call's own (``CallSpec.documents``). This module loads no tables: workers that parse batches import it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import Flag, StrEnum, auto

from reviewer.demographics import default_groups
from reviewer.demographics.answer_groups import Grouping


class Store(StrEnum):
    """The table that holds the answer. What the privacy laws call sensitive is in a table of its own."""

    APPLICANT = "applicant"
    SENSITIVE = "sensitivetraits"
    APPLICATION = "application"


class Use(Flag):
    """Where a question is used besides intake."""

    EXPORTS = auto()
    COHORT = auto()
    RULES = auto()


EVERYWHERE = Use.EXPORTS | Use.COHORT | Use.RULES


@dataclass(frozen=True, eq=False)
class Question:
    """Something that is asked of applicants.

    ``key`` is the canonical name of its column in a batch and in the exports, and the word in addresses.
    ``column`` holds the answer as it was written; empty for what is derived from another question.
    ``value_column`` holds what the cohort and the rules go by, where that is not ``column``.
    ``short_label`` names it in lists of columns. ``meaning`` explains it in the exports.
    ``grouping`` is how answers in free text are gathered as long as coordinators have not changed it.
    ``affirmation`` says of those who answer a sensitive question with yes what they say of themselves.
    """

    key: str
    label: str
    store: Store
    column: str = ""
    value_column: str = ""
    short_label: str = ""
    meaning: str = "Como lo respondió"
    grouping: Grouping | None = None
    affirmation: str = ""
    uses: Use = Use.EXPORTS

    def __post_init__(self) -> None:
        object.__setattr__(self, "short_label", self.short_label or self.label)
        object.__setattr__(self, "value_column", self.value_column or self.column)

    @property
    def is_sensitive(self) -> bool:
        """Whether answers are read in aggregate only: never a filter, and on no page beside a person."""
        return self.store is Store.SENSITIVE


_PERSON, _TRAIT, _PROJECT = Store.APPLICANT, Store.SENSITIVE, Store.APPLICATION
_TRAIT_MEANING = "Dato sensible: como lo respondió"
ASKED = (
    Question("nombre", "Nombre", _PERSON, "first_names", meaning="Nombres de quien postula"),
    Question("apellidos", "Apellidos", _PERSON, "surnames", meaning="Apellidos"),
    Question("correo", "Correo", _PERSON, "email", meaning="Correo, en minúsculas"),
    Question("telefono", "Teléfono", _PERSON, "phone", meaning="Teléfono como se escribió"),
    Question("curp", "CURP", _PERSON, "curp", meaning="CURP, en mayúsculas"),
    Question("fecha_nacimiento", "Fecha de nacimiento", _PERSON, "birth_date", meaning="Año-mes-día"),
    Question(
        "edad",
        "Edad",
        _PERSON,
        value_column="birth_date",
        meaning="Años cumplidos al cierre de la convocatoria",
        uses=Use.COHORT | Use.RULES,
    ),
    Question("genero", "Género", _PERSON, "gender", grouping=default_groups.GENDER, uses=EVERYWHERE),
    Question(
        "alcaldia",
        "Alcaldía",
        _PERSON,
        "place",
        "alcaldia",
        meaning="Alcaldía donde vive; otro lugar, como se escribió",
        uses=EVERYWHERE,
    ),
    Question("colonia", "Colonia", _PERSON, "colonia", meaning="Colonia"),
    Question("codigo_postal", "Código postal", _PERSON, "postal_code", meaning="Cinco dígitos"),
    Question(
        "escolaridad",
        "Escolaridad",
        _PERSON,
        "schooling",
        meaning="Como la respondió",
        grouping=default_groups.SCHOOLING,
        uses=EVERYWHERE,
    ),
    Question(
        "ocupacion",
        "Ocupación",
        _PERSON,
        "occupation",
        meaning="Como la respondió",
        grouping=default_groups.OCCUPATION,
        uses=EVERYWHERE,
    ),
    Question(
        "pueblo_indigena",
        "Pertenencia indígena",
        _TRAIT,
        "indigenous",
        short_label="Pueblo indígena",
        meaning=_TRAIT_MEANING,
        grouping=default_groups.INDIGENOUS,
        affirmation="Se identifica como indígena",
        uses=EVERYWHERE,
    ),
    Question(
        "afromexicana",
        "Autoadscripción afromexicana",
        _TRAIT,
        "afro_mexican",
        short_label="Afromexicana",
        meaning=_TRAIT_MEANING,
        grouping=default_groups.AFRO_MEXICAN,
        affirmation="Se identifica como afromexicana",
        uses=EVERYWHERE,
    ),
    Question(
        "discapacidad",
        "Discapacidad",
        _TRAIT,
        "disability",
        meaning=_TRAIT_MEANING,
        grouping=default_groups.DISABILITY,
        affirmation="Dice vivir con alguna discapacidad",
        uses=EVERYWHERE,
    ),
    Question(
        "proyecto_tipo",
        "Tipo de proyecto",
        _PROJECT,
        "project_kind",
        meaning="Qué quiere escribir",
        grouping=default_groups.PROJECT_KIND,
        uses=EVERYWHERE,
    ),
    Question("proyecto_titulo", "Título del proyecto", _PROJECT, "project_title", meaning="Título del proyecto"),
    Question(
        "genero_narrativo",
        "Género narrativo",
        _PROJECT,
        "genre",
        meaning="Género del proyecto",
        grouping=default_groups.NARRATIVE_GENRE,
        uses=EVERYWHERE,
    ),
    Question("sinopsis", "Sinopsis", _PROJECT, "synopsis", meaning="Sinopsis del proyecto"),
    Question(
        "sede_preferida",
        "Sede preferida",
        _PROJECT,
        "preferred_venue",
        meaning="Sede que prefiere",
        uses=Use.EXPORTS | Use.RULES,
    ),
    Question(
        "enviado_en",
        "Fecha de envío",
        _PROJECT,
        "submitted_at",
        meaning="Cuándo se envió, en la hora de la convocatoria",
    ),
    Question(
        "aviso_privacidad",
        "Aceptación del aviso de privacidad",
        _PROJECT,
        "privacy_consent",
        short_label="Aviso de privacidad",
        meaning="Lo que respondió sobre el aviso de privacidad; «No consta» donde no se preguntó",
    ),
)
"""In the order of the columns of ``applications.csv``."""

ALCALDIA, AGE, GENDER, SCHOOLING, OCCUPATION, CONSENT = (
    next(question for question in ASKED if question.key == key)
    for key in ("alcaldia", "edad", "genero", "escolaridad", "ocupacion", "aviso_privacidad")
)
NOT_ON_RECORD = "No consta"  # the answer to a question that was not asked


def select_questions(condition: Callable[[Question], bool], *, first: tuple[str, ...] = ()) -> dict[str, Question]:
    """Returns the questions that meet a condition, by key: those of the keys ``first``, then the others."""
    chosen = {question.key: question for question in ASKED if condition(question)}
    return {key: chosen[key] for key in dict.fromkeys((*first, *chosen))}


COHORT = select_questions(lambda question: Use.COHORT in question.uses, first=(ALCALDIA.key, AGE.key))
IN_RULES = select_questions(lambda question: Use.RULES in question.uses, first=(ALCALDIA.key, GENDER.key, AGE.key))
SENSITIVE = select_questions(lambda question: question.is_sensitive)
DEFAULT_GROUPINGS = {question.key: question.grouping for question in ASKED if question.grouping}


def written_columns(store: Store) -> dict[str, str]:
    """Returns the columns of a table that hold answers as they were written, by the question's key."""
    return {question.key: question.column for question in ASKED if question.store is store and question.column}


def stored_columns(store: Store) -> tuple[str, ...]:
    """Returns the columns of a table that hold answers, or what is derived from them."""
    names = (
        name
        for question in ASKED
        if question.store is store
        for name in (question.column, question.value_column)
        if name
    )
    return tuple(dict.fromkeys(names))
