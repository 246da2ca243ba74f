"""A small call, scored and with a selection in force: six seats for twelve applications."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.core.database import write_session
from reviewer.decision.acta import signing
from reviewer.decision.deliberation import meeting, votes
from reviewer.decision.ranking.service import compute
from reviewer.decision.selection import scenarios
from reviewer.models import Call, Conflict, Ordering, Phase, Resolution, Role, VoteChoice, require_id
from tests import prepared_installation
from tests.calls import NO_REVIEW_WINDOW, SIX_SEATS, SLUG, call_text
from tests.conftest import PASSWORD, PersonFactory
from tests.decision.cases import submit_all
from tests.jury.cases import add_applications


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


def add_conflict(folio: str, juror: Actor, ids: dict[str, int]) -> None:
    """Stores a conflict of interest."""
    with write_session() as session:
        session.add(
            Conflict(
                application_id=ids[folio], person_id=juror.person_id or 0, kind="friendship", signed_as="x"
            )
        )


def decide_small_call(person: PersonFactory) -> DecidedCall:
    """All of it, in the phase of deliberation."""
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
    """The same in another call. ``before_selecting`` gets the folios, best first."""
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
    """A meeting of Ana, Bruno and the coordinator; of ``decide`` Bruno is in favour, and it is selected."""
    coordinator = decided.coordinator
    meeting.open_meeting(
        coordinator, slug=SLUG, place="Sala 2, Ciudad de México", ordering=Ordering.RANKING, per_side=2
    )
    for person_present in (*decided.jury[:2], coordinator):
        meeting.set_present(coordinator, slug=SLUG, person_id=person_present.person_id or 0, present=True)
    if selected_folio:
        bruno = decided.jury[1].person_id or 0
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
