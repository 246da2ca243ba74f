"""The TOML file of a call (dates, documents, rubric, venues, representation), and the stored calls."""

import tomllib
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator
from sqlmodel import Session, col, func, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, not_a_verb, require, verb
from reviewer.audit import log
from reviewer.call import spec_errors
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import UserError, os_error_reason
from reviewer.core.paths import CALLS
from reviewer.demographics import geography
from reviewer.demographics.questions import IN_RULES
from reviewer.models import Application, Call, Phase, Review, Score

Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
ShortText = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]


class _SpecModel(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class EligibilityRules(_SpecModel):
    """Who may apply; ages in whole years on the day that the call closes."""

    minimum_age: int = Field(ge=0, le=120)
    residence: Literal["Ciudad de México"]


class ReviewRules(_SpecModel):
    """How applications are reviewed.

    ``disagreement`` is in points out of 100; times are local to the call.
    """

    reviews_per_application: int = Field(ge=1, le=50)
    blind: bool
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    disagreement: float = Field(default=30, ge=0, le=100)
    own_alcaldia: bool = True


class DecisionRules(_SpecModel):
    """Which ranking applies, how ties are broken, and how long data of those not selected is kept."""

    ranking: Literal["calibrated", "mean"] = "calibrated"
    lottery_seed: str = ""
    retention_days: int = Field(default=180, ge=0)
    strata: tuple[str, ...] = ()
    lottery_band: tuple[float, ...] = ()

    @field_validator("strata")
    @classmethod
    def _check_strata(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if set(value) - IN_RULES.keys():
            raise ValueError(f"escriba [] o algunos de estos campos: {', '.join(IN_RULES)}")
        return value

    @field_validator("lottery_band")
    @classmethod
    def _check_band(cls, value: tuple[float, ...]) -> tuple[float, ...]:
        if value and (len(value) != 2 or not 0 <= value[0] < value[1] <= 1):
            raise ValueError("escriba [] o dos probabilidades de menor a mayor, como [0.4, 0.6]")
        return value


class PrivacyRules(_SpecModel):
    """The version of the privacy notice that applicants accepted."""

    notice: str


class Venue(_SpecModel):
    """A venue with its seats; ``alcaldia`` is used to estimate travel."""

    key: Key
    label: ShortText
    seats: int = Field(ge=1)
    alcaldia: str | None = None

    @field_validator("alcaldia")
    @classmethod
    def _check_alcaldia(cls, value: str | None) -> str | None:
        names = [alcaldia.name for alcaldia in geography.alcaldias()]
        if value is not None and value not in names:
            raise ValueError(f"escriba una de las dieciséis alcaldías: {', '.join(names)}")
        return value


class RepresentationRule(_SpecModel):
    """At least or at most so many people of a group, overall or in a venue (in each for ``"*"``)."""

    label: ShortText
    who: dict[str, str | list[str]]
    at_least: int | None = Field(default=None, ge=0)
    at_most: int | None = Field(default=None, ge=0)
    venue: str | None = None

    @model_validator(mode="after")
    def _check_limits(self) -> "RepresentationRule":
        unknown = sorted(set(self.who) - IN_RULES.keys())
        if unknown or not self.who:
            raise ValueError(f"«who» nombra grupos por alguno de estos campos: {', '.join(IN_RULES)}")
        if self.at_least is None and self.at_most is None:
            raise ValueError("la regla necesita at_least, at_most o ambas")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least no puede ser mayor que at_most")
        return self


class DocumentKind(_SpecModel):
    """A kind of document. The jury never sees one with the ``audience`` ``"admin"``."""

    key: Key
    label: ShortText
    required: bool
    audience: Literal["admin", "jury"]
    max_pages: int | None = Field(default=None, ge=1)
    max_megabytes: float | None = Field(default=None, gt=0)


class Criterion(_SpecModel):
    """A criterion with its relative weight and the meaning of each level."""

    key: Key
    label: ShortText
    weight: float = Field(gt=0)
    levels: dict[int, ShortText]

    @field_validator("levels")
    @classmethod
    def _check_levels(cls, value: dict[int, str]) -> dict[int, str]:
        numbers = sorted(value)
        if len(numbers) < 2 or numbers != list(range(numbers[0], numbers[-1] + 1)):
            raise ValueError("los niveles son números seguidos, dos al menos, como 1, 2, 3, 4, 5")
        return dict(sorted(value.items()))


class CallSpec(_SpecModel):
    """The contents of a call's file. Times in the file are local; the properties give them in UTC."""

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{1,59}$")]
    title: ShortText
    folio_prefix: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9]{0,9}$")]
    timezone: str
    opens_at: datetime
    closes_at: datetime
    seats: int = Field(ge=1)
    organizers: tuple[ShortText, ...] = ()
    eligibility: EligibilityRules
    review: ReviewRules
    decision: DecisionRules = DecisionRules()
    privacy: PrivacyRules | None = None
    venues: tuple[Venue, ...] = Field(min_length=1)
    representation: tuple[RepresentationRule, ...] = ()
    documents: tuple[DocumentKind, ...] = Field(min_length=1)
    criteria: tuple[Criterion, ...] = Field(min_length=1)

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ValueError, OSError, LookupError) as error:
            raise ValueError("escriba una zona horaria de la IANA, como America/Mexico_City") from error
        return value

    @model_validator(mode="after")
    def _check_consistency(self) -> "CallSpec":
        if self.opens >= self.closes:
            raise ValueError("opens_at", "opens_at tiene que ser anterior a closes_at")
        if self.review_opens and self.review_closes and self.review_opens >= self.review_closes:
            raise ValueError("review", "en [review], opens_at tiene que ser anterior a closes_at")
        total = sum(venue.seats for venue in self.venues)
        if total != self.seats:
            raise ValueError("seats", f"seats es {self.seats}, pero las sedes suman {total}: haga que coincidan")
        for name, parts in (
            ("venues", self.venues),
            ("documents", self.documents),
            ("criteria", self.criteria),
        ):
            if len({part.key for part in parts}) < len(parts):
                raise ValueError(name, f"en [[{name}]] hay dos con la misma key: cada una lleva la suya")
        venues = {venue.key for venue in self.venues} | {"*", None}
        if any(rule.venue not in venues for rule in self.representation):
            raise ValueError("representation", "una regla nombra una sede (venue) que no está en [[venues]]")
        if len({tuple(criterion.levels) for criterion in self.criteria}) > 1:
            raise ValueError("criteria", "todos los criterios llevan los mismos niveles, para poder compararlos")
        return self

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the times in the file."""
        return ZoneInfo(self.timezone)

    @property
    def opens(self) -> datetime:
        """The first moment of intake, in UTC."""
        return self.utc(self.opens_at)

    @property
    def closes(self) -> datetime:
        """The first moment that is too late, in UTC: the closing minute is included."""
        return self._closing_moment(self.closes_at)

    @property
    def closing_day(self) -> date:
        """The day on which the call closes, in its zone; ages are counted on it."""
        return self.local(self.utc(self.closes_at)).date()

    @property
    def review_opens(self) -> datetime | None:
        """The first moment of reviewing, in UTC; None where there is no window."""
        return self.utc(self.review.opens_at) if self.review.opens_at else None

    @property
    def review_closes(self) -> datetime | None:
        """The first moment that is too late for a review, in UTC; None where there is no deadline."""
        return self._closing_moment(self.review.closes_at) if self.review.closes_at else None

    @property
    def scale(self) -> tuple[int, int]:
        """The lowest and the highest level."""
        levels = self.criteria[0].levels
        return min(levels), max(levels)

    @property
    def venue_labels(self) -> dict[str, str]:
        """The label of each venue by its key, in the order of the file."""
        return {venue.key: venue.label for venue in self.venues}

    @property
    def jury_documents(self) -> tuple[DocumentKind, ...]:
        """The kinds of document that the jury reads, in the order of the file."""
        return tuple(kind for kind in self.documents if kind.audience == "jury")

    def utc(self, moment: datetime) -> datetime:
        """Returns a time in UTC; one without a time zone is in the call's."""
        return (moment if moment.tzinfo else moment.replace(tzinfo=self.zone)).astimezone(UTC)

    def local(self, moment: datetime) -> datetime:
        """Returns an aware moment in the call's time zone."""
        return moment.astimezone(self.zone)

    def _closing_moment(self, moment: datetime) -> datetime:
        return self.utc(moment).replace(second=0, microsecond=0) + timedelta(minutes=1)


@lru_cache(maxsize=64)
def parse(text: str) -> CallSpec:
    """Parses a call's file. Raises ``UserError`` that names the line and what to write instead."""
    try:
        return CallSpec.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UserError(spec_errors.syntax_message(error)) from error
    except ValidationError as error:
        raise UserError(spec_errors.content_message(error, text, CallSpec)) from error


def spec_of(call: Call) -> CallSpec:
    """Returns the parsed file of a stored call."""
    return parse(call.source)


@verb(Action.LOAD_CALL)
def load_call(actor: Actor, *, text: str) -> Call:
    """Installs a call, or updates the one with its slug, without judging its applications anew.

    Raises ``UserError`` where scores would lose their rubric.
    """
    require(actor, Action.LOAD_CALL)
    spec = parse(text)
    with write_session() as session:
        call = load_in(session, spec, text)
        log.record(session, actor, "call.load", "call", call.slug, {"title": spec.title})
        return call


def load_in(session: Session, spec: CallSpec, text: str) -> Call:
    """Stores a call in the caller's transaction; ``spec`` is what ``text`` says."""
    call = session.exec(select(Call).where(Call.slug == spec.slug)).first()
    if call is None:
        call = Call(slug=spec.slug, title=spec.title, source=text)
    else:
        _check_change(session, call, spec)
        call.title, call.source, call.loaded_at = spec.title, text, clock.now()
    session.add(call)
    session.flush()
    return call


def read_file(path: Path) -> str:
    """Returns the text of a call's file. Raises ``UserError`` where it can't be read or is not UTF-8."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UserError(f"No se puede leer {path.name}: {os_error_reason(error)}.") from error
    except UnicodeDecodeError as error:
        raise UserError(f"{path.name} no está en UTF-8: guárdelo con esa codificación.") from error


def get_call(slug: str) -> Call:
    """Returns the call with this slug. Raises ``UserError`` that names the existing ones."""
    with read_session() as session:
        calls = session.exec(select(Call).order_by(col(Call.loaded_at).desc())).all()
    for call in calls:
        if call.slug == slug:
            return call
    there_are = ", ".join(call.slug for call in calls) or "ninguna; instale una con «call load»"
    raise UserError(f"No hay una convocatoria «{slug}». Hay: {there_are}.")


@not_a_verb("checks the action that its caller names")
def call_for(actor: Actor, action: Action, slug: str) -> Call:
    """Returns the call of this slug.

    Raises what ``require`` raises where the actor may not do ``action`` in its phase.
    """
    call = get_call(slug)
    require(actor, action, call.phase)
    return call


def call_in(session: Session, slug: str) -> Call:
    """Returns the call of this slug, in the caller's session. Raises ``UserError`` where there is none."""
    call = session.exec(select(Call).where(Call.slug == slug)).first()
    if call is None:
        raise UserError(f"No hay una convocatoria «{slug}».")
    return call


def list_calls() -> list[Call]:
    """Returns all calls, the one loaded last first."""
    with read_session() as session:
        return list(session.exec(select(Call).order_by(col(Call.loaded_at).desc())))


def uninstalled_call_texts() -> list[str]:
    """Returns the texts of the calls that ship with the project and are not installed yet."""
    installed = {call.slug for call in list_calls()}
    texts = [read_file(path) for path in sorted(CALLS.glob("*.toml"))]
    return [text for text in texts if parse(text).slug not in installed]


@verb(Action.CHANGE_PHASE)
def set_phase(actor: Actor, *, slug: str, phase: Phase) -> None:
    """Sets the phase of a call."""
    require(actor, Action.CHANGE_PHASE)
    with write_session() as session:
        call = call_in(session, slug)
        log.record(session, actor, "call.phase", "call", slug, {"before": call.phase, "after": phase})
        call.phase = phase
        session.add(call)


def _check_change(session: Session, call: Call, spec: CallSpec) -> None:
    old = spec_of(call)
    has_scores = session.exec(
        select(func.count(col(Score.id)))
        .join(Review, col(Review.id) == Score.review_id)
        .where(Review.call_id == call.id)
    ).one()
    if has_scores and (old.criteria != spec.criteria or old.documents != spec.documents):
        raise UserError(
            "Ya hay puntajes: la rúbrica y los documentos de la convocatoria no se pueden cambiar. "
            "Deje [[criteria]] y [[documents]] como estaban."
        )
    has_folios = session.exec(select(Application.id).where(Application.call_id == call.id).limit(1)).first()
    if has_folios and old.folio_prefix != spec.folio_prefix:
        raise UserError(f"Ya hay folios: folio_prefix tiene que seguir siendo «{old.folio_prefix}».")
