"""What may be published of a cohort: counts by one question at a time, of the whole cohort.

Neither crossings nor filtered parts: of many tables of one cohort, each harmless, a count can be worked out
by setting them beside one another. Two stages only, those received and those selected in a signed decision.
"""

from dataclasses import dataclass

from reviewer import clock
from reviewer.answers import NO_ANSWER, UNKNOWN
from reviewer.cohort import arrivals, counts, funnel, stages
from reviewer.cohort.disclosure import Published, publish
from reviewer.cohort.part import Counting
from reviewer.cohort.stages import Stage
from reviewer.cohort.traits import IMPLAUSIBLE, NOWHERE, Trait
from reviewer.errors import Refused

# What is no answer but the lack of one, or of a rule: where it is empty it needs no row.
NO_GROUP = (UNKNOWN, NO_ANSWER, IMPLAUSIBLE, NOWHERE)


@dataclass(frozen=True)
class Released:
    """A table that may leave: ``cells[group][stage]`` and ``totals``, None where it is reserved."""

    groups: tuple[str, ...]
    stages: tuple[Stage, ...]
    published: Published

    @property
    def reserved(self) -> bool:
        """Whether anything is hidden."""
        return any(cell is None for row in self.published.cells for cell in row)


def by_trait(counting: Counting, trait: Trait) -> Released:
    """A question's groups at the stages that may be told. Raises ``Refused`` for a part that is not all."""
    _whole(counting)
    there = stages.available(counting.session, counting.call)
    at = tuple(each for each in (Stage.RECEIVED, Stage.SELECTED) if each in there)
    found = funnel.funnel(counting, trait, at=at)
    # All groups that there can be: which ones are empty is not told either.
    known = dict(zip(found.groups, found.counts, strict=True))
    labels = tuple(each for each in counting.labels(trait) if each in known or each not in NO_GROUP)
    return Released(labels, at, publish([known.get(each, (0,) * len(at)) for each in labels]))


def by_eligibility(counting: Counting) -> Released:
    """Applications by what the checks found."""
    _whole(counting)
    totals = counts.totals(counting)
    groups = {
        "Elegibles": totals.eligible,
        "Por cotejar": totals.to_check,
        "No elegibles": totals.ineligible,
    }
    return Released(tuple(groups), (Stage.RECEIVED,), publish([[count] for count in groups.values()]))


def by_day(counting: Counting) -> tuple[arrivals.Arrivals, Released]:
    """Arrivals by day of the window, and those outside it."""
    _whole(counting)
    found = arrivals.by_hour(counting)
    rows = {value.isoformat(): count for value, count in found.days}
    rows |= {
        "Antes de abrir": found.before,
        "Después del cierre": found.after,
        "Sin fecha de envío": found.undated,
    }
    return found, Released(tuple(rows), (Stage.RECEIVED,), publish([[count] for count in rows.values()]))


def _whole(counting: Counting) -> None:
    if not counting.part.whole:
        raise Refused("Solo la cohorte entera se puede publicar: quite los filtros.")
    if is_open(counting):
        raise Refused("Mientras se reciban postulaciones no hay cifras para publicar.")


def is_open(counting: Counting) -> bool:
    """Whether applications may still arrive: two releases, subtracted, would tell who came between them."""
    return clock.now() < counting.spec.closes
