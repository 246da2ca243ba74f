"""The sentence above each figure: what is to be seen in it, and nothing that chance would explain."""

from datetime import datetime, timedelta

from reviewer import geography
from reviewer.answers import MAN, OTHER, UNKNOWN, UNSAID, WOMAN, Group
from reviewer.cohort.arrivals import Arrivals
from reviewer.cohort.counts import Ages, Totals
from reviewer.cohort.part import Part
from reviewer.cohort.shares import FEW, Verdict
from reviewer.cohort.stages import Stage
from reviewer.cohort.territory import AlcaldiaShare, Territory
from reviewer.cohort.traits import AFRO_MEXICAN, DISABILITY, INDIGENOUS, Trait
from reviewer.groupings import NO, NONE, UNSURE
from reviewer.words import NBSP, counted, day, listed, number, percent

ABOUT_BARS = "Donde la raya de la población cae dentro de la línea fina, la diferencia puede ser azar."
PLACE_HINT = "Un clic en una alcaldía, aquí o en el mapa, muestra solo sus postulaciones; otro, todas."
NOBODY = "Nadie contestó esta pregunta."
NAMED = 5  # more alcaldías than these are counted, not named
FAR_KM = 15
NOT_CHANCE = "diferencia que el azar no explica"
SAID_OF_ONESELF = {
    INDIGENOUS.key: "Se identifica como indígena",
    AFRO_MEXICAN.key: "Se identifica como afromexicana",
    DISABILITY.key: "Dice vivir con alguna discapacidad",
}
_NOT_SAID = (NO, NONE, UNSURE, UNSAID, UNKNOWN)
SAID_OF_GENDER = {
    WOMAN: "son mujeres",
    MAN: "son hombres",
    OTHER: "dio una identidad no binaria u otra",
    UNSAID: "prefiere no decirlo",
    UNKNOWN: "dio otra respuesta",
}


def about_seats(totals: Totals) -> str:
    """What stands after the number of seats: how many eligible applications there are for each, if enough."""
    if totals.eligible < totals.seats:
        return "lugares"
    return f"lugares ({number(totals.eligible / totals.seats)} elegibles por lugar)"


def about_nobody(totals: Totals, part: Part) -> str:
    """What to do where no application is counted."""
    if not part.whole:
        place = f" de {geography.by_code()[part.alcaldia].name}" if part.alcaldia and not part.groups else ""
        where = place or " con estos filtros"
        return f"No hay ninguna postulación{where} en esta etapa. Quite el filtro o elija otro."
    if not totals.received:
        return (
            "Todavía no hay postulaciones. Cuando quien administra cargue el primer lote en Lotes, "
            "aquí se verá quiénes postularon, de dónde y qué día."
        )
    if part.stage is Stage.ELIGIBLE:
        return (
            "Ninguna es elegible todavía. Elija arriba «Recibidas» para verlas; las que están por cotejar "
            "pasan a elegibles cuando alguien las revisa."
        )
    return "Ninguna postulación ha llegado a esta etapa. Elija arriba «Recibidas» para verlas todas."


def about_reading(territory: Territory, reading: str, *, chosen: str | None = None) -> str:
    """What a reading of the map shows: ``parte``, ``postulaciones``, ``tasa`` or ``distancia``."""
    if reading == "distancia":
        return _about_distance(territory)
    if chosen is not None or reading == "parte" or not territory.comparable:
        return about_territory(territory, chosen=chosen)
    places = sorted(territory.alcaldias, key=lambda each: -(each.rate if reading == "tasa" else each.count))
    most, least = places[0], places[-1]
    if reading == "tasa":
        return (
            f"{most.alcaldia.name} envió {most.rate:.2f} por cada 10 mil habitantes; "
            f"{least.alcaldia.name}, {least.rate:.2f}. Con pocas postulaciones la tasa varía mucho por azar."
        )
    three = sum(each.count for each in places[:3])
    return (
        f"De {_names(places[:3])} llegó {percent(three / territory.total)} de las postulaciones de la ciudad."
    )


def about_territory(territory: Territory, *, chosen: str | None = None) -> str:
    """Which alcaldía stands out, or that none does."""
    places = territory.alcaldias
    if chosen is not None:
        return _about_one(next(each for each in places if each.alcaldia.code == chosen), territory)
    if not territory.comparable:
        return _where(territory)
    absent = [each for each in places if not each.count]
    gaps = [each for each in places if each.verdict in (Verdict.MORE, Verdict.LESS)]
    if not gaps:
        most = max(places, key=lambda each: each.count)
        words = (
            "Ninguna alcaldía se aparta de su peso en la población más de lo que explica el azar. "
            f"{_sent(most)}."
        )
    else:
        widest = max(gaps, key=lambda each: abs(each.share - each.population_share))
        words = f"{_sent(widest)}, {NOT_CHANCE}."
        alike = [each for each in gaps if each.verdict is widest.verdict and each is not widest]
        opposite = [each for each in gaps if each.verdict is not widest.verdict]
        words += f" Lo mismo pasa en {_names(alike)}." if alike else ""
        words += f" Al revés, en {_names(opposite)}." if opposite else ""
    if len(absent) > NAMED:
        return f"{words} Sin postulaciones: {len(absent)} alcaldías."
    return words + (f" Sin postulaciones: {_names(absent)}." if absent else "")


def about_days(arrivals: Arrivals, *, now: datetime) -> str:
    """How many came at the end; while the call is open, how long it still is."""
    last, count = arrivals.days[-1]
    if not arrivals.in_time:
        words = "Ninguna postulación lleva fecha de envío dentro del plazo."
    elif now < arrivals.closes:
        came = f"{'Ha' if arrivals.in_time == 1 else 'Han'} llegado {_applications(arrivals.in_time)}"
        words = f"{came}; {_left(arrivals.closes, now)}."
    elif arrivals.in_time < FEW:
        words = f"Dentro del plazo: {_applications(arrivals.in_time)}."
    else:
        words = f"El último día, {day(last)}, llegó {percent(count / arrivals.in_time)}."
    words += _noted("Fuera de plazo", arrivals.before + arrivals.after)
    return words + _noted("Sin fecha de envío", arrivals.undated)


def about_ages(ages: Ages) -> str:
    """The middle and the extremes of those of age, and how many are under the call's minimum."""
    of_age = [age for age, _ in ages.years if age >= ages.minimum]
    if ages.middle is None:
        words = "Ninguna postulación trae fecha de nacimiento."
    elif not of_age:
        words = f"Nadie tiene {ages.minimum} años cumplidos al cierre."
    elif ages.known < FEW:
        words = f"Edades: de {of_age[0]} a {of_age[-1]} años."
    else:
        words = f"La mitad tiene {ages.middle} años o menos; la persona mayor, {of_age[-1]}."
    words += _noted(f"Menores de {ages.minimum} al cierre", ages.under_age)
    return words + _noted("Sin fecha de nacimiento o por revisar", ages.missing + ages.implausible)


def about_gender(groups: tuple[Group, ...]) -> str:
    """The two largest groups, missing answers aside."""
    answered = _by_size(groups)
    if not answered:
        return NOBODY
    words = [f"{_of(each.count, groups)} {_said_of_gender(each)}" for each in answered[:2]]
    return f"{'; '.join(words)}."


def about_schooling(groups: tuple[Group, ...]) -> str:
    """The commonest level; of few, all of them."""
    answered = _by_size(groups)
    if not answered:
        return NOBODY
    if sum(each.count for each in groups) < FEW:
        return f"{listed([f'{each.label.lower()} ({each.count})' for each in answered])}.".capitalize()
    return f"Lo más común es {answered[0].label.lower()}: {_of(answered[0].count, groups)}."


def _about_distance(territory: Territory) -> str:
    middle = territory.middle_way
    if not territory.venues:
        return "El archivo de la convocatoria no dice en qué alcaldía está cada sede."
    if middle is None:
        return "Ninguna postulación es de una alcaldía de la ciudad."
    words = (
        f"La mitad vive a {number(round(middle, 1))}{NBSP}km o menos de la sede más cercana, en línea recta."
    )
    far = [each for each in territory.alcaldias if each.kilometres >= FAR_KM]
    count = sum(each.count for each in far)
    if far and count and territory.comparable:
        words += f" A {FAR_KM}{NBSP}km o más, {percent(count / territory.total)}: {_names(far)}."
    return words


def _about_one(place: AlcaldiaShare, territory: Territory) -> str:
    if not territory.comparable:
        return f"{place.alcaldia.name} envió {number(place.count)} de {number(territory.total)}."
    stands_out = place.verdict in (Verdict.MORE, Verdict.LESS)
    return f"{_sent(place)}, {NOT_CHANCE if stands_out else 'dentro de lo que explica el azar'}."


def _sent(place: AlcaldiaShare) -> str:
    return (
        f"{place.alcaldia.name} envió {percent(place.share)} de las postulaciones de la ciudad "
        f"y tiene {percent(place.population_share)} de su población"
    )


def _names(places: list[AlcaldiaShare]) -> str:
    return listed([each.alcaldia.name for each in places])


def _where(territory: Territory) -> str:
    sent = [f"{each.alcaldia.name} ({each.count})" for each in territory.alcaldias if each.count]
    if not sent:
        return "Ninguna postulación es de una alcaldía de la ciudad."
    return f"Postulaciones de {listed(sent)}. Son muy pocas para compararlas con la población."


def about_groups(trait: Trait, groups: tuple[Group, ...]) -> str:
    """The commonest answer, and how many gave none."""
    answered = _by_size(groups)
    if not answered:
        return NOBODY
    if trait.sensitive:
        return _about_sensitive(trait, groups)
    missing = sum(each.count for each in groups if each.missing)
    words = f"Lo más común: {answered[0].label.lower()}, {_of(answered[0].count, groups)}."
    return words + _noted("Sin respuesta", missing)


def _said_of_gender(group: Group) -> str:
    return SAID_OF_GENDER.get(group.label, f"contestó «{group.label}»")


def _about_sensitive(trait: Trait, groups: tuple[Group, ...]) -> str:
    """How many said yes, in any of its forms; who answers no or nothing is not counted among them."""
    told = sum(each.count for each in groups if each.label not in _NOT_SAID and not each.missing)
    missing = sum(each.count for each in groups if each.missing)
    return f"{SAID_OF_ONESELF[trait.key]} {_of(told, groups)}." + _noted("Sin respuesta", missing)


def _by_size(groups: tuple[Group, ...]) -> list[Group]:
    return sorted((each for each in groups if not each.missing), key=lambda each: -each.count)


def _of(count: int, groups: tuple[Group, ...]) -> str:
    total = sum(each.count for each in groups)
    return f"{number(count)} de {number(total)}" if total < FEW else percent(count / total)


def _noted(what: str, count: int) -> str:
    return f" {what}: {number(count)}." if count else ""


def _applications(count: int) -> str:
    return counted(count, "postulación", "postulaciones")


def _left(closes: datetime, now: datetime) -> str:
    left = closes - now
    if left < timedelta(days=1):
        return "cierra en menos de un día"
    return (
        f"faltan {counted(left.days, 'día', 'días')} para el cierre"
        if left.days > 1
        else "falta un día para el cierre"
    )
