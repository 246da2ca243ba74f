"""The meaning and kind of each column of the exports, for readers who do not know the application."""

from enum import StrEnum

from reviewer.demographics.questions import ASKED, COHORT


class Kind(StrEnum):
    """What a column holds; it decides its type in Parquet and in data frames. A moment has a time zone."""

    TEXT = "texto"
    CATEGORY = "categoría"
    INTEGER = "entero"
    NUMBER = "número"
    DATE = "fecha"
    MOMENT = "momento"


GROUP_SUFFIX = "_grupo"
_KINDS = {
    Kind.CATEGORY: "status eligibility criterion outcome venue",
    Kind.INTEGER: "edad score rank reviews position",
    Kind.NUMBER: "estimate standard_error p_selected raw_mean severity severity_error spread spread_error noise "
    "noise_error",
    Kind.DATE: "fecha_nacimiento",
    Kind.MOMENT: "enviado_en",
}
_KIND_BY_COLUMN = {name: kind for kind, names in _KINDS.items() for name in names.split()}
DAYS = tuple(name for name, kind in _KIND_BY_COLUMN.items() if kind is Kind.DATE)
_ANSWERS = {question.key: question.meaning for question in ASKED}
_GROUPS = {f"{question.key}{GROUP_SUFFIX}": f"{question.label}: su grupo en la cohorte" for question in COHORT.values()}
APPLICATIONS = {
    "folio": "Nombre de la postulación en la convocatoria",
    **{
        name: {**_ANSWERS, **_GROUPS}[name]
        for key in _ANSWERS
        for name in (key, f"{key}{GROUP_SUFFIX}")
        if name in _ANSWERS or name in _GROUPS
    },
    "status": "current: vigente; withdrawn: retirada por quien postula",
    "eligibility": "eligible: elegible; ineligible: no elegible; to_check: por cotejar; withdrawn: retirada",
    "reasons": "Por qué no es elegible o qué falta cotejar",
}
SCORES = {
    "reviewer": "Correo de quien leyó",
    "application": "Folio de la postulación",
    "criterion": "Criterio de la rúbrica",
    "score": "Nivel que le dio",
    "comment": "Comentario al comité, junto al primer puntaje de cada lectura",
}
RANKING = {
    "rank": "Lugar, según el orden que vale en la convocatoria",
    "application": "Folio de la postulación",
    "estimate": "Lo que le daría el jurado entero, en la escala de la rúbrica, corregida la severidad",
    "standard_error": "Margen del estimado: dos de cada tres veces lo verdadero está a menos de esto",
    "p_selected": "Probabilidad de quedar entre los lugares, de 0 a 1; todas suman los lugares",
    "reviews": "Lecturas enviadas",
    "raw_mean": "Media simple de sus lecturas, en la escala de la rúbrica, sin corregir nada",
}
REVIEWERS = {
    "reviewer": "Correo de quien leyó",
    "reviews": "Lecturas enviadas",
    "severity": "Niveles por debajo (o, si es negativo, por encima) de lo que daría el resto a lo mismo; el "
    "estimado ya lo descuenta",
    "severity_error": "Margen de la severidad",
    "spread": "Cuánto separa lo bueno de lo flojo; 1 es lo usual",
    "spread_error": "Margen de la amplitud",
    "noise": "Qué tan lejos suelen quedar sus lecturas de lo que dice el jurado entero, en niveles",
    "noise_error": "Margen de lo anterior",
    "flags": "constant: casi siempre da lo mismo; contrary: puntúa al revés que los demás; few_reviews: menos de "
    "cinco lecturas; unconnected: no comparte postulaciones con el resto",
}
SELECTION = {
    "folio": "Nombre de la postulación en la convocatoria",
    "outcome": "selected: seleccionada; waiting: en lista de espera",
    "venue": "Sede; vacía en la lista de espera general",
    "position": "Lugar dentro de su sede y de su lista",
}
BY_SHEET = {
    "applications": APPLICATIONS,
    "scores": SCORES,
    "ranking": RANKING,
    "reviewers": REVIEWERS,
    "selection": SELECTION,
}
LETTERS = {
    "resultado": "Seleccionada, en lista de espera o no seleccionada",
    "folio": "De la postulación",
    "nombre": "De quien postuló, como lo escribió",
    "apellidos": "De quien postuló, como los escribió",
    "correo": "Al que se dirige la carta",
    "proyecto": "Título del proyecto",
    "sede": "En la que tiene su lugar; vacía para quien no lo tiene",
    "lugar_en_espera": "Su turno en la lista de espera de cada sede",
    "convocatoria": "Título de la convocatoria",
    "responder_antes_de": "Último momento para aceptar o declinar, en la hora de la convocatoria",
}


def kind_of(sheet: str, column: str) -> Kind:
    """Returns what a column of an exported table holds: text, where it is a question or document of the call."""
    if column not in BY_SHEET[sheet]:
        return Kind.TEXT
    return Kind.CATEGORY if column.endswith(GROUP_SUFFIX) else _KIND_BY_COLUMN.get(column, Kind.TEXT)
