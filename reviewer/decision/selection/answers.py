"""What applicants answered in the fields that rules and strata may name."""

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from reviewer.decision.selection.groups import SENSITIVE, Person
from reviewer.models import Applicant, Application, ApplicationStatus, Call, Eligibility, SensitiveTraits

# Apart from the cohort's: what reads sensitive traits names them itself, so that a test can hold who does.
_COLUMNS: dict[str, Any] = {
    "proyecto_tipo": Application.project_kind,
    "genero_narrativo": Application.genre,
    "genero": Applicant.gender,
    "escolaridad": Applicant.schooling,
    "ocupacion": Applicant.occupation,
    "pueblo_indigena": SensitiveTraits.indigenous,
    "afromexicana": SensitiveTraits.afro_mexican,
    "discapacidad": SensitiveTraits.disability,
}


def distinct(session: Session, call: Call, field: str) -> list[str]:
    """What applicants answered in a field, each answer once; none for fields that are not answers."""
    if field not in _COLUMNS:
        return []
    query = (
        select(_COLUMNS[field])
        .select_from(Application)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
        .distinct()
    )
    return [each for each in session.exec(query) if each]


def of_everybody(session: Session, call: Call, named: Collection[str]) -> list[tuple[Person, Eligibility]]:
    """Every current application with the answers to the fields that are named, and its eligibility.

    Sensitive traits are read only where one is named.
    """
    fields = [each for each in _COLUMNS if each in named]
    columns: list[Any] = [
        *(Application.folio, Application.eligibility, Application.preferred_venue),
        *(Applicant.alcaldia, Applicant.birth_date),
        *(_COLUMNS[each] for each in fields),
    ]
    query = (
        select(*columns)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT)
        .order_by(Application.folio)
    )
    if SENSITIVE & set(fields):
        query = query.join(
            SensitiveTraits, col(SensitiveTraits.application_id) == Application.id, isouter=True
        )
    return [
        (
            Person(
                folio,
                alcaldia,
                born,
                preferred,
                dict(zip(fields, (each or "" for each in rest), strict=True)),
            ),
            eligibility,
        )
        for folio, eligibility, preferred, alcaldia, born, *rest in session.exec(query)
    ]
