"""Which role may do what, in which phases of a call, and how much of the applicants it shows.

A function that takes ``actor`` or ``viewer`` first declares its actions with ``@verb``.
``docs/permissions.md`` is generated from the table and the declarations.
"""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Concatenate, NamedTuple, ParamSpec, TypeVar

from sqlmodel import select

from reviewer.access.actor import Actor
from reviewer.access.sessions import open_conditions
from reviewer.core.database import read_session
from reviewer.core.errors import Forbidden, UserError
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


class Visibility(StrEnum):
    """How much an action shows of the applicants while a call is blind."""

    NOTHING = "nothing"
    NUMBERS = "numbers"
    FOLIOS = "folios"
    WRITTEN = "written"  # folios and the titles of their projects, unredacted
    COVERED = "covered"  # what they wrote, with everything that identifies them covered
    SIGNED = "signed"  # names, once the acta is signed
    NAMES = "names"


class Permission(NamedTuple):
    """The roles that may do an action, in which phases of a call, and how much it shows of the applicants."""

    roles: frozenset[Role]
    phases: frozenset[Phase]
    visibility: Visibility


JURY, COORDINATOR, ADMIN = Role.JURY, Role.COORDINATOR, Role.ADMIN
ANY_PHASE = frozenset(Phase)
OPEN_PHASES = ANY_PHASE - {Phase.ARCHIVED}

TABLE: dict[Action, Permission] = {
    Action.LOAD_CALL: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.NOTHING),
    Action.CHANGE_PHASE: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.NOTHING),
    Action.IMPORT_BATCH: Permission(frozenset({ADMIN}), OPEN_PHASES - {Phase.DECIDED}, Visibility.NAMES),
    Action.CORRECT: Permission(frozenset({ADMIN}), OPEN_PHASES - {Phase.DECIDED}, Visibility.NAMES),
    Action.SCREEN: Permission(
        frozenset({ADMIN, COORDINATOR}), OPEN_PHASES - {Phase.DECIDED}, Visibility.NAMES
    ),
    Action.MANAGE_PEOPLE: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.NOTHING),
    Action.ASSIGN: Permission(frozenset({COORDINATOR}), OPEN_PHASES - {Phase.DECIDED}, Visibility.FOLIOS),
    Action.SEE_PROGRESS: Permission(frozenset({COORDINATOR}), ANY_PHASE, Visibility.WRITTEN),
    Action.SEE_COHORT: Permission(frozenset({COORDINATOR}), ANY_PHASE, Visibility.NUMBERS),
    Action.GROUP_ANSWERS: Permission(frozenset({COORDINATOR}), ANY_PHASE, Visibility.NUMBERS),
    Action.SEE_DESK: Permission(frozenset({JURY}), OPEN_PHASES, Visibility.COVERED),
    Action.REVIEW: Permission(frozenset({JURY}), frozenset({Phase.REVIEWING}), Visibility.COVERED),
    Action.LOAD_SCORES: Permission(frozenset(), frozenset(), Visibility.FOLIOS),
    Action.SEE_RANKING: Permission(frozenset({COORDINATOR}), ANY_PHASE, Visibility.COVERED),
    Action.SEE_SELECTION: Permission(frozenset({COORDINATOR}), ANY_PHASE, Visibility.COVERED),
    Action.SELECT: Permission(frozenset({COORDINATOR}), OPEN_PHASES, Visibility.COVERED),
    Action.DELIBERATE: Permission(
        frozenset({COORDINATOR}), frozenset({Phase.DELIBERATION}), Visibility.COVERED
    ),
    Action.SEE_ACTA: Permission(frozenset({COORDINATOR}), ANY_PHASE, Visibility.SIGNED),
    Action.SIGN_ACTA: Permission(
        frozenset({COORDINATOR}), frozenset({Phase.DELIBERATION}), Visibility.SIGNED
    ),
    Action.CORRECT_ACTA: Permission(frozenset({COORDINATOR}), frozenset({Phase.DECIDED}), Visibility.SIGNED),
    Action.FOLLOW_UP: Permission(frozenset({COORDINATOR}), frozenset({Phase.DECIDED}), Visibility.SIGNED),
    Action.EXPORT: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.NAMES),
    Action.SEE_TRAIL: Permission(frozenset({ADMIN, COORDINATOR}), ANY_PHASE, Visibility.FOLIOS),
    Action.SEE_SYSTEM: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.NOTHING),
    Action.VERIFY: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.FOLIOS),
    Action.KEEP_PRIVACY: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.NAMES),
    Action.BACK_UP: Permission(frozenset({ADMIN}), ANY_PHASE, Visibility.NOTHING),
    Action.RESTORE: Permission(frozenset(), frozenset(), Visibility.NOTHING),
    Action.RUN_JURY: Permission(frozenset({COORDINATOR}), OPEN_PHASES - {Phase.DECIDED}, Visibility.FOLIOS),
    Action.CLOSE_REVIEWING: Permission(
        frozenset({COORDINATOR}), frozenset({Phase.REVIEWING}), Visibility.FOLIOS
    ),
    Action.SEE_CONFLICTS: Permission(frozenset({COORDINATOR}), ANY_PHASE, Visibility.NAMES),
    Action.DECLARE_CONFLICT: Permission(frozenset({JURY}), OPEN_PHASES - {Phase.DECIDED}, Visibility.COVERED),
    Action.SEE_OTHERS_SCORES: Permission(
        frozenset({JURY}), frozenset({Phase.DELIBERATION, Phase.DECIDED}), Visibility.COVERED
    ),
    Action.COMPARE_ANCHORS: Permission(
        frozenset({JURY}), OPEN_PHASES - {Phase.INTAKE, Phase.SCREENING}, Visibility.COVERED
    ),
    Action.RAISE_FLAG: Permission(
        frozenset({JURY}), frozenset({Phase.REVIEWING, Phase.DELIBERATION}), Visibility.COVERED
    ),
    Action.RESOLVE_FLAG: Permission(
        frozenset({COORDINATOR}), OPEN_PHASES - {Phase.DECIDED}, Visibility.COVERED
    ),
    Action.SEE_DISCUSSION: Permission(
        frozenset({JURY, COORDINATOR}), frozenset({Phase.DELIBERATION, Phase.DECIDED}), Visibility.COVERED
    ),
    Action.DISCUSS: Permission(
        frozenset({JURY, COORDINATOR}), frozenset({Phase.DELIBERATION}), Visibility.COVERED
    ),
}

_PHASE_WORDS = {
    Phase.INTAKE: "está recibiendo postulaciones",
    Phase.SCREENING: "está en cotejo",
    Phase.REVIEWING: "está en dictaminación",
    Phase.DELIBERATION: "está en deliberación",
    Phase.DECIDED: "ya tiene fallo",
    Phase.ARCHIVED: "está archivada",
}


_P = ParamSpec("_P")
_R = TypeVar("_R")
_F = TypeVar("_F", bound=Callable[..., object])


class Declaration(NamedTuple):
    """What a function that takes ``actor`` or ``viewer`` first declares.

    ``actions``: any of them suffices; empty for ``@own_data`` and ``@not_a_verb``. ``reason``: why it is no
    verb.
    """

    actions: tuple[Action, ...] = ()
    reason: str = ""


def verb(
    *actions: Action,
) -> Callable[[Callable[Concatenate[Actor, _P], _R]], Callable[Concatenate[Actor, _P], _R]]:
    """Declares that a function requires one of these actions of its first argument.

    A call raises ``Forbidden`` for a role that may do none of them, without reading the database. The
    function itself calls ``require``, which checks the login session and the phase of the call.
    """
    roles = frozenset[Role]().union(*(TABLE[action].roles for action in actions))

    def decorate(function: Callable[Concatenate[Actor, _P], _R]) -> Callable[Concatenate[Actor, _P], _R]:
        @wraps(function)
        def checked(actor: Actor, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            if not actor.is_operator and actor.role not in roles:
                raise Forbidden
            return function(actor, *args, **kwargs)

        return _declare(checked, Declaration(actions))

    return decorate


def own_data(function: Callable[Concatenate[Actor, _P], _R]) -> Callable[Concatenate[Actor, _P], _R]:
    """Declares that a function concerns the logged-in person's own data alone, and checks their login."""

    @wraps(function)
    def checked(actor: Actor, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
        require_login(actor)
        return function(actor, *args, **kwargs)

    return _declare(checked, Declaration())


def not_a_verb(reason: str) -> Callable[[_F], _F]:
    """Declares why a function that takes an actor first checks no permission."""
    return lambda function: _declare(function, Declaration(reason=reason))


def condition(text: str) -> Callable[[_F], _F]:
    """Declares a rule on access that the table can't express; ``docs/permissions.md`` lists its ``text``."""

    def decorate(function: _F) -> _F:
        function.__dict__["access_condition"] = text
        return function

    return decorate


def declaration_of(function: Callable[..., object]) -> Declaration | None:
    """Returns what a function declares; None where it declares nothing."""
    return function.__dict__.get("access_declaration")


def condition_of(function: Callable[..., object]) -> str | None:
    """Returns the text of the access rule that a function implements; None where it implements none."""
    return function.__dict__.get("access_condition")


def _declare(function: _F, declaration: Declaration) -> _F:
    function.__dict__["access_declaration"] = declaration
    return function


def is_allowed(actor: Actor, action: Action, phase: Phase | None = None) -> bool:
    """Returns whether the table allows the action to this actor (in this phase of a call, if given)."""
    if actor.is_operator:
        return True
    rule = TABLE[action]
    return actor.role in rule.roles and (phase is None or phase in rule.phases)


@condition("Until a person has replaced a one-time password, they may do nothing else.")
def require(actor: Actor, action: Action, phase: Phase | None = None) -> None:
    """Raises ``Forbidden`` unless the actor's role may do the action and their login session is still open.

    The session is read again because a page may stay open long after it ended. Raises ``UserError`` where the
    action is not possible in this phase of a call.
    """
    if actor.is_operator:
        return
    require_login(actor)
    if actor.must_change_password:
        raise Forbidden("Antes de nada elija su contraseña: la que recibió sirve una sola vez.")
    rule = TABLE[action]
    if actor.role not in rule.roles:
        raise Forbidden
    if phase is not None and phase not in rule.phases:
        raise UserError(f"La convocatoria {_PHASE_WORDS[phase]}: ahora no se puede hacer esto.")


def require_login(actor: Actor) -> None:
    """Raises ``Forbidden`` where the session ended, or the person was deactivated or has another role now."""
    query = (
        select(Person.role)
        .join(LoginSession)
        .where(LoginSession.id == actor.session_id, Person.id == actor.person_id, Person.active)
        .where(*open_conditions())
    )
    with read_session() as session:
        role = session.exec(query).first()
    if role is None or role != actor.role:
        raise Forbidden("Su sesión terminó. Vuelva a entrar.")
