"""The facts an acta states. They hold folios only; names are added when a document is drawn."""

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import BaseModel, ConfigDict

Names = Mapping[str, str]
"""The applicants' names by folio; a folio without one is shown alone."""


class _Fact(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MemberFact(_Fact):
    """Somebody who attended or was absent; ``recused`` are the folios that they took no part in."""

    name: str
    capacity: str
    present: bool
    signs: bool
    recused: tuple[str, ...] = ()


class MeetingFact(_Fact):
    """A meeting of the jury; times are aware, ``ended`` is None while it is open."""

    place: str
    began: datetime
    ended: datetime | None


class VenueResult(_Fact):
    """The folios of a venue: selected by folio, waiting in order of their turn."""

    label: str
    seats: int
    selected: tuple[str, ...]
    waiting: tuple[str, ...]


class RuleFact(_Fact):
    """A rule of representation and its result, both in words."""

    label: str
    limits: str
    outcome: str


class ResolutionFact(_Fact):
    """What the jury decided on one application, with the counted votes."""

    folio: str
    decision: str
    in_favour: int
    against: int
    abstained: int
    recused: tuple[str, ...]
    reason: str


class ManualChangeFact(_Fact):
    """A change to the computed proposal, in words, with its reason."""

    folio: str
    change: str
    reason: str
    by: str
    at: datetime


class Statistics(_Fact):
    """The process in numbers of applications, readings and people."""

    received: int
    eligible: int
    ineligible: int
    to_check: int
    read: int
    readings: int
    jurors: int
    recusals: int


class AgreementFact(_Fact):
    """How far the jury agreed: alpha by the criterion's label, the rest as in ``ranking.agreement``."""

    alpha: tuple[tuple[str, float | None], ...]
    single: float | None
    mean: float | None
    readings: float
    shares: tuple[float, float, float] | None


class TieFact(_Fact):
    """Applications with the same result at a cut line, in the order of the lots.

    ``seated`` are those to whom the lot gave a seat; it is empty in actas of earlier versions.
    """

    folios: tuple[str, ...]
    seated: tuple[str, ...] = ()


class ActaFacts(_Fact):
    """Everything an acta states; ``version`` counts from 1, ``replaces`` is the version it corrects."""

    call: str
    title: str
    organizers: tuple[str, ...]
    timezone: str
    seats: int
    place: str
    drawn_on: date
    version: int
    replaces: int | None = None
    replaces_fingerprint: str = ""
    correction: str = ""
    order: str
    blind: bool
    readings_per_application: int
    criteria: tuple[tuple[str, float], ...]
    sittings: tuple[MeetingFact, ...]
    members: tuple[MemberFact, ...]
    rules: tuple[RuleFact, ...]
    warnings: tuple[str, ...] = ()
    venues: tuple[VenueResult, ...]
    resolved: tuple[ResolutionFact, ...]
    changes: tuple[ManualChangeFact, ...]
    lottery_seed: str
    lottery_band: tuple[float, ...] = ()
    ties: tuple[TieFact, ...]
    statistics: Statistics
    agreement: AgreementFact | None = None
    fingerprint: str
    signed_by: str = ""
    signed_at: datetime | None = None

    @property
    def is_signed(self) -> bool:
        """Whether it is signed; otherwise it is a draft."""
        return self.signed_at is not None


class ReplacementFact(_Fact):
    """A seat that became free and who takes it; ``taken_by`` is empty where nobody could."""

    venue: str
    freed_by: str
    cause: str
    taken_by: str
    passed_over: tuple[str, ...] = ()


class AmendmentFacts(_Fact):
    """What an amendment to a signed acta states; ``number`` counts from 1 within the call."""

    call: str
    title: str
    organizers: tuple[str, ...]
    timezone: str
    number: int
    acta_version: int
    acta_fingerprint: str
    place: str
    replacements: tuple[ReplacementFact, ...]
    fingerprint: str
    signed_by: str
    signed_at: datetime
