"""What may be published of a cohort: counts by one question at a time, of the whole cohort.

Cross tabulations and filtered subsets are not published: several tables of one cohort, each harmless alone,
can reveal a count together. There are two stages: applications received, and those of a signed selection.
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

# Not answers, but the lack of one, or of a rule: such a row is left out where it is empty.
NON_GROUPS = (UNGROUPED, NO_ANSWER, IMPLAUSIBLE, NO_ALCALDIA)


@dataclass(frozen=True)
class PublicTable:
    """A table that may be published: counts by group and stage, None where suppressed."""

    groups: tuple[str, ...]
    stages: tuple[Stage, ...]
    counts: SuppressedCounts

    @property
    def has_hidden_cells(self) -> bool:
        """Whether a count was suppressed."""
        return any(cell is None for row in self.counts.cells for cell in row)


def by_question(cohort: CohortSession, question: Question) -> PublicTable:
    """Returns a question's groups at the published stages. Raises UserError for a filtered subset."""
    _require_publishable(cohort)
    reached_stages = stages.available(cohort.session, cohort.call)
    shown_stages = tuple(stage for stage in (Stage.RECEIVED, Stage.SELECTED) if stage in reached_stages)
    question_funnel = funnel.by_question(cohort, question, only_stages=shown_stages)
    # All groups that can occur: which ones are empty is not published either.
    counts_by_group = dict(zip(question_funnel.groups, question_funnel.counts, strict=True))
    labels = tuple(label for label in cohort.labels(question) if label in counts_by_group or label not in NON_GROUPS)
    return PublicTable(
        labels,
        shown_stages,
        publish([counts_by_group.get(label, (0,) * len(shown_stages)) for label in labels]),
    )


def by_eligibility(cohort: CohortSession) -> PublicTable:
    """Returns the applications by eligibility."""
    _require_publishable(cohort)
    return _received_table(counts.totals(cohort).by_label)


def by_day(cohort: CohortSession) -> tuple[arrivals.Arrivals, PublicTable]:
    """Returns the arrivals, and their published table by day of the window."""
    _require_publishable(cohort)
    daily_arrivals = arrivals.by_hour(cohort)
    rows = {day.isoformat(): count for day, count in daily_arrivals.days}
    rows |= {
        "Antes de abrir": daily_arrivals.before,
        "Después del cierre": daily_arrivals.after,
        "Sin fecha de envío": daily_arrivals.undated,
    }
    return daily_arrivals, _received_table(rows)


def is_call_open(cohort: CohortSession) -> bool:
    """Returns whether applications may still arrive: the difference of two publications would reveal some."""
    return clock.now() < cohort.spec.closes


def _received_table(rows: dict[str, int]) -> PublicTable:
    return PublicTable(tuple(rows), (Stage.RECEIVED,), publish([[count] for count in rows.values()]))


def _require_publishable(cohort: CohortSession) -> None:
    if not cohort.subset.is_whole_cohort:
        raise UserError("Solo la cohorte entera se puede publicar: quite los filtros.")
    if is_call_open(cohort):
        raise UserError("Mientras se reciban postulaciones no hay cifras para publicar.")
