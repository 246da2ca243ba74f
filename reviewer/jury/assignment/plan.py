"""Planned changes to who reads what: shown first, and carried out only as shown."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from reviewer.core.spanish import format_count, join_words
from reviewer.jury.assignment.greedy import Outcome
from reviewer.jury.assignment.rebalancing import Need
from reviewer.jury.assignment.workload import AssignmentState, Pair

MAX_NAMED = 5  # folios or people named in a sentence


@dataclass(frozen=True)
class JurorLoad:
    """A juror's number of applications, and how many of them a plan adds and withdraws."""

    name: str
    email: str
    before: int
    added: int
    withdrawn: int = 0

    @property
    def total(self) -> int:
        """The load after the plan is carried out."""
        return self.before + self.added - self.withdrawn


@dataclass(frozen=True)
class Plan:
    """The changes to make: (application, person) ``pairs`` to add, and pairs ``withdrawn`` from a juror.

    ``applications`` are those that need ``reviews`` readers; ``shortages`` has a sentence for each reason why
    some of them cannot be covered, and what would help; ``groups`` is the number of groups of jurors that
    share no application.
    """

    slug: str
    reviews: int
    applications: int
    loads: tuple[JurorLoad, ...]
    pairs: tuple[Pair, ...]
    withdrawn: tuple[Pair, ...] = ()
    warnings: tuple[str, ...] = ()
    shortages: tuple[str, ...] = ()
    folios: tuple[str, ...] = ()
    groups: int = 1

    @property
    def has_changes(self) -> bool:
        """Whether there is anything to carry out."""
        return bool(self.pairs or self.withdrawn)


def build_plan(
    state: AssignmentState,
    needs: dict[int, Need],
    outcome: Outcome,
    *,
    reviews: int,
    withdrawn: Collection[Pair] = (),
    existing: Collection[Pair] = (),
) -> Plan:
    """Returns the plan of a deal. ``existing`` are pairs among the new readers that are stored already."""
    existing_pairs = set(existing)
    pairs = tuple(
        pair
        for application_id, need in needs.items()
        for juror in need.new_readers
        if (pair := (application_id, state.jurors[juror].person_id)) not in existing_pairs
    )
    changed_ids = {application_id for application_id, _ in (*pairs, *withdrawn)}
    return Plan(
        slug=state.call.slug,
        reviews=reviews,
        applications=len(needs),
        loads=_loads(state, pairs, withdrawn),
        pairs=pairs,
        withdrawn=tuple(withdrawn),
        warnings=tuple(_warnings(state, pairs, outcome, reviews)),
        shortages=find_shortages(state, needs, outcome),
        folios=tuple(
            sorted(state.folios[application_id] for application_id in changed_ids if application_id in state.folios)
        ),
        groups=outcome.groups,
    )


def find_shortages(state: AssignmentState, needs: dict[int, Need], outcome: Outcome) -> tuple[str, ...]:
    """Returns a sentence for each reason why readings cannot be covered, with what would help."""
    by_conflict, by_limit, at_limit = list[str](), list[str](), set[int]()
    missing = 0
    for application_id, need in needs.items():
        if need.still_missing <= 0:
            continue
        able = [juror for juror in range(len(state.jurors)) if need.can_be_read_by(juror)]
        if len(able) < need.still_missing:
            by_conflict.append(state.folios[application_id])
        else:
            by_limit.append(state.folios[application_id])
            missing += need.still_missing
            at_limit |= set(able)
    sentences = []
    if by_conflict:
        why = "conflictos de interés" + (" o alcaldía propia" if state.same_alcaldia else "")
        sentences.append(
            f"Por {why} no alcanza el jurado para todas las lecturas de {join_first(by_conflict)}: "
            "agregue jurado o pida menos lecturas."
        )
    if by_limit:
        names = [state.jurors[juror].name for juror in sorted(at_limit, key=lambda juror: outcome.loads[juror])]
        sentences.append(
            f"{_format_missing(missing)} de {join_first(by_limit)}: quienes podrían hacerlas llegan "
            f"a su límite ({join_first(names)}). Suba sus límites en "
            f"{format_count(missing, 'lectura', 'lecturas')} en total, agregue jurado o pida menos lecturas."
        )
    return tuple(sentences)


def join_first(words: Sequence[str]) -> str:
    """Returns the first few words and the number of the others."""
    rest = len(words) - MAX_NAMED
    return ", ".join(words[:MAX_NAMED]) + f" y {rest} más" if rest > 0 else join_words(list(words))


def _format_missing(missing: int) -> str:
    return f"{'Falta' if missing == 1 else 'Faltan'} {format_count(missing, 'lectura', 'lecturas')}"


def _loads(state: AssignmentState, pairs: Iterable[Pair], withdrawn: Iterable[Pair]) -> tuple[JurorLoad, ...]:
    added = Counter(person_id for _, person_id in pairs)
    lost = Counter(person_id for _, person_id in withdrawn)
    return tuple(
        JurorLoad(juror.name, juror.email, load, added[juror.person_id], lost[juror.person_id])
        for juror, load in zip(state.jurors, state.loads, strict=True)
    )


def _warnings(state: AssignmentState, pairs: Collection[Pair], outcome: Outcome, reviews: int) -> Iterable[str]:
    below_limit = [
        load for load, limit in zip(outcome.loads, state.limits, strict=True) if load < limit or limit == float("inf")
    ]
    if pairs and below_limit and max(below_limit) - min(below_limit) > 1:
        yield (
            f"Las cargas van de {min(below_limit)} a {max(below_limit)}: los conflictos de interés "
            "o lo ya repartido no permiten emparejarlas más."
        )
    unknown = [juror.name for juror in state.jurors if juror.alcaldia is None]
    if not state.spec.review.own_alcaldia and unknown:
        yield (
            "Nadie debe leer postulaciones de su propia alcaldía, y no se sabe dónde vive "
            f"{join_first(unknown)}: anótelo en «Jurado»."
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
