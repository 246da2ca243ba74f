"""Whether an application meets the call's rules, as far as the checks can tell.

What a check can find, with its severity: the codes of the command-line contract.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reviewer.core.errors import UserError
from reviewer.intake.parse.normalise import one_line
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


class Severity(StrEnum):
    """From the whole batch refused down to what is only worth knowing."""

    REFUSAL = "refusal"
    ERROR = "error"
    INELIGIBLE = "ineligible"
    CHECK = "check"
    INFO = "info"


_CODES = {
    Severity.REFUSAL: """
        unreadable_source no_table several_tables unreadable_table unknown_call missing_column
        ambiguous_column unsafe_path archive_bomb""",
    Severity.ERROR: "file_not_found not_a_pdf encrypted_pdf corrupt_pdf empty_pdf withheld_person",
    Severity.INELIGIBLE: "underage outside_city late early missing_document",
    Severity.CHECK: """
        missing_field bad_email bad_phone bad_date bad_curp curp_mismatch unknown_alcaldia
        postal_code_mismatch repeated_in_batch shared_contact guessed_document file_too_large too_many_pages
        active_content same_document correction_overruled""",
    Severity.INFO: "no_text unreferenced_file other_sheet correction_kept",
}
SEVERITIES = {code: severity for severity, codes in _CODES.items() for code in codes.split()}
"""Two codes are less or more severe by the case: ``missing_field`` and ``missing_document``."""


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """One finding of a row, a file or the batch. ``field`` is a canonical name, ``message`` Spanish."""

    code: str
    message: str
    severity: Severity
    field: str | None = None
    file: str | None = None
    row: int | None = None


def make_finding(
    code: str,
    message: str,
    *,
    field: str | None = None,
    file: str | None = None,
    row: int | None = None,
    severity: Severity | None = None,
) -> CheckFinding:
    """A finding with its code's usual severity, unless another is given; its message in one line."""
    return CheckFinding(code, one_line(message), severity or SEVERITIES[code], field, file, row)


class BatchRefused(UserError):
    """The whole batch can't be taken; ``finding`` says why."""

    def __init__(self, code: str, message: str, *, file: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.finding = make_finding(code, message, file=file, field=field, severity=Severity.REFUSAL)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        finding = self.finding
        return _rebuild_refusal, (finding.code, finding.message, finding.file, finding.field)


def _rebuild_refusal(code: str, message: str, file: str | None, field: str | None) -> BatchRefused:
    return BatchRefused(code, message, file=file, field=field)
