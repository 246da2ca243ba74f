"""Texts of the ranking's figures."""

from dataclasses import astuple

from reviewer.core.spanish import NBSP, format_number, format_percent
from reviewer.decision.ranking.adjustments import Steps
from reviewer.decision.ranking.juror_effects import CONSTANT, CONTRARY, FEW_REVIEWS, UNCONNECTED
from reviewer.decision.ranking.queries import Band, JurorLine, Mark

BANDS = {
    Band.IN: "Casi seguro dentro",
    Band.CUT: "En la franja de corte",
    Band.OUT: "Casi seguro fuera",
}
MARKS = {
    Mark.TIED: "Empate",
    Mark.MISSING: "Faltan lecturas",
    Mark.DISAGREEMENT: "Desacuerdo",
    Mark.TO_CHECK: "Sin cotejar",
}
FLAGS = {
    CONSTANT: "Casi siempre da lo mismo: sus lecturas se muestran y no ordenan",
    CONTRARY: "Puntúa al revés que los demás: ¿leyó la escala al revés? No cuenta en el estimado",
    FEW_REVIEWS: "Menos de cinco lecturas: aún se sabe poco de su escala",
    UNCONNECTED: "No comparte postulaciones con el resto del jurado",
}
_CLEAR_ERRORS = 2.0  # standard errors: exceeded by chance about once in twenty times


def chance(share: float) -> str:
    """Returns a probability in whole percent; «> 99 %» where it is not certain."""
    if 0 < share < 0.01 or 0.99 < share < 1:
        return f"{'<' if share < 0.5 else '>'}{NBSP}{1 if share < 0.5 else 99}{NBSP}%"
    return format_percent(round(share, 2))


def points(value: float) -> str:
    """Returns «74.0»: always with a decimal, so that columns align."""
    return f"{value + 0.0:.1f}"


def signed_points(value: float) -> str:
    """Returns «+4.2», «−1.0» or «0.0»."""
    text = f"{abs(value):.1f}"
    return text if text == "0.0" else f"{'+' if value > 0 else '−'}{text}"


def interval(low: int, high: int) -> str:
    """Returns «12 a 40», or the one rank."""
    return format_number(low) if low == high else f"{format_number(low)} a {format_number(high)}"


def round_to_sum(mean: float, steps: Steps, estimate: float) -> tuple[float, list[float], float]:
    """Returns all figures with one decimal, such that they add up.

    The largest step takes what rounding leaves over.
    """
    start, end = round(mean, 1), round(estimate, 1)
    rounded_steps = [round(step, 1) for step in astuple(steps)]
    largest = max(range(len(rounded_steps)), key=lambda index: abs(rounded_steps[index]))
    rounded_steps[largest] = round(rounded_steps[largest] + end - start - sum(rounded_steps), 1)
    return start, rounded_steps, end


def severity(juror: JurorLine) -> str:
    """Returns whether a juror is stricter or more generous than the others, if that is significant."""
    if abs(juror.severity) <= _CLEAR_ERRORS * juror.severity_error:
        return "Como el resto, hasta donde se puede saber"
    size = f"{abs(juror.severity):.0f} ± {juror.severity_error:.0f} puntos"
    return f"{'Más exigente' if juror.severity > 0 else 'Más generosa'}: {size}"


def spread(juror: JurorLine) -> str:
    """Returns whether a juror separates applications more or less than the others, if that is significant."""
    if abs(juror.spread - 1) <= _CLEAR_ERRORS * juror.spread_error:
        return "Usual"
    size = f"{juror.spread:.1f} ± {juror.spread_error:.1f} veces la usual"
    return f"{'Amplia' if juror.spread > 1 else 'Estrecha'}: {size}"


def consistency(juror: JurorLine) -> str:
    """Returns how far a juror's readings usually are from what all readings together say."""
    return f"a {juror.noise:.0f} ± {juror.noise_error:.0f} puntos"
