"""One table: which role may do what, in which phases of a call, and what it shows of those who apply.

What asks for each action stands in ``asked.py``; ``docs/permissions.md`` is made from both.
"""

from enum import StrEnum
from typing import NamedTuple

from sqlmodel import select

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.access.sessions import IDLE
from reviewer.database import reading
from reviewer.errors import Forbidden, Refused
from reviewer.models import LoginSession, Person, Phase, Role


class Action(StrEnum):
    """What can be done or seen."""

    LOAD_CALL = "load_call"
    CHANGE_PHASE = "change_phase"
    IMPORT_BATCH = "import_batch"
    CORRECT = "correct"
    SCREEN = "screen"
    MANAGE_PEOPLE = "manage_people"
    ASSIGN = "assign"
    SEE_PROGRESS = "see_progress"
    SEE_COHORT = "see_cohort"
    GROUP_ANSWERS = "group_answers"
    SEE_DESK = "see_desk"
    REVIEW = "review"
    LOAD_SCORES = "load_scores"
    SEE_RANKING = "see_ranking"
    SEE_SELECTION = "see_selection"
    SELECT = "select"
    DELIBERATE = "deliberate"
    SEE_ACTA = "see_acta"
    SIGN_ACTA = "sign_acta"
    CORRECT_ACTA = "correct_acta"
    FOLLOW_UP = "follow_up"
    EXPORT = "export"
    SEE_TRAIL = "see_trail"
    SEE_SYSTEM = "see_system"
    BACK_UP = "back_up"
    VERIFY = "verify"
    KEEP_PRIVACY = "keep_privacy"
    RESTORE = "restore"
    RUN_JURY = "run_jury"
    CLOSE_REVIEWING = "close_reviewing"
    SEE_CONFLICTS = "see_conflicts"
    DECLARE_CONFLICT = "declare_conflict"
    SEE_OTHERS_SCORES = "see_others_scores"
    COMPARE_ANCHORS = "compare_anchors"
    RAISE_FLAG = "raise_flag"
    RESOLVE_FLAG = "resolve_flag"
    SEE_DISCUSSION = "see_discussion"
    DISCUSS = "discuss"


class Sight(StrEnum):
    """What of those who apply can be seen by who does it, while a call is blind."""

    NOTHING = "nothing"
    NUMBERS = "numbers"
    FOLIOS = "folios"
    WRITTEN = "written"  # the titles of their projects too, as they wrote them
    COVERED = "covered"  # what they wrote, with whatever says who they are painted over
    SIGNED = "signed"  # who they are, once the acta is signed
    NAMES = "names"


class Rule(NamedTuple):
    """Who may, in which phases of a call, and what she sees of those who apply."""

    roles: frozenset[Role]
    phases: frozenset[Phase]
    sight: Sight


JURY, COORDINATOR, ADMIN = Role.JURY, Role.COORDINATOR, Role.ADMIN
ANY_PHASE = frozenset(Phase)
OPEN = ANY_PHASE - {Phase.ARCHIVED}

TABLE: dict[Action, Rule] = {
    Action.LOAD_CALL: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.NOTHING),
    Action.CHANGE_PHASE: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.NOTHING),
    Action.IMPORT_BATCH: Rule(frozenset({ADMIN}), OPEN - {Phase.DECIDED}, Sight.NAMES),
    Action.CORRECT: Rule(frozenset({ADMIN}), OPEN - {Phase.DECIDED}, Sight.NAMES),
    Action.SCREEN: Rule(frozenset({ADMIN, COORDINATOR}), OPEN - {Phase.DECIDED}, Sight.NAMES),
    Action.MANAGE_PEOPLE: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.NOTHING),
    Action.ASSIGN: Rule(frozenset({COORDINATOR}), OPEN - {Phase.DECIDED}, Sight.FOLIOS),
    Action.SEE_PROGRESS: Rule(frozenset({COORDINATOR}), ANY_PHASE, Sight.WRITTEN),
    Action.SEE_COHORT: Rule(frozenset({COORDINATOR}), ANY_PHASE, Sight.NUMBERS),
    Action.GROUP_ANSWERS: Rule(frozenset({COORDINATOR}), ANY_PHASE, Sight.NUMBERS),
    Action.SEE_DESK: Rule(frozenset({JURY}), OPEN, Sight.COVERED),
    Action.REVIEW: Rule(frozenset({JURY}), frozenset({Phase.REVIEWING}), Sight.COVERED),
    Action.LOAD_SCORES: Rule(frozenset(), frozenset(), Sight.FOLIOS),
    Action.SEE_RANKING: Rule(frozenset({COORDINATOR}), ANY_PHASE, Sight.COVERED),
    Action.SEE_SELECTION: Rule(frozenset({COORDINATOR}), ANY_PHASE, Sight.COVERED),
    Action.SELECT: Rule(frozenset({COORDINATOR}), OPEN, Sight.COVERED),
    Action.DELIBERATE: Rule(frozenset({COORDINATOR}), frozenset({Phase.DELIBERATION}), Sight.COVERED),
    Action.SEE_ACTA: Rule(frozenset({COORDINATOR}), ANY_PHASE, Sight.SIGNED),
    Action.SIGN_ACTA: Rule(frozenset({COORDINATOR}), frozenset({Phase.DELIBERATION}), Sight.SIGNED),
    Action.CORRECT_ACTA: Rule(frozenset({COORDINATOR}), frozenset({Phase.DECIDED}), Sight.SIGNED),
    Action.FOLLOW_UP: Rule(frozenset({COORDINATOR}), frozenset({Phase.DECIDED}), Sight.SIGNED),
    Action.EXPORT: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.NAMES),
    Action.SEE_TRAIL: Rule(frozenset({ADMIN, COORDINATOR}), ANY_PHASE, Sight.FOLIOS),
    Action.SEE_SYSTEM: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.NOTHING),
    Action.VERIFY: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.FOLIOS),
    Action.KEEP_PRIVACY: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.NAMES),
    Action.BACK_UP: Rule(frozenset({ADMIN}), ANY_PHASE, Sight.NOTHING),
    Action.RESTORE: Rule(frozenset(), frozenset(), Sight.NOTHING),
    Action.RUN_JURY: Rule(frozenset({COORDINATOR}), OPEN - {Phase.DECIDED}, Sight.FOLIOS),
    Action.CLOSE_REVIEWING: Rule(frozenset({COORDINATOR}), frozenset({Phase.REVIEWING}), Sight.FOLIOS),
    Action.SEE_CONFLICTS: Rule(frozenset({COORDINATOR}), ANY_PHASE, Sight.NAMES),
    Action.DECLARE_CONFLICT: Rule(frozenset({JURY}), OPEN - {Phase.DECIDED}, Sight.COVERED),
    Action.SEE_OTHERS_SCORES: Rule(
        frozenset({JURY}), frozenset({Phase.DELIBERATION, Phase.DECIDED}), Sight.COVERED
    ),
    Action.COMPARE_ANCHORS: Rule(frozenset({JURY}), OPEN - {Phase.INTAKE, Phase.SCREENING}, Sight.COVERED),
    Action.RAISE_FLAG: Rule(
        frozenset({JURY}), frozenset({Phase.REVIEWING, Phase.DELIBERATION}), Sight.COVERED
    ),
    Action.RESOLVE_FLAG: Rule(frozenset({COORDINATOR}), OPEN - {Phase.DECIDED}, Sight.COVERED),
    Action.SEE_DISCUSSION: Rule(
        frozenset({JURY, COORDINATOR}), frozenset({Phase.DELIBERATION, Phase.DECIDED}), Sight.COVERED
    ),
    Action.DISCUSS: Rule(frozenset({JURY, COORDINATOR}), frozenset({Phase.DELIBERATION}), Sight.COVERED),
}

_PHASE_WORDS = {
    Phase.INTAKE: "está recibiendo postulaciones",
    Phase.SCREENING: "está en cotejo",
    Phase.REVIEWING: "está en dictaminación",
    Phase.DELIBERATION: "está en deliberación",
    Phase.DECIDED: "ya tiene fallo",
    Phase.ARCHIVED: "está archivada",
}


def allowed(actor: Actor, action: Action, phase: Phase | None = None) -> bool:
    """Whether the table lets this actor do this (in a call of this phase, where one matters)."""
    if actor.is_operator:
        return True
    rule = TABLE[action]
    return actor.role in rule.roles and (phase is None or phase in rule.phases)


def require(actor: Actor, action: Action, phase: Phase | None = None) -> None:
    """Raises ``Forbidden`` unless the actor may, and is still who she was when she logged in.

    The log-in is read again here because pages may stay open long after it was ended.
    """
    if actor.is_operator:
        return
    confirm(actor)
    if actor.is_newcomer:
        raise Forbidden("Antes de nada elija su contraseña: la que recibió sirve una sola vez.")
    rule = TABLE[action]
    if actor.role not in rule.roles:
        raise Forbidden
    if phase is not None and phase not in rule.phases:
        raise Refused(f"La convocatoria {_PHASE_WORDS[phase]}: ahora no se puede hacer esto.")


def confirm(actor: Actor) -> None:
    """Raises ``Forbidden`` where the log-in was ended, or the person deactivated or given another role."""
    now = clock.now()
    query = (
        select(Person.role)
        .join(LoginSession)
        .where(LoginSession.id == actor.session_id, Person.id == actor.person_id, Person.active)
        .where(LoginSession.revoked_at == None, LoginSession.expires_at > now)  # noqa: E711
        .where(LoginSession.last_seen_at > now - IDLE)
    )
    with reading() as session:
        role = session.exec(query).first()
    if role is None or role != actor.role:
        raise Forbidden("Su sesión terminó. Vuelva a entrar.")
