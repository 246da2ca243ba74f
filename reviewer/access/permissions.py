"""Which role may do what, in which phases of a call, and how much of the applicants it shows.

A function that takes ``actor`` or ``viewer`` first declares its actions with ``@verb``.
``docs/permissions.md`` is generated from the table and the declarations.
"""

from collections.abc import Callable, Iterable
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
    READ_SCANS = "read_scans"
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
    COVER = "cover"
    SEE_DISCUSSION = "see_discussion"
    DISCUSS = "discuss"


class Visibility(StrEnum):
    """How much an action shows of the applicants while a call is blind."""

    NOTHING = "nothing"
    NUMBERS = "numbers"
    FOLIOS = "folios"
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
BEFORE_DECISION = OPEN_PHASES - {Phase.DECIDED}


def _rule(roles: Iterable[Role], visibility: Visibility, phases: Iterable[Phase] = ANY_PHASE) -> Permission:
    return Permission(frozenset(roles), frozenset(phases), visibility)


TABLE: dict[Action, Permission] = {
    Action.LOAD_CALL: _rule({ADMIN}, Visibility.NOTHING),
    Action.CHANGE_PHASE: _rule({ADMIN}, Visibility.NOTHING),
    Action.IMPORT_BATCH: _rule({ADMIN}, Visibility.NAMES, BEFORE_DECISION),
    Action.CORRECT: _rule({ADMIN}, Visibility.NAMES, BEFORE_DECISION),
    Action.SCREEN: _rule({ADMIN, COORDINATOR}, Visibility.NAMES, BEFORE_DECISION),
    Action.READ_SCANS: _rule({ADMIN, COORDINATOR}, Visibility.NOTHING, BEFORE_DECISION),
    Action.MANAGE_PEOPLE: _rule({ADMIN}, Visibility.NOTHING),
    Action.ASSIGN: _rule({COORDINATOR}, Visibility.FOLIOS, BEFORE_DECISION),
    Action.SEE_PROGRESS: _rule({COORDINATOR}, Visibility.COVERED),
    Action.SEE_COHORT: _rule({COORDINATOR}, Visibility.NUMBERS),
    Action.GROUP_ANSWERS: _rule({COORDINATOR}, Visibility.NUMBERS),
    Action.SEE_DESK: _rule({JURY}, Visibility.COVERED, OPEN_PHASES),
    Action.REVIEW: _rule({JURY}, Visibility.COVERED, {Phase.REVIEWING}),
    Action.LOAD_SCORES: _rule((), Visibility.FOLIOS, ()),
    Action.SEE_RANKING: _rule({COORDINATOR}, Visibility.COVERED),
    Action.SEE_SELECTION: _rule({COORDINATOR}, Visibility.COVERED),
    Action.SELECT: _rule({COORDINATOR}, Visibility.COVERED, OPEN_PHASES),
    Action.DELIBERATE: _rule({COORDINATOR}, Visibility.COVERED, {Phase.DELIBERATION}),
    Action.SEE_ACTA: _rule({COORDINATOR}, Visibility.SIGNED),
    Action.SIGN_ACTA: _rule({COORDINATOR}, Visibility.SIGNED, {Phase.DELIBERATION}),
    Action.CORRECT_ACTA: _rule({COORDINATOR}, Visibility.SIGNED, {Phase.DECIDED}),
    Action.FOLLOW_UP: _rule({COORDINATOR}, Visibility.SIGNED, {Phase.DECIDED}),
    Action.EXPORT: _rule({ADMIN}, Visibility.NAMES),
    Action.SEE_TRAIL: _rule({ADMIN, COORDINATOR}, Visibility.FOLIOS),
    Action.SEE_SYSTEM: _rule({ADMIN}, Visibility.NOTHING),
    Action.VERIFY: _rule({ADMIN}, Visibility.FOLIOS),
    Action.KEEP_PRIVACY: _rule({ADMIN}, Visibility.NAMES),
    Action.BACK_UP: _rule({ADMIN}, Visibility.NOTHING),
    Action.RESTORE: _rule((), Visibility.NOTHING, ()),
    Action.RUN_JURY: _rule({COORDINATOR}, Visibility.FOLIOS, BEFORE_DECISION),
    Action.CLOSE_REVIEWING: _rule({COORDINATOR}, Visibility.FOLIOS, {Phase.REVIEWING}),
    Action.SEE_CONFLICTS: _rule({COORDINATOR}, Visibility.NAMES),
    Action.DECLARE_CONFLICT: _rule({JURY}, Visibility.COVERED, BEFORE_DECISION),
    Action.SEE_OTHERS_SCORES: _rule({JURY}, Visibility.COVERED, {Phase.DELIBERATION, Phase.DECIDED}),
    Action.COMPARE_ANCHORS: _rule({JURY}, Visibility.COVERED, OPEN_PHASES - {Phase.INTAKE, Phase.SCREENING}),
    Action.RAISE_FLAG: _rule({JURY}, Visibility.COVERED, {Phase.REVIEWING, Phase.DELIBERATION}),
    Action.RESOLVE_FLAG: _rule({COORDINATOR}, Visibility.COVERED, BEFORE_DECISION),
    Action.COVER: _rule({ADMIN, COORDINATOR}, Visibility.NAMES, BEFORE_DECISION),
    Action.SEE_DISCUSSION: _rule({JURY, COORDINATOR}, Visibility.COVERED, {Phase.DELIBERATION, Phase.DECIDED}),
    Action.DISCUSS: _rule({JURY, COORDINATOR}, Visibility.COVERED, {Phase.DELIBERATION}),
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
