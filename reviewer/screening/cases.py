"""One application as a screener sees it: its data, findings of the checks, and decisions."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit.log import actor_names
from reviewer.call import spec as call_spec
from reviewer.call.spec import CallSpec, spec_of
from reviewer.core.database import read_session
from reviewer.core.errors import UserError
from reviewer.core.text import fold
from reviewer.demographics import geography
from reviewer.demographics.age import age_on
from reviewer.intake.check.findings import Severity
from reviewer.intake.corrections.screening_decisions import decision_in_force
from reviewer.intake.store.table_writer import documents_of
from reviewer.intake.store.upsert import current_findings
from reviewer.models import Applicant, Application, Call, Eligibility, Screening, ScreeningState, Verdict, require_id
from reviewer.models.scopes import CURRENT_APPLICATION
from reviewer.screening.decisions import version_token


@dataclass(frozen=True)
class FindingLine:
    """A finding of a check."""

    code: str
    severity: Severity
    field: str | None
    message: str


@dataclass(frozen=True)
class RefusedDocument:
    """A document that was not accepted; ``code`` says why."""

    kind: str
    name: str
    code: str


@dataclass(frozen=True)
class DecisionLine:
    """A decision by a person; ``withdrawn_at`` is None unless it was undone."""

    verdict: Verdict
    reason: str
    by: str
    at: datetime
    is_own: bool
    withdrawn_at: datetime | None = None


@dataclass(frozen=True)
class Case:
    """An application with all that a person needs to decide on it.

    ``facts`` are its data by canonical name, in reading order; ``seen`` is to be passed to the decision;
    ``missing`` are the required kinds of document of which none can be read.
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
    refused: tuple[RefusedDocument, ...]
    missing: tuple[str, ...]
    decisions: tuple[DecisionLine, ...]
    privacy_notice: str
    privacy_consent: str | None
    seen: str

    @property
    def decision(self) -> DecisionLine | None:
        """The decision in force, if there is one."""
        return next((decision for decision in self.decisions if decision.withdrawn_at is None), None)


@verb(Action.SCREEN)
def read_case(viewer: Actor, *, slug: str, folio: str) -> Case:
    """Returns the current application with this folio; raises UserError if there is none."""
    stored = call_spec.get_call(slug)
    require(viewer, Action.SCREEN, stored.phase)
    with read_session() as session:
        query = (
            select(Application, Applicant)
            .join(Applicant, col(Applicant.application_id) == col(Application.id))
            .where(Application.call_id == stored.id, Application.folio == folio, CURRENT_APPLICATION)
        )
        row = session.exec(query).first()
        if row is None:
            raise UserError(f"No hay una postulación vigente con el folio {folio}.")
        return _case(session, viewer, stored, *row)


@verb(Action.SCREEN)
def application_id(viewer: Actor, *, slug: str, folio: str) -> int:
    """Returns the id of the current application with this folio; raises UserError if there is none."""
    return read_case(viewer, slug=slug, folio=folio).application_id


def _case(session: Session, viewer: Actor, call: Call, application: Application, applicant: Applicant) -> Case:
    spec = spec_of(call)
    documents = documents_of(session, application.id)
    readable = {document.kind for document in documents if not document.refused}
    refused = [
        RefusedDocument(document.kind, document.original_name, document.refused)
        for document in documents
        if document.refused
    ]
    return Case(
        folio=application.folio,
        application_id=require_id(application),
        name=f"{applicant.first_names} {applicant.surnames}".strip(),
        birth_date=applicant.birth_date,
        age=age_on(spec.closing_day, applicant.birth_date) if applicant.birth_date else None,
        curp=applicant.curp,
        postal_code=applicant.postal_code,
        facts=_facts(application, applicant, spec),
        eligibility=application.eligibility,
        state=application.screening,
        findings=_findings(session, application),
        refused=tuple(refused),
        missing=tuple(kind.key for kind in spec.documents if kind.required and kind.key not in readable),
        decisions=_decisions(session, viewer, application),
        privacy_notice=application.privacy_notice,
        privacy_consent=application.privacy_consent,
        seen=version_token(application, decision_in_force(session, application.id)),
    )


def _facts(application: Application, applicant: Applicant, spec: CallSpec) -> dict[str, str]:
    alcaldia = geography.by_code().get(applicant.alcaldia or "")
    place = alcaldia.name if alcaldia else applicant.place
    if fold(applicant.place) not in ("", fold(place)):
        place += f" («{applicant.place}»)"
    submitted_at = application.submitted_at
    return {
        "curp": applicant.curp,
        "fecha_nacimiento": applicant.birth_date.isoformat() if applicant.birth_date else "",
        "alcaldia": place,
        "colonia": applicant.colonia,
        "codigo_postal": applicant.postal_code,
        "correo": applicant.email,
        "telefono": applicant.phone,
        "enviado_en": f"{spec.local(submitted_at):%Y-%m-%d %H:%M:%S}" if submitted_at else "",
    }


def _findings(session: Session, application: Application) -> tuple[FindingLine, ...]:
    severity_order = list(Severity)
    finding_lines = [
        FindingLine(finding.code, Severity(finding.severity), finding.field, finding.message)
        for finding in current_findings(session, application)
    ]
    return tuple(sorted(finding_lines, key=lambda line: (severity_order.index(line.severity), line.code)))


def _decisions(session: Session, viewer: Actor, application: Application) -> tuple[DecisionLine, ...]:
    query = select(Screening).where(Screening.application_id == application.id)
    screenings = session.exec(query.order_by(col(Screening.id).desc())).all()
    names = actor_names(session, {screening.decided_by for screening in screenings})
    return tuple(
        DecisionLine(
            verdict=screening.verdict,
            reason=screening.reason,
            by=names[screening.decided_by],
            at=screening.decided_at,
            is_own=screening.decided_by == viewer.label,
            withdrawn_at=screening.withdrawn_at,
        )
        for screening in screenings
    )
