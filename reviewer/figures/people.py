"""Figures of the people: the answers to each question, ages, two questions crossed, and the way through."""

from reviewer.cohort.counts import Ages, CrossTabulation
from reviewer.cohort.filters import CohortSession
from reviewer.cohort.funnel import Funnel
from reviewer.cohort.questions import age_band
from reviewer.cohort.significance import MIN_FOR_SHARES
from reviewer.cohort.stages import DESCRIPTIONS, LABELS
from reviewer.core.spanish import format_number
from reviewer.demographics.answer_groups import Group
from reviewer.demographics.questions import AGE, GENDER, SCHOOLING, Question
from reviewer.figures import figure, sentences, sentences_gaps
from reviewer.figures.figure import Bars, Figure, HeatMap, Histogram, Size, frame_of
from reviewer.tables.csv_files import Cell

APPLICATIONS, SHARE = "Postulaciones", "% de las postulaciones"
ANSWERS = "Respuestas que reúne"
MAX_ANSWERS = 12
SENSITIVE_NOTE = "Dato sensible: se lee solo en conjunto, no filtra la página y no muestra las palabras de nadie."
FUNNEL_METHOD = (
    "La línea fina es lo que cabe en el azar (Wilson, al 95 % para todos los grupos y etapas juntos); la "
    "raya, la tasa de todas las postulaciones. Se compara a cada grupo con los demás: prueba exacta de "
    "Fisher, con la corrección de Holm para todos los grupos y etapas de esta figura. La tasa de elegibles "
    "es de las recibidas; las de las demás etapas, de las elegibles. "
)


def groups_of(cohort: CohortSession, question: Question, groups: tuple[Group, ...]) -> Figure:
    """A bar for each group of answers. Groups of a sensitive question filter nothing and show no words."""
    total = sum(group.count for group in groups)
    columns, rows = (
        [question.label, APPLICATIONS, SHARE],
        [(group.label, group.count, share_cell(group.count, total)) for group in groups],
    )
    if any(group.words for group in groups):
        columns.append(ANSWERS)
        rows = [(*row, _answers_text(group)) for row, group in zip(rows, groups, strict=True)]  # type: ignore[misc]
    explanation = cohort.groupings[question.key].explanation
    chosen = cohort.subset.group_filter(question)
    return Figure(
        name=question.key,
        title=question.label,
        sentence=_group_sentence(question, groups),
        frame=frame_of(columns, rows),
        encoding=Bars(
            question.label,
            APPLICATIONS,
            share=SHARE,
            missing=frozenset(group.label for group in groups if group.is_missing),
        ),
        table_title=f"Postulaciones por {question.label.lower()}",
        note=f"{explanation} {SENSITIVE_NOTE}" if question.is_sensitive else explanation,
        filter_key="" if question.is_sensitive else question.key,
        filter_column=question.label,
        chosen=(chosen,) if chosen else (),
    )


def ages_of(cohort: CohortSession, ages: Ages) -> Figure:
    """Ages at the closing, in bins of five years from the call's minimum age on."""
    total = ages.known + ages.implausible + ages.missing
    footer: list[tuple[Cell, ...]] = []
    for label, count in (
        ("Fecha de nacimiento por revisar", ages.implausible),
        ("Sin fecha de nacimiento", ages.missing),
    ):
        if count:
            footer.append((label, count, share_cell(count, total)))
    chosen = cohort.subset.group_filter(AGE)
    return Figure(
        name="edad",
        title="Edad al cierre",
        sentence=sentences.about_ages(ages),
        frame=frame_of(
            ("Edad", APPLICATIONS, SHARE),
            [(age, count, share_cell(count, total)) for age, count in ages.years],
        ),
        encoding=Histogram(
            "Edad",
            APPLICATIONS,
            first=ages.minimum,
            filters={age: age_band(age, cohort.spec) for age, _ in ages.years},
        ),
        table_title="Postulaciones por edad al cierre",
        footer=tuple(footer),
        note="Años cumplidos el día del cierre. Un clic en una edad muestra su grupo de edades.",
        filter_key="edad",
        chosen=(chosen,) if chosen else (),
    )


def crossing_of(crossing: CrossTabulation) -> Figure:
    """Two questions at once, as a heat map."""
    row_question, column_question = crossing.row_question, crossing.column_question
    is_sensitive = row_question.is_sensitive or column_question.is_sensitive
    rows = [(name, *row, sum(row)) for name, row in zip(crossing.rows, crossing.counts, strict=True)]
    sums = (sum(column) for column in zip(*crossing.counts, strict=True))
    return Figure(
        name="cruce",
        title=f"{row_question.label} por {column_question.label.lower()}",
        sentence=sentences_gaps.about_cross_tabulation(crossing),
        frame=frame_of((row_question.label, *crossing.columns, "Total"), rows),
        encoding=HeatMap(row_question.label, crossing.columns, APPLICATIONS),
        footer=(("Total", *sums, crossing.total),),
        note="Quien no contestó está en «Sin respuesta». " + (SENSITIVE_NOTE if is_sensitive else ""),
        size=Size.WIDE,
    )


def funnel_of(funnel: Funnel) -> Figure:
    """Each group's share at each stage that the call has come to, with its interval."""
    labels = tuple(LABELS[stage] for stage in funnel.stages)
    columns = [funnel.question.label, *labels]
    for label in labels[1:]:
        columns += [f"{label} %", f"{label} desde %", f"{label} hasta %"]
    rows: list[tuple[Cell, ...]] = [
        (name, *funnel.counts[group], *_rates(funnel, group)) for group, name in enumerate(funnel.groups)
    ]
    compared = funnel.compared_totals
    overall = [
        compared[stage] / base if (base := compared[min(1, stage - 1)]) else None for stage in range(1, len(compared))
    ]
    descriptions = "; ".join(
        f"«{LABELS[stage]}», {DESCRIPTIONS[stage]}" for stage in funnel.stages if stage in DESCRIPTIONS
    )
    return Figure(
        name="recorrido",
        title=f"De recibidas a {labels[-1].lower()}, por {funnel.question.label.lower()}",
        sentence=sentences_gaps.about_gaps(funnel),
        frame=frame_of(columns, rows),
        encoding=figure.Funnel(
            funnel.question.label,
            labels[1:],
            tuple(overall),
            {(funnel.groups[group], labels[stage]): _is_above(funnel, group, stage) for group, stage in funnel.gaps},
        ),
        table_title=f"De etapa en etapa, por {funnel.question.label.lower()}",
        footer=(("Total", *funnel.totals, *[None] * (3 * (len(labels) - 1))),),
        note=FUNNEL_METHOD + (f"Etapas: {descriptions}." if descriptions else ""),
        size=Size.WIDE,
    )


def share_cell(count: int, total: int) -> float | None:
    """Returns percent with one decimal, or None where there are too few for shares."""
    return round(100 * count / total, 1) if total >= MIN_FOR_SHARES else None


def _rates(funnel: Funnel, group: int) -> list[Cell]:
    comparisons = max(1, len(funnel.groups) * (len(funnel.stages) - 1))
    cells: list[Cell] = []
    for stage in range(1, len(funnel.stages)):
        step = funnel.step(group, stage)
        if step.rate is None or step.rate > 1:
            cells += [None, None, None]
        else:
            shares = (step.rate, *step.interval(comparisons=comparisons))
            cells += [round(100 * share, 1) for share in shares]
    return cells


def _is_above(funnel: Funnel, group: int, stage: int) -> bool:
    step = funnel.step(group, stage)
    return (step.rate or 0) > (step.others_rate or 0)


def _answers_text(group: Group) -> str:
    more = len(group.words) - MAX_ANSWERS
    return "; ".join(group.words[:MAX_ANSWERS]) + (f"; y {format_number(more)} más" if more > 0 else "")


def _group_sentence(question: Question, groups: tuple[Group, ...]) -> str:
    if question == GENDER:
        return sentences.about_gender(groups)
    if question == SCHOOLING:
        return sentences.about_schooling(groups)
    return sentences.about_groups(question, groups)
