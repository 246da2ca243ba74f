"""One application as a screener sees it: what its row says, what the checks found, what was decided."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from reviewer import calls, geography
from reviewer.access.actor import Actor
from reviewer.access.audit import names_of
from reviewer.access.permissions import Action, require
from reviewer.calls import CallSpec, spec_of
from reviewer.database import reading
from reviewer.errors import Refused
from reviewer.intake.decided import decision_in_force
from reviewer.intake.findings import Severity
from reviewer.intake.store import standing_findings
from reviewer.intake.text import fold
from reviewer.intake.writing import documents_of
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Call,
    Eligibility,
    Screening,
    ScreeningState,
    Verdict,
)
from reviewer.screening.decisions import seen_of


@dataclass(frozen=True)
class FindingLine:
    """What a check found."""

    code: str
    severity: Severity
    field: str | None
    message: str


@dataclass(frozen=True)
class Refusal:
    """A document that was not taken: the code says why."""

    kind: str
    name: str
    code: str


@dataclass(frozen=True)
class DecisionLine:
    """A decision by hand; ``withdrawn_at`` where it was undone."""

    verdict: Verdict
    reason: str
    by: str
    at: datetime
    is_own: bool
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Case:
    """An application with all that a person needs to decide on it.

    ``facts`` are what its row says, by canonical name, in reading order; ``seen`` is to be handed back with
    a decision; ``missing`` are the required kinds of document of which nothing can be read.
    """

    folio: str
    application_id: int
    name: str
    birth_date: date | None
    age: int | None
    curp: str
    postal_code: str
    facts: dict[str, str]
    eligibility: Eligibility
    state: ScreeningState
    findings: tuple[FindingLine, ...]
    refused: tuple[Refusal, ...]
    missing: tuple[str, ...]
    decisions: tuple[DecisionLine, ...]
    privacy_notice: str
    seen: str

    @property
    def decision(self) -> DecisionLine | None:
        """The decision that is in force, if any is."""
        return next((each for each in self.decisions if each.withdrawn_at is None), None)


def read_case(viewer: Actor, *, call: str, folio: str) -> Case:
    """The application that stands under this folio. Refused where there is none."""
    stored = calls.get_call(call)
    require(viewer, Action.SCREEN, stored.phase)
    with reading() as session:
        query = (
            select(Application, Applicant)
            .join(Applicant, col(Applicant.application_id) == col(Application.id))
            .where(Application.call_id == stored.id, Application.folio == folio)
            .where(Application.status == ApplicationStatus.CURRENT)
        )
        found = session.exec(query).first()
        if found is None:
            raise Refused(f"No hay una postulación vigente con el folio {folio}.")
        return _case(session, viewer, stored, *found)


def application_id(viewer: Actor, *, call: str, folio: str) -> int:
    """The number of the application that stands under this folio. Refused where there is none."""
    return read_case(viewer, call=call, folio=folio).application_id


def _case(session: Session, viewer: Actor, call: Call, application: Application, who: Applicant) -> Case:
    spec = spec_of(call)
    papers = documents_of(session, application.id)
    readable = {each.kind for each in papers if not each.refused}
    refused = [Refusal(each.kind, each.original_name, each.refused) for each in papers if each.refused]
    return Case(
        folio=application.folio,
        application_id=application.id or 0,
        name=f"{who.first_names} {who.surnames}".strip(),
        birth_date=who.birth_date,
        age=age_on(who.birth_date, spec) if who.birth_date else None,
        curp=who.curp,
        postal_code=who.postal_code,
        facts=_facts(application, who, spec),
        eligibility=application.eligibility,
        state=application.screening,
        findings=_findings(session, application),
        refused=tuple(refused),
        missing=tuple(kind.key for kind in spec.documents if kind.required and kind.key not in readable),
        decisions=_decisions(session, viewer, application),
        privacy_notice=application.privacy_notice,
        seen=seen_of(application, decision_in_force(session, application.id)),
    )


def age_on(born: date, spec: CallSpec) -> int:
    """Whole years on the day the call closes."""
    day = spec.local(spec.closes_at if spec.closes_at.tzinfo else spec.utc(spec.closes_at)).date()
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def _facts(application: Application, who: Applicant, spec: CallSpec) -> dict[str, str]:
    known = geography.by_code().get(who.alcaldia or "")
    written = who.place if known and fold(who.place) != fold(known.name) else ""
    sent = application.submitted_at
    return {
        "curp": who.curp,
        "fecha_nacimiento": who.birth_date.isoformat() if who.birth_date else "",
        "alcaldia": (f"{known.name} («{written}»)" if written else known.name) if known else who.place,
        "colonia": who.colonia,
        "codigo_postal": who.postal_code,
        "correo": who.email,
        "telefono": who.phone,
        "enviado_en": f"{spec.local(sent):%Y-%m-%d %H:%M:%S}" if sent else "",
    }


def _findings(session: Session, application: Application) -> tuple[FindingLine, ...]:
    gravity = list(Severity)
    found = [
        FindingLine(each.code, Severity(each.severity), each.field, each.message)
        for each in standing_findings(session, application)
    ]
    return tuple(sorted(found, key=lambda each: (gravity.index(each.severity), each.code)))


def _decisions(session: Session, viewer: Actor, application: Application) -> tuple[DecisionLine, ...]:
    query = (
        select(Screening).where(Screening.application_id == application.id).order_by(col(Screening.id).desc())
    )
    made = session.exec(query).all()
    names = names_of(session, {each.decided_by for each in made})
    return tuple(
        DecisionLine(
            verdict=each.verdict,
            reason=each.reason,
            by=names[each.decided_by],
            at=each.decided_at,
            is_own=each.decided_by == viewer.label,
            withdrawn_at=each.withdrawn_at,
        )
        for each in made
    )
