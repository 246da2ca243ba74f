"""What checks can find, with the codes of the command line's contract, and the eligibility that follows."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from reviewer.core.errors import UserError
from reviewer.intake.parse.normalise import one_line
from reviewer.models import Eligibility


class Severity(StrEnum):
    """How grave a finding is, the gravest first: ``REFUSAL`` refuses the batch, ``ERROR`` the row or file."""

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
        ambiguous_dates no_submission_time broken_cell surplus_cells
        missing_field bad_email bad_phone bad_date bad_curp curp_mismatch unknown_alcaldia
        postal_code_mismatch repeated_in_batch shared_contact possible_duplicate no_consent guessed_document
        file_too_large too_many_pages reviewed_before
        active_content unreadable_pages same_document correction_overruled""",
    Severity.INFO: "no_text unreferenced_file other_sheet hidden_sheet hidden_rows nested_archive correction_kept",
}
SEVERITIES = {code: severity for severity, codes in _CODES.items() for code in codes.split()}
"""The usual severities; checks give ``missing_field`` and ``missing_document`` others in some cases."""
NOT_COUNTED = frozenset(("reviewed_before",))
"""The codes that people have to look at and that change nobody's eligibility."""


@dataclass(frozen=True, slots=True)
class CheckFinding:
    """A finding about a row, a file or the batch; ``field`` is a canonical name, ``message`` Spanish."""

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
    """Returns a finding, with its code's usual severity by default, its message in one line."""
    return CheckFinding(code, one_line(message), severity or SEVERITIES[code], field, file, row)


def eligibility_of(findings: Iterable[tuple[str, str]], refused: Iterable[str]) -> tuple[Eligibility, str]:
    """Returns the eligibility that follows from findings, and its reasons.

    ``findings`` are pairs of code and severity, ``refused`` the codes of required documents not taken.
    The reasons are the codes that count, in alphabetical order, joined by semicolons.
    """
    pairs = {(code, severity) for code, severity in findings if code not in NOT_COUNTED}
    ineligible = {code for code, severity in pairs if severity == Severity.INELIGIBLE}
    if ineligible:
        return Eligibility.INELIGIBLE, ";".join(sorted(ineligible))
    to_check = {code for code, severity in pairs if severity == Severity.CHECK} | set(refused)
    if to_check:
        return Eligibility.TO_CHECK, ";".join(sorted(to_check))
    return Eligibility.ELIGIBLE, ""


def codes_that_count(findings: Iterable[tuple[str, str]], refused: Iterable[str]) -> frozenset[str]:
    """Returns the codes for which an application is not eligible, or has to be looked at."""
    counting = (Severity.INELIGIBLE, Severity.CHECK)
    counted = {code for code, severity in findings if severity in counting} - NOT_COUNTED
    return frozenset(counted) | frozenset(refused)


class BatchRefused(UserError):
    """The whole batch is refused; ``finding`` says why."""

    def __init__(self, code: str, message: str, file: str | None = None, field: str | None = None) -> None:
        super().__init__(message)
        self.finding = make_finding(code, message, file=file, field=field, severity=Severity.REFUSAL)

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:  # it is raised in worker processes
        finding = self.finding
        return BatchRefused, (finding.code, finding.message, finding.file, finding.field)
