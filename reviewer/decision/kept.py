"""Rankings kept in the database: computed once, read many times, until a score changes."""

from dataclasses import asdict, fields
from typing import Any

from sqlmodel import Session, col, delete, insert, select

from reviewer import clock
from reviewer.decision.jurors import Juror
from reviewer.decision.ranking import Ranked, Ranking
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
)

_STEPS = tuple(each.name for each in fields(Steps))
_FIGURES = tuple(each.name for each in fields(Ranked) if each.name not in ("application", "steps"))
_OF_JURORS = tuple(each.name for each in fields(Juror) if each.name not in ("reviewer", "flags"))


def latest(session: Session, call: Call) -> KeptRanking | None:
    """The ranking of a call that was computed last, whether or not scores have changed since."""
    query = select(KeptRanking).where(KeptRanking.call_id == call.id).order_by(col(KeptRanking.id).desc())
    return session.exec(query.limit(1)).first()


def keep(session: Session, call: Call, ranking: Ranking, *, stamp: str, facts: dict[str, Any]) -> KeptRanking:
    """Stores a ranking; earlier ones go, but for those that a round of further readings is compared with."""
    _forget(session, call)
    said = {"warnings": list(ranking.warnings), "noise": ranking.noise, **facts}
    kept = KeptRanking(
        call_id=call.id or 0, stamp=stamp, seats=ranking.seats, computed_at=clock.now(), facts=said
    )
    session.add(kept)
    session.flush()
    ids = dict(session.exec(select(Application.folio, Application.id).where(*_current(call))).all())
    lines = [
        {
            "ranking_id": kept.id,
            "application_id": ids[each.application],
            **{name: getattr(each, name) for name in _FIGURES},
            **{f"{name}_step": value for name, value in asdict(each.steps).items()},
        }
        for each in ranking.ranking
    ]
    people = dict(session.exec(select(Person.email, Person.id)).all())
    jurors = [
        {
            "ranking_id": kept.id,
            "person_id": people[each.reviewer],
            "flags": list(each.flags),
            **{name: getattr(each, name) for name in _OF_JURORS},
        }
        for each in ranking.reviewers
    ]
    session.exec(insert(RankedApplication), params=lines)
    session.exec(insert(RankedJuror), params=jurors)
    return kept


def restore(session: Session, kept: KeptRanking) -> Ranking:
    """A kept ranking as it was computed."""
    applications = session.exec(
        select(RankedApplication, Application.folio)
        .join(Application, col(Application.id) == RankedApplication.application_id)
        .where(RankedApplication.ranking_id == kept.id)
        .order_by(col(RankedApplication.rank))
    )
    jurors = session.exec(
        select(RankedJuror, Person.email)
        .join(Person, col(Person.id) == RankedJuror.person_id)
        .where(RankedJuror.ranking_id == kept.id)
        .order_by(Person.email)
    )
    return Ranking(
        seats=kept.seats,
        ranking=tuple(
            Ranked(
                application=folio,
                steps=steps_of(line),
                **{name: getattr(line, name) for name in _FIGURES},
            )
            for line, folio in applications
        ),
        reviewers=tuple(
            Juror(
                reviewer=email,
                flags=tuple(line.flags),
                **{name: getattr(line, name) for name in _OF_JURORS},
            )
            for line, email in jurors
        ),
        warnings=tuple(kept.facts["warnings"]),
        noise=kept.facts["noise"],
    )


def steps_of(line: RankedApplication) -> Steps:
    """The way from the plain mean to the estimate."""
    return Steps(*(getattr(line, f"{name}_step") for name in _STEPS))


def _current(call: Call) -> tuple[Any, ...]:
    return Application.call_id == call.id, Application.status == ApplicationStatus.CURRENT


def _forget(session: Session, call: Call) -> None:
    compared = select(FurtherRound.ranking_id)
    old = select(KeptRanking.id).where(KeptRanking.call_id == call.id, col(KeptRanking.id).not_in(compared))
    ids = list(session.exec(old))
    for table in (RankedApplication, RankedJuror):
        session.exec(delete(table).where(col(table.ranking_id).in_(ids)))
    session.exec(delete(KeptRanking).where(col(KeptRanking.id).in_(ids)))
