"""What a change in who reads what would make: shown first, and carried out only as shown."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reviewer.jury.dealing import Need, Outcome
from reviewer.jury.sharing import Pair, Sharing
from reviewer.words import counted, listed

NAMED = 5  # folios or people named in a sentence


@dataclass(frozen=True)
class Load:
    """A juror, how many applications she has, and how many of them a plan gives her and takes from her."""

    name: str
    email: str
    before: int
    added: int
    taken: int = 0

    @property
    def total(self) -> int:
        """What she has once the plan is carried out."""
        return self.before + self.added - self.taken


@dataclass(frozen=True)
class Plan:
    """What is to be made: ``pairs`` of (application, person) given, and those ``taken`` from somebody.

    ``applications`` are those that the promise of ``reviews`` readers is about; ``short`` says, a sentence
    a reason, what of it can't be met and what would help; ``groups`` counts the jurors' groups that share
    no application.
    """

    call: str
    reviews: int
    applications: int
    loads: tuple[Load, ...]
    pairs: tuple[Pair, ...]
    taken: tuple[Pair, ...] = ()
    warnings: tuple[str, ...] = ()
    short: tuple[str, ...] = ()
    folios: tuple[str, ...] = ()
    groups: int = 1

    @property
    def changes(self) -> bool:
        """Whether there is anything to carry out."""
        return bool(self.pairs or self.taken)


def made(
    sharing: Sharing,
    needs: dict[int, Need],
    outcome: Outcome,
    *,
    reviews: int,
    taken: Collection[Pair] = (),
    kept: Collection[Pair] = (),
) -> Plan:
    """The plan of a deal. ``kept`` are pairs among the given ones that stand already."""
    standing = set(kept)
    pairs = tuple(
        pair
        for application, need in needs.items()
        for juror in need.given
        if (pair := (application, sharing.jurors[juror].person_id)) not in standing
    )
    touched = {application for application, _ in (*pairs, *taken)}
    return Plan(
        call=sharing.call.slug,
        reviews=reviews,
        applications=len(needs),
        loads=_loads(sharing, pairs, taken),
        pairs=pairs,
        taken=tuple(taken),
        warnings=tuple(_warnings(sharing, pairs, outcome, reviews)),
        short=shortages(sharing, needs, outcome),
        folios=tuple(sorted(sharing.folios[each] for each in touched if each in sharing.folios)),
        groups=outcome.groups,
    )


def shortages(sharing: Sharing, needs: dict[int, Need], outcome: Outcome) -> tuple[str, ...]:
    """What can't be met, a sentence a reason, with what would help."""
    by_conflict, by_limit, full = list[str](), list[str](), set[int]()
    missing = 0
    for application, need in needs.items():
        if need.lacking <= 0:
            continue
        able = [juror for juror in range(len(sharing.jurors)) if need.can_take(juror)]
        if len(able) < need.lacking:
            by_conflict.append(sharing.folios[application])
        else:
            by_limit.append(sharing.folios[application])
            missing += need.lacking
            full |= set(able)
    said = []
    if by_conflict:
        why = "conflictos de interés" + (" o alcaldía propia" if sharing.own else "")
        said.append(
            f"Por {why} no alcanza el jurado para todas las lecturas de {named(by_conflict)}: "
            "agregue jurado o pida menos lecturas."
        )
    if by_limit:
        names = [sharing.jurors[each].name for each in sorted(full, key=lambda each: outcome.loads[each])]
        said.append(
            f"{_lack(missing)} de {named(by_limit)}: quienes podrían hacerlas llegan a su límite "
            f"({named(names)}). Suba sus límites en {counted(missing, 'lectura', 'lecturas')} en total, "
            "agregue jurado o pida menos lecturas."
        )
    return tuple(said)


def named(words: Sequence[str]) -> str:
    """The first few, and how many more."""
    rest = len(words) - NAMED
    return ", ".join(words[:NAMED]) + f" y {rest} más" if rest > 0 else listed(list(words))


def _lack(missing: int) -> str:
    return f"{'Falta' if missing == 1 else 'Faltan'} {counted(missing, 'lectura', 'lecturas')}"


def _loads(sharing: Sharing, pairs: Iterable[Pair], taken: Iterable[Pair]) -> tuple[Load, ...]:
    added = Counter(person for _, person in pairs)
    lost = Counter(person for _, person in taken)
    return tuple(
        Load(each.name, each.email, load, added[each.person_id], lost[each.person_id])
        for each, load in zip(sharing.jurors, sharing.loads, strict=True)
    )


def _warnings(sharing: Sharing, pairs: Collection[Pair], outcome: Outcome, reviews: int) -> Iterable[str]:
    free = [
        load
        for load, limit in zip(outcome.loads, sharing.limits, strict=True)
        if load < limit or limit == float("inf")
    ]
    if pairs and free and max(free) - min(free) > 1:
        yield (
            f"Las cargas van de {min(free)} a {max(free)}: los conflictos de interés o lo ya repartido "
            "no permiten emparejarlas más."
        )
    unknown = [each.name for each in sharing.jurors if each.alcaldia is None]
    if not sharing.spec.review.own_alcaldia and unknown:
        yield (
            "Nadie debe leer postulaciones de su propia alcaldía, y no se sabe dónde vive "
            f"{named(unknown)}: anótelo en «Jurado»."
        )
    if outcome.groups > 1 and pairs:
        why = (
            "con una lectura por postulación no puede ser de otro modo"
            if reviews == 1
            else ("hay muy pocas postulaciones o demasiados conflictos para enlazarlos")
        )
        yield (
            f"El jurado queda en {outcome.groups} grupos que no comparten ninguna postulación; {why}. "
            "La calibración no podrá comparar a un grupo con otro; unas anclas los enlazan."
        )


def by_juror(pairs: Iterable[Pair], folios: dict[int, str]) -> dict[int, list[str]]:
    """The folios of a plan's pairs, for each person, in order."""
    found: dict[int, list[str]] = defaultdict(list)
    for application, person in pairs:
        found[person].append(folios.get(application, ""))
    return {person: sorted(each) for person, each in found.items()}
