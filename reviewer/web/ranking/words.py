"""How the ranking's figures are said."""

from dataclasses import astuple

from reviewer.decision.jurors import APART, CONSTANT, FEW
from reviewer.decision.standings import Band, JurorLine, Mark
from reviewer.decision.steps import Steps
from reviewer.words import NBSP, number, percent

BANDS = {
    Band.IN: "Casi seguro dentro",
    Band.CUT: "En la franja de corte",
    Band.OUT: "Casi seguro fuera",
}
MARKS = {
    Mark.TIED: "Empate",
    Mark.MISSING: "Faltan lecturas",
    Mark.APART: "Desacuerdo",
    Mark.TO_CHECK: "Sin cotejar",
}
FLAGS = {
    CONSTANT: "Casi siempre da lo mismo: sus lecturas se muestran y no ordenan",
    FEW: "Menos de cinco lecturas: aún se sabe poco de su escala",
    APART: "No comparte postulaciones con el resto del jurado",
}
_CLEAR = 2.0  # standard errors: about nineteen times of twenty not by chance


def chance(share: float) -> str:
    """A chance in whole percent; «> 99 %» rather than a certainty that nobody has."""
    if 0 < share < 0.01 or 0.99 < share < 1:
        return f"{'<' if share < 0.5 else '>'}{NBSP}{1 if share < 0.5 else 99}{NBSP}%"
    return percent(round(share, 2))


def points(value: float) -> str:
    """«74.0»: always a decimal, so that columns align."""
    return f"{value + 0.0:.1f}"


def change(value: float) -> str:
    """«+4.2», «−1.0», «0.0»."""
    written = f"{abs(value):.1f}"
    return written if written == "0.0" else f"{'+' if value > 0 else '−'}{written}"


def interval(low: int, high: int) -> str:
    """«12 a 40», or the one rank."""
    return number(low) if low == high else f"{number(low)} a {number(high)}"


def adding_up(mean: float, steps: Steps, estimate: float) -> tuple[float, list[float], float]:
    """All of them with one decimal such that they add up as written; the largest step takes what rounding
    left over.
    """
    start, end = round(mean, 1), round(estimate, 1)
    written = [round(each, 1) for each in astuple(steps)]
    largest = max(range(len(written)), key=lambda at: abs(written[at]))
    written[largest] = round(written[largest] + end - start - sum(written), 1)
    return start, written, end


def severity(juror: JurorLine) -> str:
    """Stricter, as everybody, or more generous, as far as it can be told."""
    if abs(juror.severity) <= _CLEAR * juror.severity_error:
        return "Como el resto, hasta donde se puede saber"
    size = f"{abs(juror.severity):.0f} ± {juror.severity_error:.0f} puntos"
    return f"{'Más exigente' if juror.severity > 0 else 'Más generosa'}: {size}"


def spread(juror: JurorLine) -> str:
    """Whether she sets applications further apart than others do."""
    if abs(juror.spread - 1) <= _CLEAR * juror.spread_error:
        return "Usual"
    size = f"{juror.spread:.1f} ± {juror.spread_error:.1f} veces la usual"
    return f"{'Amplia' if juror.spread > 1 else 'Estrecha'}: {size}"


def consistency(juror: JurorLine) -> str:
    """How far her readings usually fall from what everybody's together say."""
    return f"a {juror.noise:.0f} ± {juror.noise_error:.0f} puntos"
