"""The sentence above each figure: what is to be seen in it, and nothing that chance would explain."""

from datetime import datetime, timedelta

from reviewer import geography
from reviewer.answers import MAN, OTHER, UNKNOWN, UNSAID, WOMAN, Group
from reviewer.cohort.counts import Ages, AlcaldiaShare, Arrivals, Territory, Totals
from reviewer.cohort.part import Part, Stage
from reviewer.cohort.shares import FEW, Verdict
from reviewer.words import counted, day, listed, number, percent

ABOUT_BARS = (
    "Donde la raya de la población cae dentro de la línea fina, la diferencia puede ser azar. "
    "Un clic en una alcaldía, aquí o en el mapa, muestra solo sus postulaciones; otro clic las muestra todas."
)
NOBODY = "Nadie contestó esta pregunta."
NAMED = 5  # more alcaldías than these are counted, not named
NOT_CHANCE = "diferencia que el azar no explica"
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
    """What to do where no application is counted; empty where some are."""
    if part.stage is Stage.ELIGIBLE and totals.eligible:
        return ""
    if part.stage is Stage.ELIGIBLE and totals.received:
        return (
            "Ninguna es elegible todavía. Elija arriba «Recibidas» para verlas; las que están por cotejar "
            "pasan a elegibles cuando alguien las revisa."
        )
    if totals.received:
        return ""
    if part.alcaldia is not None:
        name = geography.by_code()[part.alcaldia].name
        return f"No llegó ninguna postulación de {name}. Elija otra alcaldía, o «Todas las alcaldías»."
    return (
        "Todavía no hay postulaciones. Cuando quien administra cargue el primer lote en Lotes, "
        "aquí se verá quiénes postularon, de dónde y qué día."
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
    words = [f"{_of(each.count, groups)} {SAID_OF_GENDER[each.label]}" for each in answered[:2]]
    return f"{'; '.join(words)}."


def about_schooling(groups: tuple[Group, ...]) -> str:
    """The commonest level; of few, all of them."""
    answered = _by_size(groups)
    if not answered:
        return NOBODY
    if sum(each.count for each in groups) < FEW:
        return f"{listed([f'{each.label.lower()} ({each.count})' for each in answered])}.".capitalize()
    return f"Lo más común es {answered[0].label.lower()}: {_of(answered[0].count, groups)}."


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
