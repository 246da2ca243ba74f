"""The sentence above each figure: what is to be seen in it, and nothing that chance would explain."""

from datetime import datetime, timedelta

from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, Totals
from reviewer.cohort.filters import Subset
from reviewer.cohort.significance import MIN_FOR_SHARES, Representation
from reviewer.cohort.stages import Stage
from reviewer.cohort.territory import AlcaldiaShare, Territory
from reviewer.core.spanish import NBSP, format_count, format_day, format_number, format_percent, join_words
from reviewer.demographics import geography
from reviewer.demographics.answer_groups import UNGROUPED, Group
from reviewer.demographics.default_groups import MAN, NO, NONE, NOT_STATED, OTHER, UNSURE, WOMAN
from reviewer.demographics.questions import Question

ABOUT_BARS = "Donde la raya de la población cae dentro de la línea fina, la diferencia puede ser azar."
ALCALDIA_HINT = "Un clic en una alcaldía filtra por ella; con recuadro o lazo se eligen varias."
NOBODY = "Nadie contestó esta pregunta."
MAX_NAMES = 5  # more alcaldías than these are counted, not named
FAR_KM = 15
NOT_CHANCE = "diferencia que el azar no explica"
_NON_AFFIRMATIVE = (NO, NONE, UNSURE, NOT_STATED, UNGROUPED)
GENDER_PHRASES = {
    WOMAN: "son mujeres",
    MAN: "son hombres",
    OTHER: "dio una identidad no binaria u otra",
    NOT_STATED: "prefiere no decirlo",
    UNGROUPED: "dio otra respuesta",
}


def about_seats(totals: Totals) -> str:
    """What stands after the number of seats: how many eligible applications there are for each, if enough."""
    if totals.eligible < totals.seats:
        return "lugares"
    return f"lugares ({format_number(totals.eligible / totals.seats)} elegibles por lugar)"


def about_nobody(totals: Totals, subset: Subset) -> str:
    """What to do where no application is counted."""
    if not subset.is_whole_cohort:
        place = (
            f" de {join_words([geography.by_code()[code].name for code in subset.alcaldias])}"
            if subset.alcaldias and not subset.groups
            else ""
        )
        where = place or " con estos filtros"
        return f"No hay ninguna postulación{where} en esta etapa. Quite el filtro o elija otro."
    if not totals.received:
        return (
            "Todavía no hay postulaciones. Cuando quien administra cargue el primer lote en Lotes, "
            "aquí se verá quiénes postularon, de dónde y qué día."
        )
    if subset.stage is Stage.ELIGIBLE:
        return (
            "Ninguna es elegible todavía. Elija arriba «Recibidas» para verlas; las que están por cotejar "
            "pasan a elegibles cuando alguien las revisa."
        )
    return "Ninguna postulación ha llegado a esta etapa. Elija arriba «Recibidas» para verlas todas."


def about_map(territory: Territory, measure: str, *, chosen: tuple[str, ...] = ()) -> str:
    """What a reading of the map shows: ``parte``, ``postulaciones``, ``tasa`` or ``distancia``."""
    if measure == "distancia":
        return _about_distance(territory)
    if chosen or measure == "parte" or not territory.is_comparable:
        return about_territory(territory, chosen=chosen)
    places = sorted(territory.alcaldias, key=lambda place: -(place.rate if measure == "tasa" else place.count))
    most, least = places[0], places[-1]
    if measure == "tasa":
        return (
            f"{most.alcaldia.name} envió {most.rate:.2f} por cada 10 mil habitantes; "
            f"{least.alcaldia.name}, {least.rate:.2f}. Con pocas postulaciones la tasa varía mucho por azar."
        )
    top_three = sum(place.count for place in places[:3])
    return (
        f"De {_place_names(places[:3])} llegó {format_percent(top_three / territory.total)} de las "
        "postulaciones de la ciudad."
    )


def about_territory(territory: Territory, *, chosen: tuple[str, ...] = ()) -> str:
    """Which alcaldía stands out, or that none does."""
    places = territory.alcaldias
    if len(chosen) == 1:
        return _about_one(next(place for place in places if place.alcaldia.code in chosen), territory)
    if chosen:
        return _about_several([place for place in places if place.alcaldia.code in chosen], territory)
    if not territory.is_comparable:
        return _places_sentence(territory)
    absent = [place for place in places if not place.count]
    gaps = [place for place in places if place.representation in (Representation.MORE, Representation.LESS)]
    if not gaps:
        most = max(places, key=lambda place: place.count)
        text = (
            "Ninguna alcaldía se aparta de su peso en la población más de lo que explica el azar. "
            f"{_share_clause(most)}."
        )
    else:
        widest = max(gaps, key=lambda place: abs(place.share - place.population_share))
        text = f"{_share_clause(widest)}, {NOT_CHANCE}."
        same_direction = [
            place for place in gaps if place.representation is widest.representation and place is not widest
        ]
        opposite = [place for place in gaps if place.representation is not widest.representation]
        text += f" Lo mismo pasa en {_place_names(same_direction)}." if same_direction else ""
        text += f" Al revés, en {_place_names(opposite)}." if opposite else ""
    if len(absent) > MAX_NAMES:
        return f"{text} Sin postulaciones: {len(absent)} alcaldías."
    return text + (f" Sin postulaciones: {_place_names(absent)}." if absent else "")


def about_days(arrivals: Arrivals, *, now: datetime) -> str:
    """How many came at the end; while the call is open, how long it still is."""
    last, count = arrivals.days[-1]
    if not arrivals.in_time:
        text = "Ninguna postulación lleva fecha de envío dentro del plazo."
    elif now < arrivals.closes:
        arrived_text = f"{'Ha' if arrivals.in_time == 1 else 'Han'} llegado {_application_count(arrivals.in_time)}"
        text = f"{arrived_text}; {_time_left(arrivals.closes, now)}."
    elif arrivals.in_time < MIN_FOR_SHARES:
        text = f"Dentro del plazo: {_application_count(arrivals.in_time)}."
    else:
        text = f"El último día, {format_day(last)}, llegó {format_percent(count / arrivals.in_time)}."
    text += _count_sentence("Fuera de plazo", arrivals.before + arrivals.after)
    return text + _count_sentence("Sin fecha de envío", arrivals.undated)


def about_ages(ages: Ages) -> str:
    """The middle and the extremes of those of age, and how many are under the call's minimum."""
    of_age = [age for age, _ in ages.years if age >= ages.minimum]
    if ages.median is None:
        text = "Ninguna postulación trae fecha de nacimiento."
    elif not of_age:
        text = f"Nadie tiene {ages.minimum} años cumplidos al cierre."
    elif ages.known < MIN_FOR_SHARES:
        text = f"Edades: de {of_age[0]} a {of_age[-1]} años."
    else:
        text = f"La mitad tiene {ages.median} años o menos; la persona mayor, {of_age[-1]}."
    text += _count_sentence(f"Menores de {ages.minimum} al cierre", ages.under_age)
    return text + _count_sentence("Sin fecha de nacimiento o por revisar", ages.missing + ages.implausible)


def about_gender(groups: tuple[Group, ...]) -> str:
    """The two largest groups, missing answers aside."""
    answered = _by_size(groups)
    if not answered:
        return NOBODY
    phrases = [f"{_share_text(group.count, groups)} {_gender_phrase(group)}" for group in answered[:2]]
    return f"{'; '.join(phrases)}."


def about_schooling(groups: tuple[Group, ...]) -> str:
    """The commonest level; of few, all of them."""
    answered = _by_size(groups)
    if not answered:
        return NOBODY
    if sum(group.count for group in groups) < MIN_FOR_SHARES:
        return f"{join_words([f'{group.label.lower()} ({group.count})' for group in answered])}.".capitalize()
    return f"Lo más común es {answered[0].label.lower()}: {_share_text(answered[0].count, groups)}."


def _about_distance(territory: Territory) -> str:
    median = territory.median_kilometres
    if not territory.venues:
        return "El archivo de la convocatoria no dice en qué alcaldía está cada sede."
    if median is None:
        return "Ninguna postulación es de una alcaldía de la ciudad."
    text = f"La mitad vive a {format_number(round(median, 1))}{NBSP}km o menos de la sede más cercana, en línea recta."
    far = [place for place in territory.alcaldias if place.kilometres >= FAR_KM]
    count = sum(place.count for place in far)
    if far and count and territory.is_comparable:
        text += f" A {FAR_KM}{NBSP}km o más, {format_percent(count / territory.total)}: {_place_names(far)}."
    return text


def _about_several(places: list[AlcaldiaShare], territory: Territory) -> str:
    count = sum(place.count for place in places)
    if not territory.is_comparable:
        return f"Las {len(places)} elegidas enviaron {format_number(count)} de {format_number(territory.total)}."
    population = sum(place.population_share for place in places)
    return (
        f"Las {len(places)} elegidas enviaron {format_percent(count / territory.total)} de las postulaciones "
        f"de la ciudad y tienen {format_percent(population)} de su población."
    )


def _about_one(place: AlcaldiaShare, territory: Territory) -> str:
    if not territory.is_comparable:
        return f"{place.alcaldia.name} envió {format_number(place.count)} de {format_number(territory.total)}."
    stands_out = place.representation in (Representation.MORE, Representation.LESS)
    return f"{_share_clause(place)}, {NOT_CHANCE if stands_out else 'dentro de lo que explica el azar'}."


def _share_clause(place: AlcaldiaShare) -> str:
    return (
        f"{place.alcaldia.name} envió {format_percent(place.share)} de las postulaciones de la ciudad "
        f"y tiene {format_percent(place.population_share)} de su población"
    )


def _place_names(places: list[AlcaldiaShare]) -> str:
    return join_words([place.alcaldia.name for place in places])


def _places_sentence(territory: Territory) -> str:
    place_counts = [f"{place.alcaldia.name} ({place.count})" for place in territory.alcaldias if place.count]
    if not place_counts:
        return "Ninguna postulación es de una alcaldía de la ciudad."
    return f"Postulaciones de {join_words(place_counts)}. Son muy pocas para compararlas con la población."


def about_groups(question: Question, groups: tuple[Group, ...]) -> str:
    """The commonest answer, and how many gave none."""
    answered = _by_size(groups)
    if not answered:
        return NOBODY
    if question.is_sensitive:
        return _about_sensitive(question, groups)
    missing = sum(group.count for group in groups if group.is_missing)
    text = f"Lo más común: {answered[0].label.lower()}, {_share_text(answered[0].count, groups)}."
    return text + _count_sentence("Sin respuesta", missing)


def _gender_phrase(group: Group) -> str:
    return GENDER_PHRASES.get(group.label, f"contestó «{group.label}»")


def _about_sensitive(question: Question, groups: tuple[Group, ...]) -> str:
    """How many said yes, in any of its forms; who answers no or nothing is not counted among them."""
    affirmative = sum(group.count for group in groups if group.label not in _NON_AFFIRMATIVE and not group.is_missing)
    missing = sum(group.count for group in groups if group.is_missing)
    return f"{question.affirmation} {_share_text(affirmative, groups)}." + _count_sentence("Sin respuesta", missing)


def _by_size(groups: tuple[Group, ...]) -> list[Group]:
    return sorted((group for group in groups if not group.is_missing), key=lambda group: -group.count)


def _share_text(count: int, groups: tuple[Group, ...]) -> str:
    total = sum(group.count for group in groups)
    return (
        f"{format_number(count)} de {format_number(total)}" if total < MIN_FOR_SHARES else format_percent(count / total)
    )


def _count_sentence(label: str, count: int) -> str:
    return f" {label}: {format_number(count)}." if count else ""


def _application_count(count: int) -> str:
    return format_count(count, "postulación", "postulaciones")


def _time_left(closes: datetime, now: datetime) -> str:
    left = closes - now
    if left < timedelta(days=1):
        return "cierra en menos de un día"
    return (
        f"faltan {format_count(left.days, 'día', 'días')} para el cierre"
        if left.days > 1
        else "falta un día para el cierre"
    )
