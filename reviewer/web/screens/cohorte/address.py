"""The cohort's addresses: which part of the cohort and which choices an address names."""

from collections.abc import Mapping

from reviewer.cohort.filters import Subset
from reviewer.cohort.questions import FILTER_QUESTIONS
from reviewer.cohort.stages import Stage
from reviewer.core.errors import UserError
from reviewer.demographics.questions import COHORT, GENDER, SCHOOLING
from reviewer.figures.registry import FigureChoices
from reviewer.figures.territory import MapMeasure

ADDRESS = "/descargas/cohorte"
Params = Mapping[str, str]


def subset_from_params(params: Params) -> Subset:
    """The part that an address names. Raises ``UserError`` with what to change."""
    stage = params.get("ver", Stage.RECEIVED)
    if stage not in [member.value for member in Stage]:
        raise UserError(f"«ver» tiene que ser una de estas palabras: {', '.join(member.value for member in Stage)}.")
    keys = [question.key for question in FILTER_QUESTIONS]
    groups = tuple((key, params[key]) for key in keys if params.get(key))
    alcaldias = tuple(code for code in params.get("alcaldia", "").split(",") if code)
    return Subset(params.get("convocatoria", ""), Stage(stage), alcaldias, groups)


def choices_from_params(params: Params) -> FigureChoices:
    """The choices that an address names. Raises ``UserError`` with what to change."""
    try:
        return FigureChoices(
            map_measure=MapMeasure(params.get("lectura", MapMeasure.RATE)),
            crossed_questions=(
                COHORT[params.get("cruce", GENDER.key)],
                COHORT[params.get("con", SCHOOLING.key)],
            ),
            funnel_question=COHORT[params.get("por", GENDER.key)],
        )
    except (KeyError, ValueError) as error:
        raise UserError("La dirección pide una figura que no hay. Descárguela desde la página.") from error


def to_params(subset: Subset, choices: FigureChoices) -> dict[str, str | None]:
    """The address of the same part and choices."""
    return {
        "convocatoria": subset.call_slug,
        "ver": None if subset.stage is Stage.RECEIVED else subset.stage.value,
        "alcaldia": ",".join(subset.alcaldias) or None,
        **dict(subset.groups),
        "lectura": None if choices.map_measure is MapMeasure.RATE else choices.map_measure.value,
        "cruce": choices.crossed_questions[0].key,
        "con": choices.crossed_questions[1].key,
        "por": choices.funnel_question.key,
    }
