"""The ranking of a call, from its submitted reviews."""

from dataclasses import dataclass, replace

from sqlmodel import Session, col, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, verb
from reviewer.audit import log
from reviewer.call.spec import CallSpec, call_for, spec_of
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import UserError
from reviewer.core.spanish import format_count
from reviewer.decision.ranking import agreement, cache
from reviewer.decision.ranking.cache import stamp_of
from reviewer.decision.ranking.calibration import ProgressCallback, no_progress
from reviewer.decision.ranking.ranking import Ranking, rank
from reviewer.decision.ranking.score_matrix import Readings, ScoreLine, gather
from reviewer.decision.selection import rule_answers
from reviewer.decision.selection.optimisation import groups
from reviewer.demographics import group_rules
from reviewer.models import Application, Call, Eligibility, Person, Review, Score
from reviewer.models.scopes import CURRENT_APPLICATION, SUBMITTED_REVIEW


@dataclass(frozen=True)
class _ApplicationFacts:
    """Eligibility and stratum of each current application, by folio."""

    eligibility: dict[str, Eligibility]
    strata: dict[str, str]


@verb(Action.SEE_RANKING)
def compute(actor: Actor, *, slug: str, on_progress: ProgressCallback = no_progress) -> Ranking:
    """Computes the call's ranking and keeps it; returns the kept one where no score has changed.

    Raises ``UserError`` where nothing was submitted. ``on_progress`` is called with the share of the work
    done.
    """
    call = call_for(actor, Action.SEE_RANKING, slug)
    with read_session() as session:
        stamp = stamp_of(session, call)
        kept_ranking = cache.latest(session, call)
        if kept_ranking is not None and kept_ranking.stamp == stamp:
            return cache.restore(session, kept_ranking)
        readings, application_facts = _gather_readings(session, call)
    ranking = _rank_readings(readings, application_facts, call, on_progress)
    if readings is None or ranking is None:
        raise _nothing_submitted(slug)
    facts = agreement.measure(readings).to_json()
    with write_session() as session:
        advisory_lock(session, f"ranking {slug}")
        cache.save(session, call, ranking, stamp=stamp, facts={"agreement": facts})
        counts = {"applications": len(ranking.ranking), "seats": ranking.seats, "stamp": stamp}
        log.record(session, actor, "ranking.compute", "call", slug, counts)
    return ranking


def ranking_of(session: Session, call: Call) -> Ranking | None:
    """Returns the ranking as of now, from the database where no score has changed since.

    None where no application that may have a rank was read. Readings of ineligible applications inform the
    calibration of the jury, but these get no rank.
    """
    kept_ranking = cache.latest(session, call)
    if kept_ranking is not None and kept_ranking.stamp == stamp_of(session, call):
        return cache.restore(session, kept_ranking)
    return _rank_readings(*_gather_readings(session, call), call, no_progress)


def agreement_of(session: Session, call: Call) -> agreement.Agreement | None:
    """Returns how far the jury agrees as of now; None where nothing was submitted."""
    kept_ranking = cache.latest(session, call)
    if kept_ranking is not None and kept_ranking.stamp == stamp_of(session, call):
        return agreement.Agreement.from_json(kept_ranking.facts["agreement"])
    readings, _ = _gather_readings(session, call)
    return None if readings is None else agreement.measure(readings)


def _nothing_submitted(slug: str) -> UserError:
    return UserError(f"En «{slug}» no hay ningún dictamen enviado todavía.")


def _gather_readings(session: Session, call: Call) -> tuple[Readings | None, _ApplicationFacts]:
    """Returns the submitted readings, None where there are none, and the state of each application."""
    spec, lines = spec_of(call), _score_lines(session, call)
    application_facts = _application_facts(session, call, spec)
    if not lines:
        return None, application_facts
    readings = gather(
        lines,
        weights={criterion.key: criterion.weight for criterion in spec.criteria},
        scale=spec.scale,
        strata=application_facts.strata if spec.decision.strata else None,
    )
    return readings, application_facts


def _rank_readings(
    readings: Readings | None, application_facts: _ApplicationFacts, call: Call, on_progress: ProgressCallback
) -> Ranking | None:
    if readings is None:
        return None
    ineligible = [
        application
        for application in readings.applications
        if application_facts.eligibility[application] in (Eligibility.INELIGIBLE, Eligibility.WITHDRAWN)
    ]
    if len(ineligible) == len(readings.applications):
        return None
    spec = spec_of(call)
    ranking = rank(
        readings,
        seats=spec.seats,
        order=spec.decision.ranking,
        lottery_seed=spec.decision.lottery_seed,
        excluded=frozenset(ineligible),
        on_progress=on_progress,
    )
    return replace(ranking, warnings=(*ranking.warnings, *_warnings(ranking, ineligible, application_facts)))


def _score_lines(session: Session, call: Call) -> list[ScoreLine]:
    query = (
        select(Person.email, Application.folio, Score.criterion, Score.value)
        .join(Review, col(Review.person_id) == Person.id)
        .join(Score, col(Score.review_id) == Review.id)
        .join(Application, col(Application.id) == Review.application_id)
        .where(Review.call_id == call.id, SUBMITTED_REVIEW)
        .where(CURRENT_APPLICATION)
    )
    return [ScoreLine(*row) for row in session.exec(query)]


def _application_facts(session: Session, call: Call, spec: CallSpec) -> _ApplicationFacts:
    fields, groupings = spec.decision.strata, group_rules.all_groupings(session)
    everybody = rule_answers.load_people(session, call, fields)
    return _ApplicationFacts(
        {person.folio: eligibility for person, eligibility in everybody},
        {person.folio: groups.stratum_of(person, fields, spec, groupings) for person, _ in everybody},
    )


def _warnings(ranking: Ranking, ineligible: list[str], application_facts: _ApplicationFacts) -> list[str]:
    messages = []
    if ineligible:
        count_text = format_count(
            len(ineligible), "postulación leída no es elegible", "postulaciones leídas no son elegibles"
        )
        messages.append(f"{count_text}: no aparece." if len(ineligible) == 1 else f"{count_text}: no aparecen.")
    unchecked = [
        entry for entry in ranking.ranking if application_facts.eligibility[entry.application] is Eligibility.TO_CHECK
    ]
    if unchecked:
        count_text = format_count(len(unchecked), "postulación", "postulaciones")
        messages.append(f"{count_text} del ranking sin cotejar: solo las elegibles se pueden seleccionar.")
    eligible = sum(eligibility is Eligibility.ELIGIBLE for eligibility in application_facts.eligibility.values())
    unread = eligible - (len(ranking.ranking) - len(unchecked))
    if unread:
        count_text = format_count(unread, "postulación elegible", "postulaciones elegibles")
        messages.append(f"{count_text} sin ningún dictamen enviado: sin lugar en el ranking.")
    return messages
