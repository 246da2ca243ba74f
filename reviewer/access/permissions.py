"""One table: which role may do what, and in which phases of a call."""

from enum import StrEnum

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


JURY, COORDINATOR, ADMIN = Role.JURY, Role.COORDINATOR, Role.ADMIN
ANY_PHASE = frozenset(Phase)
OPEN = ANY_PHASE - {Phase.ARCHIVED}

TABLE: dict[Action, tuple[frozenset[Role], frozenset[Phase]]] = {
    Action.LOAD_CALL: (frozenset({ADMIN}), ANY_PHASE),
    Action.CHANGE_PHASE: (frozenset({ADMIN}), ANY_PHASE),
    Action.IMPORT_BATCH: (frozenset({ADMIN}), OPEN - {Phase.DECIDED}),
    Action.CORRECT: (frozenset({ADMIN}), OPEN - {Phase.DECIDED}),
    Action.SCREEN: (frozenset({ADMIN, COORDINATOR}), OPEN - {Phase.DECIDED}),
    Action.MANAGE_PEOPLE: (frozenset({ADMIN}), ANY_PHASE),
    Action.ASSIGN: (frozenset({COORDINATOR}), OPEN - {Phase.DECIDED}),
    Action.SEE_PROGRESS: (frozenset({COORDINATOR}), ANY_PHASE),
    Action.SEE_COHORT: (frozenset({COORDINATOR}), ANY_PHASE),
    Action.GROUP_ANSWERS: (frozenset({COORDINATOR}), ANY_PHASE),
    Action.SEE_DESK: (frozenset({JURY}), OPEN),
    Action.REVIEW: (frozenset({JURY}), frozenset({Phase.REVIEWING})),
    Action.LOAD_SCORES: (frozenset(), frozenset()),
    Action.SEE_RANKING: (frozenset({COORDINATOR}), ANY_PHASE),
    Action.SEE_SELECTION: (frozenset({COORDINATOR}), ANY_PHASE),
    Action.SELECT: (frozenset({COORDINATOR}), OPEN),
    Action.DELIBERATE: (frozenset({COORDINATOR}), frozenset({Phase.DELIBERATION})),
    Action.SEE_ACTA: (frozenset({COORDINATOR}), ANY_PHASE),
    Action.SIGN_ACTA: (frozenset({COORDINATOR}), frozenset({Phase.DELIBERATION})),
    Action.CORRECT_ACTA: (frozenset({COORDINATOR}), frozenset({Phase.DECIDED})),
    Action.FOLLOW_UP: (frozenset({COORDINATOR}), frozenset({Phase.DECIDED})),
    Action.EXPORT: (frozenset({ADMIN}), ANY_PHASE),
    Action.SEE_TRAIL: (frozenset({ADMIN, COORDINATOR}), ANY_PHASE),
    Action.SEE_SYSTEM: (frozenset({ADMIN}), ANY_PHASE),
    Action.VERIFY: (frozenset({ADMIN}), ANY_PHASE),
    Action.KEEP_PRIVACY: (frozenset({ADMIN}), ANY_PHASE),
    Action.BACK_UP: (frozenset({ADMIN}), ANY_PHASE),
    Action.RESTORE: (frozenset(), frozenset()),
    Action.RUN_JURY: (frozenset({COORDINATOR}), OPEN - {Phase.DECIDED}),
    Action.CLOSE_REVIEWING: (frozenset({COORDINATOR}), frozenset({Phase.REVIEWING})),
    Action.SEE_CONFLICTS: (frozenset({COORDINATOR}), ANY_PHASE),
    Action.DECLARE_CONFLICT: (frozenset({JURY}), OPEN - {Phase.DECIDED}),
    Action.SEE_OTHERS_SCORES: (frozenset({JURY}), frozenset({Phase.DELIBERATION, Phase.DECIDED})),
    Action.COMPARE_ANCHORS: (frozenset({JURY}), OPEN - {Phase.INTAKE, Phase.SCREENING}),
    Action.RAISE_FLAG: (frozenset({JURY}), frozenset({Phase.REVIEWING, Phase.DELIBERATION})),
    Action.RESOLVE_FLAG: (frozenset({COORDINATOR}), OPEN - {Phase.DECIDED}),
    Action.SEE_DISCUSSION: (frozenset({JURY, COORDINATOR}), frozenset({Phase.DELIBERATION, Phase.DECIDED})),
    Action.DISCUSS: (frozenset({JURY, COORDINATOR}), frozenset({Phase.DELIBERATION})),
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
    roles, phases = TABLE[action]
    return actor.role in roles and (phase is None or phase in phases)


def require(actor: Actor, action: Action, phase: Phase | None = None) -> None:
    """Raises ``Forbidden`` unless the actor may, and is still who she was when she logged in.

    The log-in is read again here because pages may stay open long after it was ended.
    """
    if actor.is_operator:
        return
    confirm(actor)
    roles, phases = TABLE[action]
    if actor.role not in roles:
        raise Forbidden
    if phase is not None and phase not in phases:
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
