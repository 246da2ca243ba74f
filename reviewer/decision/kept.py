"""Rankings kept in the database: computed once, read many times, until a score changes."""

from dataclasses import asdict, fields
from typing import Any

from sqlmodel import Session, col, delete, insert, select

from reviewer import clock
from reviewer.decision.jurors import JurorEffects
from reviewer.decision.ranking import Ranking, RankingEntry
from reviewer.decision.steps import Steps
from reviewer.models import (
    Application,
    ApplicationStatus,
    Call,
    FurtherRound,
    KeptRanking,
    Person,
    RankedApplication,
    RankedJuror,
    require_id,
)

_STEP_NAMES = tuple(field.name for field in fields(Steps))
_ENTRY_FIELDS = tuple(
    field.name for field in fields(RankingEntry) if field.name not in ("application", "steps")
)
_JUROR_FIELDS = tuple(field.name for field in fields(JurorEffects) if field.name not in ("reviewer", "flags"))


def latest(session: Session, call: Call) -> KeptRanking | None:
    """The ranking of a call that was computed last, whether or not scores have changed since."""
    query = select(KeptRanking).where(KeptRanking.call_id == call.id).order_by(col(KeptRanking.id).desc())
    return session.exec(query.limit(1)).first()


def save(session: Session, call: Call, ranking: Ranking, *, stamp: str, facts: dict[str, Any]) -> KeptRanking:
    """Stores a ranking; earlier ones go, but for those that a round of further readings is compared with."""
    _delete_unused(session, call)
    all_facts = {"warnings": list(ranking.warnings), "noise": ranking.noise, **facts}
    kept_ranking = KeptRanking(
        call_id=require_id(call), stamp=stamp, seats=ranking.seats, computed_at=clock.now(), facts=all_facts
    )
    session.add(kept_ranking)
    session.flush()
    application_ids = dict(
        session.exec(select(Application.folio, Application.id).where(*_current_applications(call))).all()
    )
    application_rows = [
        {
            "ranking_id": kept_ranking.id,
            "application_id": application_ids[entry.application],
            **{name: getattr(entry, name) for name in _ENTRY_FIELDS},
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
            **{name: getattr(juror, name) for name in _JUROR_FIELDS},
        }
        for juror in ranking.reviewers
    ]
    session.exec(insert(RankedApplication), params=application_rows)
    session.exec(insert(RankedJuror), params=juror_rows)
    return kept_ranking


def restore(session: Session, kept_ranking: KeptRanking) -> Ranking:
    """A kept ranking as it was computed."""
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
            RankingEntry(
                application=folio,
                steps=steps_of(line),
                **{name: getattr(line, name) for name in _ENTRY_FIELDS},
            )
            for line, folio in applications
        ),
        reviewers=tuple(
            JurorEffects(
                reviewer=email,
                flags=tuple(line.flags),
                **{name: getattr(line, name) for name in _JUROR_FIELDS},
            )
            for line, email in jurors
        ),
        warnings=tuple(kept_ranking.facts["warnings"]),
        noise=kept_ranking.facts["noise"],
    )


def steps_of(line: RankedApplication) -> Steps:
    """The way from the plain mean to the estimate."""
    return Steps(*(getattr(line, f"{name}_step") for name in _STEP_NAMES))


def _current_applications(call: Call) -> tuple[Any, ...]:
    return Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT


def _delete_unused(session: Session, call: Call) -> None:
    compared_ids = select(FurtherRound.ranking_id)
    unused_ids = select(KeptRanking.id).where(
        KeptRanking.call_id == call.id, col(KeptRanking.id).not_in(compared_ids)
    )
    ids = list(session.exec(unused_ids))
    for table in (RankedApplication, RankedJuror):
        session.exec(delete(table).where(col(table.ranking_id).in_(ids)))
    session.exec(delete(KeptRanking).where(col(KeptRanking.id).in_(ids)))
