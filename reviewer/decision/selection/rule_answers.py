"""What applicants answered in the fields that rules and strata may name."""

from collections.abc import Collection
from typing import Any

from sqlmodel import Session, col, select

from reviewer.decision.selection.optimisation.groups import OWN_FIELDS, SENSITIVE_FIELDS, ApplicantAnswers
from reviewer.demographics.answer_columns import answer_column
from reviewer.demographics.questions import IN_RULES
from reviewer.models import Applicant, Application, Call, Eligibility, SensitiveTraits
from reviewer.models.scopes import current_of

_ANSWER_COLUMNS = {key: answer_column(question) for key, question in IN_RULES.items() if key not in OWN_FIELDS}


def distinct_answers(session: Session, call: Call, field: str) -> list[str]:
    """Returns the distinct answers in a field; none for fields that are not free answers."""
    if field not in _ANSWER_COLUMNS:
        return []
    query = (
        select(_ANSWER_COLUMNS[field])
        .select_from(Application)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call))
        .distinct()
    )
    return [answer for answer in session.exec(query) if answer]


def load_people(
    session: Session, call: Call, field_names: Collection[str]
) -> list[tuple[ApplicantAnswers, Eligibility]]:
    """Returns every current application with its answers in ``field_names``, and its eligibility.

    Sensitive traits are read only where one is named.
    """
    fields = [field for field in _ANSWER_COLUMNS if field in field_names]
    columns: list[Any] = [
        *(Application.folio, Application.eligibility, Application.preferred_venue),
        *(Applicant.alcaldia, Applicant.birth_date),
        *(_ANSWER_COLUMNS[field] for field in fields),
    ]
    query = (
        select(*columns)
        .join(Applicant, col(Applicant.application_id) == Application.id)
        .where(current_of(call))
        .order_by(Application.folio)
    )
    if SENSITIVE_FIELDS & set(fields):
        query = query.join(SensitiveTraits, col(SensitiveTraits.application_id) == Application.id, isouter=True)
    return [
        (
            ApplicantAnswers(
                folio,
                alcaldia,
                birth_date,
                preferred,
                dict(zip(fields, (answer or "" for answer in values), strict=True)),
            ),
            eligibility,
        )
        for folio, eligibility, preferred, alcaldia, birth_date, *values in session.exec(query)
    ]
