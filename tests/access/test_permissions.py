"""The table of permissions and ``require``."""

import pytest

from reviewer.access import people, permissions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import TABLE, Action
from reviewer.core.errors import Forbidden, UserError
from reviewer.models import Phase, Role
from tests.factories.people import PersonFactory, log_in


def test_every_action_has_a_rule() -> None:
    assert set(TABLE) == set(Action)


@pytest.mark.parametrize("action", list(Action))
def test_the_table_applies_to_every_role_in_every_phase(action: Action, person: PersonFactory) -> None:
    roles, phases, _ = TABLE[action]
    for role in Role:
        actor = person(role)
        for phase in Phase:
            may = role in roles and phase in phases
            assert permissions.is_allowed(actor, action, phase) is may
            if may:
                permissions.require(actor, action, phase)
            else:
                with pytest.raises(Forbidden if role not in roles else UserError):
                    permissions.require(actor, action, phase)


def test_roles_are_separated() -> None:
    """Administrators do not score; jurors see neither people nor the cohort."""
    together = {Action.SEE_DISCUSSION, Action.DISCUSS}  # the committee's words, from deliberation on
    for action, (roles, _, _) in TABLE.items():
        assert Role.JURY not in roles or len(roles) == 1 or action in together, action
        assert not {Role.JURY, Role.ADMIN} <= roles, action
    assert TABLE[Action.REVIEW][0] == {Role.JURY}
    assert TABLE[Action.MANAGE_PEOPLE][0] == TABLE[Action.IMPORT_BATCH][0] == {Role.ADMIN}


def test_roles_and_phases_do_not_apply_to_the_command_line() -> None:
    for action in Action:
        permissions.require(OPERATOR, action, Phase.ARCHIVED)


def test_a_one_time_password_allows_nothing_but_changing_it(person: PersonFactory) -> None:
    added = people.add_person(OPERATOR, email="nueva@prueba.example", name="Nueva", role=Role.ADMIN)
    newcomer = log_in(added.person)
    with pytest.raises(Forbidden, match="elija su contraseña"):
        people.list_people(newcomer)
    people.change_password(newcomer, old=added.one_time_password or "", new="un caballo y tres faroles")
    assert people.list_people(log_in(added.person))


def test_claimed_role_is_refused(admin: Actor, juror: Actor) -> None:
    """The role is that of the login session, not that of the actor object."""
    for forged in (
        Actor(role=Role.ADMIN, name="", person_id=juror.person_id, session_id=juror.session_id),
        Actor(role=Role.ADMIN, name="", person_id=admin.person_id, session_id=juror.session_id),
        Actor(role=Role.ADMIN, name="", person_id=admin.person_id, session_id=None),
        Actor(role=Role.ADMIN, name="", person_id=999, session_id=999),
    ):
        with pytest.raises(Forbidden):
            permissions.require(forged, Action.MANAGE_PEOPLE)
