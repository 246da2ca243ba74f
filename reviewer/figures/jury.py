"""Figures of the jury: the levels it gave, how strict each juror is, and how far the jurors agree."""

from reviewer.call.spec import CallSpec
from reviewer.cohort.jury_scores import JuryScores
from reviewer.core.spanish import format_number, format_percent
from reviewer.figures.figure import Comparison, Figure, HeatMap, Size, frame_of

ERRORS = 1.96  # standard errors to each side of an interval of 95 %
SEVERITY, LOW, HIGH = "Severidad, en puntos de 100", "Desde", "Hasta"
CRITERION, ALPHA = "Criterio", "Alfa"


def scores_of(scores: JuryScores, spec: CallSpec) -> Figure:
    """How often each level of each criterion was given."""
    low, high = spec.scale
    levels = tuple(f"Nivel {level}" for level in range(low, high + 1))
    rows = [
        (criterion.label, *(scores.levels[criterion.key].get(level, 0) for level in range(low, high + 1)))
        for criterion in spec.criteria
    ]
    counts = {
        level: sum(by_level.get(level, 0) for by_level in scores.levels.values()) for level in range(low, high + 1)
    }
    commonest = max(counts, key=counts.__getitem__)
    share = format_percent(counts[commonest] / scores.total)
    return Figure(
        name="puntajes",
        title="Niveles que dio el jurado",
        sentence=f"El nivel más común es {commonest}: {share} de {format_number(scores.total)} puntajes.",
        frame=frame_of((CRITERION, *levels), rows),
        encoding=HeatMap(CRITERION, levels, "Puntajes"),
        note="Puntajes de los dictámenes enviados de toda la convocatoria.",
        size=Size.WIDE,
    )


def severity_of(scores: JuryScores) -> Figure:
    """Each juror's severity beside the jury's mean, the strictest first."""
    rows = [
        (
            juror.name,
            round(juror.severity, 1),
            round(juror.severity - ERRORS * juror.error, 1),
            round(juror.severity + ERRORS * juror.error, 1),
            juror.reviews,
        )
        for juror in scores.jurors
    ]
    apart = sum(abs(juror.severity) > ERRORS * juror.error for juror in scores.jurors)
    sentence = (
        f"{format_number(apart)} de {format_number(len(rows))} se apartan de la media del jurado más de lo "
        "que explica el azar; el ranking lo descuenta."
        if apart
        else "Nadie se aparta de la media del jurado más de lo que explica el azar."
    )
    return Figure(
        name="severidad",
        title="Severidad de cada jurado",
        sentence=sentence,
        frame=frame_of(("Jurado", SEVERITY, LOW, HIGH, "Dictámenes"), rows),
        encoding=Comparison("Jurado", (SEVERITY,), low=LOW, high=HIGH, unit="puntos"),
        note=(
            "Puntos que da de menos (a la derecha) o de más (a la izquierda) que el jurado por una misma "
            "postulación, según el último ranking calculado, con su intervalo al 95 %."
        ),
        size=Size.WIDE,
    )


def agreement_of(scores: JuryScores, spec: CallSpec) -> Figure:
    """Krippendorff's alpha of each criterion."""
    rows = [
        (criterion.label, None if alpha is None else round(alpha, 2))
        for criterion, alpha in zip(spec.criteria, scores.alpha, strict=True)
    ]
    known = [(alpha, label) for label, alpha in rows if alpha is not None]
    sentence = "Todavía ninguna postulación tiene dos lecturas: no se puede medir el acuerdo."
    if known:
        (least, where), (most, best) = min(known), max(known)
        sentence = f"Donde más coincide el jurado es {best} ({most:.2f}); donde menos, {where} ({least:.2f})."
    return Figure(
        name="acuerdo",
        title="Acuerdo del jurado por criterio",
        sentence=sentence,
        frame=frame_of((CRITERION, ALPHA), rows),
        encoding=Comparison(CRITERION, (ALPHA,), unit=""),
        note=(
            "Alfa de Krippendorff para niveles ordenados: 1 es acuerdo perfecto, 0 el que daría el azar. En "
            "la revisión entre colegas de la ciencia lo usual es .34."
        ),
        size=Size.WIDE,
    )
