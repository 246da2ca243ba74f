"""Factories of decisions: rankings, scenarios, and a small call on its way to a signed acta."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.decision.acta import signing
from reviewer.decision.deliberation import meeting, votes
from reviewer.decision.ranking.service import compute
from reviewer.decision.selection import scenarios
from reviewer.models import (
    Application,
    Call,
    KeptRanking,
    Ordering,
    Outcome,
    Phase,
    Placement,
    RankedApplication,
    Resolution,
    Role,
    Scenario,
    VoteChoice,
    require_id,
)
from tests import prepared_installation
from tests.calls import NO_REVIEW_WINDOW, SIX_SEATS, SLUG, call_text
from tests.factories.applications import add_applications
from tests.factories.people import PASSWORD, PersonFactory
from tests.factories.reviews import submit_all


@dataclass(frozen=True)
class DecidedCall:
    """The call, its people, and folios best first by the ranking."""

    call: Call
    coordinator: Actor
    jury: tuple[Actor, ...]
    ranked: tuple[str, ...]
    application_ids: dict[str, int]


def small_call_text(*, blind: bool = True, rules: str = "") -> str:
    """The example call with two seats in each venue, no reviewing window and these rules (TOML)."""
    representation = tomllib.loads(rules).get("representation")
    return call_text(NO_REVIEW_WINDOW | SIX_SEATS | {"review.blind": blind, "representation": representation})


def decide_small_call(person: PersonFactory) -> DecidedCall:
    """The small call, scored and with a selection in force, in the phase of deliberation."""
    return prepared_installation.prepare_once("decided", lambda: decide_call(person))


def sign_small_call(person: PersonFactory) -> DecidedCall:
    """The small call after its meeting, the acta signed."""

    def make() -> DecidedCall:
        decided = decide_small_call(person)
        hold_meeting(decided)
        draft = signing.draft(decided.coordinator, slug=SLUG)
        signing.sign(decided.coordinator, slug=SLUG, password=PASSWORD, fingerprint=draft.fingerprint)
        return decided

    return prepared_installation.prepare_once("signed", make)


def decide_call(
    person: PersonFactory,
    *,
    blind: bool = True,
    rules: str = "",
    before_selecting: Callable[[tuple[str, ...]], None] = lambda _ranked: None,
) -> DecidedCall:
    """The same call anew, with other rules. ``before_selecting`` gets the folios, best first."""
    spec.load_call(OPERATOR, text=small_call_text(blind=blind, rules=rules))
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.REVIEWING)
    coordinator = person(Role.COORDINATOR, name="Cora Coordina")
    jury = tuple(person(Role.JURY, name=f"Jurado {name}") for name in ("Ana", "Bruno", "Celia"))
    call = spec.get_call(SLUG)
    applications = add_applications(call, 12)
    submit_all(call, list(jury))
    spec.set_phase(OPERATOR, slug=SLUG, phase=Phase.DELIBERATION)
    ranked = tuple(entry.application for entry in compute(OPERATOR, slug=SLUG).ranking)
    before_selecting(ranked)
    scenarios.propose_for_call(OPERATOR, slug=SLUG)
    return DecidedCall(
        spec.get_call(SLUG),
        coordinator,
        jury,
        ranked,
        {application.folio: require_id(application) for application in applications},
    )


def hold_meeting(decided: DecidedCall, *, selected_folio: str = "", close: bool = True) -> None:
    """A meeting of Ana, Bruno and the coordinator; Bruno votes for ``selected_folio``, which is selected."""
    coordinator = decided.coordinator
    meeting.open_meeting(
        coordinator, slug=SLUG, place="Sala 2, Ciudad de México", ordering=Ordering.RANKING, per_side=2
    )
    for person_present in (*decided.jury[:2], coordinator):
        meeting.set_present(coordinator, slug=SLUG, person_id=person_present.require_person_id(), present=True)
    if selected_folio:
        bruno = decided.jury[1].require_person_id()
        votes.vote(coordinator, slug=SLUG, folio=selected_folio, person_id=bruno, choice=VoteChoice.FAVOUR)
        votes.decide(
            coordinator,
            slug=SLUG,
            folio=selected_folio,
            verdict=Resolution.SELECT,
            reason="Voz propia.",
            version=1,
        )
    if close:
        meeting.close_meeting(coordinator, slug=SLUG)


def add_ranking(call: Call, chances: Mapping[str, float]) -> KeptRanking:
    """A ranking kept for the call: each folio's chance of a seat, and nothing else of interest."""
    numbers = {
        name: 1 if field.annotation is int else 0.0
        for name, field in RankedApplication.model_fields.items()
        if field.annotation in (int, float)
    }
    with write_session() as session:
        ranking = KeptRanking(call_id=require_id(call), stamp="s", seats=2)
        session.add(ranking)
        session.flush()
        rows = session.exec(select(Application).where(col(Application.folio).in_(chances))).all()
        for application in rows:
            columns: dict[str, Any] = numbers | {
                "ranking_id": require_id(ranking),
                "application_id": require_id(application),
                "p_selected": chances[application.folio],
                "tied": False,
            }
            session.add(RankedApplication(**columns))
    return ranking


def add_scenario(
    call: Call, folios: Sequence[str], *, signed: bool = False, in_force: bool = True, **columns: Any
) -> Scenario:
    """A scenario with these folios, of which the last waits for a seat."""
    defaults: dict[str, Any] = {
        "name": f"Propuesta {in_force}",
        "rules": [],
        "seed": "s",
        "in_force_since": clock.now() if in_force else None,
        "signed_at": clock.now() if signed else None,
    }
    with write_session() as session:
        scenario = Scenario(call_id=require_id(call), **defaults | columns)
        session.add(scenario)
        session.flush()
        for position, folio in enumerate(folios, start=1):
            outcome = Outcome.WAITING if position == len(folios) else Outcome.SELECTED
            session.add(Placement(scenario_id=require_id(scenario), folio=folio, outcome=outcome, position=position))
    return scenario
