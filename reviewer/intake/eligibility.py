"""Whether an application meets the call's rules, as far as the checks can tell."""

from collections.abc import Iterable

from reviewer.intake.findings import Severity
from reviewer.models import Eligibility


def eligibility_of(findings: Iterable[tuple[str, str]], refused: Iterable[str]) -> tuple[Eligibility, str]:
    """The status that findings lead to, and its reasons.

    ``findings`` are pairs of code and severity, ``refused`` the codes of required documents not taken. The
    reasons are the codes that count, in alphabetical order, joined by semicolons.
    """
    pairs = set(findings)
    ineligible = {code for code, severity in pairs if severity == Severity.INELIGIBLE}
    if ineligible:
        return Eligibility.INELIGIBLE, ";".join(sorted(ineligible))
    to_check = {code for code, severity in pairs if severity == Severity.CHECK} | set(refused)
    if to_check:
        return Eligibility.TO_CHECK, ";".join(sorted(to_check))
    return Eligibility.ELIGIBLE, ""


def codes_that_count(findings: Iterable[tuple[str, str]], refused: Iterable[str]) -> frozenset[str]:
    """The codes for which somebody has to look, or is not eligible."""
    counting = (Severity.INELIGIBLE, Severity.CHECK)
    return frozenset(code for code, severity in findings if severity in counting) | frozenset(refused)
