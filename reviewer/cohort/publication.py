"""What may be published of a cohort: counts by one question at a time, of the whole cohort.

Neither crossings nor filtered parts: of many tables of one cohort, each harmless, a count can be worked out
by setting them beside one another. Two stages only, those received and those selected in a signed decision.
"""

from dataclasses import dataclass

from reviewer.cohort import arrivals, counts, funnel, stages
from reviewer.cohort.disclosure import SuppressedCounts, publish
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.questions import IMPLAUSIBLE, NO_ALCALDIA
from reviewer.cohort.stages import Stage
from reviewer.core import clock
from reviewer.core.errors import UserError
from reviewer.demographics.answer_groups import NO_ANSWER, UNGROUPED
from reviewer.demographics.questions import Question

# What is no answer but the lack of one, or of a rule: where it is empty it needs no row.
NON_GROUPS = (UNGROUPED, NO_ANSWER, IMPLAUSIBLE, NO_ALCALDIA)


@dataclass(frozen=True)
class PublicTable:
    """A table that may leave: ``cells[group][stage]`` and ``totals``, None where it is reserved."""

    groups: tuple[str, ...]
    stages: tuple[Stage, ...]
    counts: SuppressedCounts

    @property
    def has_hidden_cells(self) -> bool:
        """Whether anything is hidden."""
        return any(cell is None for row in self.counts.cells for cell in row)


def by_question(cohort: CohortSession, question: Question) -> PublicTable:
    """A question's groups at the stages that may be told. Raises ``UserError`` for a part that is not all."""
    _require_publishable(cohort)
    reached_stages = stages.available(cohort.session, cohort.call)
    shown_stages = tuple(stage for stage in (Stage.RECEIVED, Stage.SELECTED) if stage in reached_stages)
    question_funnel = funnel.by_question(cohort, question, only_stages=shown_stages)
    # All groups that there can be: which ones are empty is not told either.
    counts_by_group = dict(zip(question_funnel.groups, question_funnel.counts, strict=True))
    labels = tuple(
        label for label in cohort.labels(question) if label in counts_by_group or label not in NON_GROUPS
    )
    return PublicTable(
        labels,
        shown_stages,
        publish([counts_by_group.get(label, (0,) * len(shown_stages)) for label in labels]),
    )


def by_eligibility(cohort: CohortSession) -> PublicTable:
    """Applications by what the checks found."""
    _require_publishable(cohort)
    totals = counts.totals(cohort)
    groups = {
        "Elegibles": totals.eligible,
        "Por cotejar": totals.to_check,
        "No elegibles": totals.ineligible,
    }
    return PublicTable(tuple(groups), (Stage.RECEIVED,), publish([[count] for count in groups.values()]))


def by_day(cohort: CohortSession) -> tuple[arrivals.Arrivals, PublicTable]:
    """Arrivals by day of the window, and those outside it."""
    _require_publishable(cohort)
    daily_arrivals = arrivals.by_hour(cohort)
    rows = {day.isoformat(): count for day, count in daily_arrivals.days}
    rows |= {
        "Antes de abrir": daily_arrivals.before,
        "Después del cierre": daily_arrivals.after,
        "Sin fecha de envío": daily_arrivals.undated,
    }
    return daily_arrivals, PublicTable(
        tuple(rows), (Stage.RECEIVED,), publish([[count] for count in rows.values()])
    )


def _require_publishable(cohort: CohortSession) -> None:
    if not cohort.subset.is_whole_cohort:
        raise UserError("Solo la cohorte entera se puede publicar: quite los filtros.")
    if is_call_open(cohort):
        raise UserError("Mientras se reciban postulaciones no hay cifras para publicar.")


def is_call_open(cohort: CohortSession) -> bool:
    """Whether applications may still arrive: two releases, subtracted, would tell who came between them."""
    return clock.now() < cohort.spec.closes
