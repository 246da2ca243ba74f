"""Rankings kept in the database: computed once, and read until a score changes.

A stamp identifies the input of a ranking: where it differs, the kept ranking is out of date.
"""

import hashlib
from dataclasses import asdict, fields
from typing import Any

from sqlmodel import Session, col, delete, func, insert, select

from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.decision.ranking.adjustments import Steps
from reviewer.decision.ranking.juror_effects import JurorEffects
from reviewer.decision.ranking.ranking import Ranking, RankingEntry
from reviewer.demographics import group_rules
from reviewer.models import (
    Application,
    Call,
    FurtherRound,
    KeptRanking,
    Person,
    RankedApplication,
    RankedJuror,
    Review,
    Score,
    require_id,
)
from reviewer.models.scopes import CURRENT_APPLICATION, SUBMITTED_REVIEW, current_of

_METHOD_VERSION = 2  # raised whenever the same scores would give another ranking
_STEP_NAMES = tuple(field.name for field in fields(Steps))
_ENTRY_FIELDS = tuple(field.name for field in fields(RankingEntry) if field.name not in ("application", "steps"))
_JUROR_FIELDS = tuple(field.name for field in fields(JurorEffects) if field.name not in ("reviewer", "flags"))


def latest(session: Session, call: Call) -> KeptRanking | None:
    """Returns the last ranking of a call that was computed, whether or not scores have changed since."""
    query = select(KeptRanking).where(KeptRanking.call_id == call.id).order_by(col(KeptRanking.id).desc())
    return session.exec(query.limit(1)).first()


def save(session: Session, call: Call, ranking: Ranking, *, stamp: str, facts: dict[str, Any]) -> KeptRanking:
    """Stores a ranking and deletes earlier ones, except those that further readings are compared with."""
    _delete_unused(session, call)
    all_facts = {"warnings": list(ranking.warnings), "noise": ranking.noise, **facts}
    kept_ranking = KeptRanking(
        call_id=require_id(call), stamp=stamp, seats=ranking.seats, computed_at=clock.now(), facts=all_facts
    )
    session.add(kept_ranking)
    session.flush()
    query = select(Application.folio, Application.id).where(current_of(call))
    application_ids = dict(session.exec(query).all())
    application_rows = [
        {
            "ranking_id": kept_ranking.id,
            "application_id": application_ids[entry.application],
            **_attributes(entry, _ENTRY_FIELDS),
            **{f"{name}_step": value for name, value in asdict(entry.steps).items()},
        }
        for entry in ranking.ranking
    ]
    person_ids = dict(session.exec(select(Person.email, Person.id)).all())
    juror_rows = [
        {
            "ranking_id": kept_ranking.id,
            "person_id": person_ids[juror.reviewer],
            "flags": list(juror.flags),
            **_attributes(juror, _JUROR_FIELDS),
        }
        for juror in ranking.reviewers
    ]
    session.exec(insert(RankedApplication), params=application_rows)
    session.exec(insert(RankedJuror), params=juror_rows)
    return kept_ranking


def restore(session: Session, kept_ranking: KeptRanking) -> Ranking:
    """Returns a kept ranking as it was computed."""
    applications = session.exec(
        select(RankedApplication, Application.folio)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .where(RankedApplication.ranking_id == kept_ranking.id)
        .order_by(col(RankedApplication.rank))
    )
    jurors = session.exec(
        select(RankedJuror, Person.email)
        .join(Person, col(Person.id) == RankedJuror.person_id)
        .where(RankedJuror.ranking_id == kept_ranking.id)
        .order_by(Person.email)
    )
    return Ranking(
        seats=kept_ranking.seats,
        ranking=tuple(
            RankingEntry(application=folio, steps=steps_of(row), **_attributes(row, _ENTRY_FIELDS))
            for row, folio in applications
        ),
        reviewers=tuple(
            JurorEffects(reviewer=email, flags=tuple(row.flags), **_attributes(row, _JUROR_FIELDS))
            for row, email in jurors
        ),
        warnings=tuple(kept_ranking.facts["warnings"]),
        noise=kept_ranking.facts["noise"],
    )


def steps_of(row: RankedApplication) -> Steps:
    """Returns the steps from the plain mean to the estimate."""
    return Steps(*(getattr(row, f"{name}_step") for name in _STEP_NAMES))


def _attributes(row: object, names: tuple[str, ...]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}


def _delete_unused(session: Session, call: Call) -> None:
    compared_ids = select(FurtherRound.ranking_id)
    unused_ids = select(KeptRanking.id).where(KeptRanking.call_id == call.id, col(KeptRanking.id).not_in(compared_ids))
    ids = list(session.exec(unused_ids))
    for table in (RankedApplication, RankedJuror):
        session.exec(delete(table).where(col(table.ranking_id).in_(ids)))
    session.exec(delete(KeptRanking).where(col(KeptRanking.id).in_(ids)))


def stamp_of(session: Session, call: Call) -> str:
    """Returns a digest of the input of the ranking.

    It covers the call's file, figures that change with any submitted score or eligibility, and the rules that
    group answers, where strata use them. The figures are SQL aggregates rather than every score, because each
    view of the ranking asks for them.
    """
    parts: list[Any] = [
        _METHOD_VERSION,
        call.source,
        _score_figures(session, call),
        _application_figures(session, call),
    ]
    strata = spec_of(call).decision.strata
    if strata:
        parts.append([(field, group_rules.version_of(session, field)) for field in strata])
    return hashlib.sha256(repr(tuple(parts)).encode()).hexdigest()


def _score_figures(session: Session, call: Call) -> tuple[Any, ...]:
    """Returns counts, sums that also change when two values are swapped, versions, the last change."""
    figures: list[Any] = [
        func.count(),
        func.sum(Score.value),
        func.sum(Score.value * col(Score.id)),
        func.sum(Score.version),
        func.max(Score.updated_at),
        func.sum(Review.id),
    ]
    query = (
        select(*figures)
        .select_from(Score)
        .join(Review, col(Review.id) == Score.review_id)
        .join(Application, col(Application.id) == Review.application_id)
        .where(Review.call_id == call.id, SUBMITTED_REVIEW)
        .where(CURRENT_APPLICATION)
    )
    return _database_neutral(session.exec(query).one())


def _application_figures(session: Session, call: Call) -> list[tuple[Any, ...]]:
    figures: list[Any] = [func.count(), func.sum(Application.id), func.max(Application.updated_at)]
    query = (
        select(Application.eligibility, *figures)
        .where(current_of(call))
        .group_by(Application.eligibility)
        .order_by(Application.eligibility)
    )
    return [_database_neutral(row) for row in session.exec(query)]


def _database_neutral(row: Any) -> tuple[Any, ...]:
    """Returns numbers as integers, because PostgreSQL sums into decimals and SQLite does not."""
    return tuple(int(value) if hasattr(value, "as_integer_ratio") else str(value) for value in row)
