"""Everything that can be called is in the table, asks for what it says, and refuses the others first."""

import argparse
import inspect
import itertools
import json
import re
import typing
from collections.abc import Iterator
from typing import Any

import pytest
from starlette.routing import Mount, Route

from docs.build import permissions as build_permissions
from reviewer import cli
from reviewer.access import open_sessions
from reviewer.access import permissions as access_permissions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.asked import COMMANDS, HELPERS, LOGGED_IN, PUBLIC_ROUTES, ROUTES, VERBS, RequiredActions
from reviewer.access.permissions import TABLE, Action, Visibility
from reviewer.core import clock, database
from reviewer.core.errors import Forbidden, InfrastructureError, UserError
from reviewer.core.paths import ROOT
from reviewer.jobs import runner
from reviewer.jobs.records import RANK
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Call, LoginSession, Person, Role
from reviewer.web.routes import all_routes, downloads
from reviewer.web.ui.navigation import SCREENS
from tests.access.verbs import call, verbs
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications, add_documents
from tests.web.requests import ask, cookie

FOUND_VERBS = verbs()
ALL_ROUTES = all_routes()
UNCOVERED = (Visibility.NAMES, Visibility.WRITTEN)
WRITES = ("INSERT", "UPDATE", "DELETE")
FOLIO = "GUI-0001"
# What add_applications gives each of them, in the shapes in which it could leak.
IDENTIFYING = re.compile(r"[áa]mbar|n[úu]ñez|5512345678|NUPA900101", re.IGNORECASE)
PIN = {"document": "x", "page": 1, "x": 1, "y": 1, "criterion": "", "shared": False, "text": "x"}
BODIES: dict[str, Any] = {
    "puntajes": {"criterion": "motivacion", "value": 3, "version": 0},
    "notas": {"kind": "private", "text": "x", "version": 0},
    "marcas": {"key": "abcdefgh", "pin": PIN, "version": 0},
    "decision": {"verdict": "eligible", "reason": "x", "seen": "", "part": "pendientes"},
    "enviar": {"versions": {}},
    "giro": {"rotation": 90},
    "cargas": {"call": SLUG, "name": "lote.zip", "size": 10},
}


@pytest.fixture
def known(reviewing_call: Call, person: PersonFactory) -> dict[str, Any]:
    """A blind call under review, shared out among three, as what verbs may be asked about it."""
    applications = add_applications(reviewing_call, 3)
    add_documents(applications, b"%PDF-1.4 as it came", pages=1)
    jury = [person(Role.JURY) for _ in range(3)]
    assignment_service.assign(OPERATOR, slug=SLUG)
    return {
        **dict.fromkeys(("call", "call_slug", "slug"), SLUG),
        "folio": FOLIO,
        "folios": [FOLIO],
        "person_id": jury[0].person_id,
        "application_id": applications[0].id,
        "jury": jury,
        "stored": reviewing_call,
    }


@pytest.fixture
def nobodies(person: PersonFactory) -> Iterator[dict[str, Actor]]:
    """People who were somebody: an actor of theirs is still at hand, in a page that stayed open."""
    ended_actors = {
        reason: person(Role.ADMIN) for reason in ("deactivated", "expired", "logged out", "demoted")
    }
    with database.write_session() as session:
        session.get_one(Person, ended_actors["deactivated"].person_id).active = False
        session.get_one(Person, ended_actors["demoted"].person_id).role = Role.JURY
        session.get_one(LoginSession, ended_actors["expired"].session_id).expires_at = clock.now()
        session.get_one(LoginSession, ended_actors["logged out"].session_id).revoked_at = clock.now()
    yield {**ended_actors, "invented": Actor(role=Role.ADMIN, name="", person_id=10**6, session_id=10**6)}


def test_every_verb_route_command_and_page_is_in_the_table() -> None:
    """Add what is new to ``reviewer/access/asked.py`` (pages: to the navigation), with what it asks for."""
    assert set(FOUND_VERBS) == VERBS.keys() | HELPERS.keys()
    assert {
        address for address, _, _ in addresses()
    } | PUBLIC_ROUTES.keys() == ROUTES.keys() | PUBLIC_ROUTES.keys()
    assert set(commands(cli._build_parser())) == COMMANDS.keys()
    assert {screen.address for screen in SCREENS} == {path.stem for path in (ROOT / "pages").glob("*.py")}


def test_the_page_of_permissions_is_current() -> None:
    """Run ``python -m docs.build.permissions``."""
    assert build_permissions.PAGE.read_text(encoding="utf-8") == build_permissions.text()


def test_jury_sees_nothing_uncovered() -> None:
    for action, rule in TABLE.items():
        if Role.JURY in rule.roles:
            assert rule.visibility in (Visibility.NOTHING, Visibility.COVERED), action


def test_each_verb_refuses_whoever_may_not_before_anything_else(
    known: dict[str, Any], nobodies: dict[str, Actor], person: PersonFactory, queries: list[str]
) -> None:
    people = {role: person(role) for role in Role}
    ended_actors = itertools.cycle(nobodies.items())
    for name, required in VERBS.items():
        refused = {str(role): people[role] for role in Role if not may_call(role, required)}
        for caller, actor in [*refused.items(), next(ended_actors), next(ended_actors)]:
            queries.clear()
            values = arguments(FOUND_VERBS[name], known, only=("call", "call_slug", "slug"))
            with pytest.raises(Forbidden):
                call(FOUND_VERBS[name], actor, values)
                pytest.fail(f"{name} let {caller} in")
            assert not [query for query in queries if query.startswith(WRITES)], (name, caller)


def test_each_verb_asks_for_what_the_table_says(
    known: dict[str, Any], person: PersonFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may is not refused for who she is; reads change nothing, and show no more than they may."""
    asked_for: list[Action] = []

    class Noting(dict[Action, access_permissions.Permission]):
        def __getitem__(self, action: Action) -> access_permissions.Permission:
            asked_for.append(action)
            return super().__getitem__(action)

    monkeypatch.setattr(access_permissions, "TABLE", Noting(TABLE))
    people = {Role.JURY: known["jury"][0], **{role: person(role) for role in (Role.ADMIN, Role.COORDINATOR)}}
    for name, required in VERBS.items():
        verb = FOUND_VERBS[name]
        if next(iter(inspect.signature(verb).parameters)) != "viewer":
            continue
        for role in (candidate for candidate in Role if may_call(candidate, required)):
            asked_for.clear()
            try:
                output = repr(call(verb, people[role], arguments(verb, known)))
            except (
                UserError,
                InfrastructureError,
                AttributeError,
            ) as error:  # nonsense where nothing is known of it
                output = str(error)
            assert set(asked_for) & set(required) or required == LOGGED_IN, (name, asked_for)
            if not any(
                TABLE[action].visibility in UNCOVERED for action in required if role in TABLE[action].roles
            ):
                assert not IDENTIFYING.search(output), (name, role, output[:300])


def test_each_address_refuses_whoever_may_not(
    known: dict[str, Any], person: PersonFactory, queries: list[str]
) -> None:
    logged_out = person(Role.ADMIN)
    refused_headers = {
        "nobody": {},
        "forged": {"cookie": "dictamen_sesion=forged.x"},
        "left": cookie(logged_out),
    }
    open_sessions.end_all(OPERATOR, person_id=logged_out.person_id or 0)
    newcomer = person(Role.ADMIN)
    with database.write_session() as session:
        session.get_one(Person, newcomer.person_id).must_change_password = True
    refused_headers["newcomer"] = cookie(newcomer)
    headers = {role: cookie(person(role)) for role in Role}
    for address, method, path in addresses():
        if address in PUBLIC_ROUTES:
            continue
        body = json.dumps(BODIES.get(path.split("?")[0].rsplit("/", 1)[-1], {})).encode()
        request_headers = {"sec-fetch-site": "same-origin", "content-type": "application/json"}
        other_headers = {str(role): headers[role] for role in Role if not may_call(role, ROUTES[address])}
        for caller, caller_headers in {**refused_headers, **other_headers}.items():
            queries.clear()
            answer = ask(
                ALL_ROUTES, path, method=method, headers={**request_headers, **caller_headers}, body=body
            )
            assert answer.status in (401, 403), (address, caller, answer)
            assert not IDENTIFYING.search(answer.body.decode())
            assert not [query for query in queries if query.startswith(WRITES)], (address, caller)
        if method != "GET":
            foreign = {**headers[Role.ADMIN], **request_headers, "sec-fetch-site": "cross-site"}
            assert ask(ALL_ROUTES, path, method=method, headers=foreign, body=body).status == 403, address
        for role in (candidate for candidate in Role if may_call(candidate, ROUTES[address])):
            own_headers = {**request_headers, **headers[role]}
            assert ask(ALL_ROUTES, path, method=method, headers=own_headers, body=body).status < 500, address


def may_call(role: Role, asked: RequiredActions) -> bool:
    """Whether a person of this role, logged in, may call what asks for this."""
    return asked == LOGGED_IN or any(role in TABLE[action].roles for action in asked)


def arguments(verb: Any, known: dict[str, Any], *, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """What is known of the verb's parameters; a call may be asked for by its slug or handed over as it is."""
    hints = typing.get_type_hints(inspect.unwrap(verb))
    values = {name: known[name] for name in hints if name in known and (not only or name in only)}
    if hints.get("call") is Call:
        values["call"] = known["stored"]
    if verb is runner.start_for_call:
        values["kind"] = RANK
    return values


def addresses() -> Iterator[tuple[str, str, str]]:
    """Each of our addresses as the table names it, its method, and one with everything filled in."""
    for route in ALL_ROUTES:
        if isinstance(route, Mount):
            yield f"GET {route.path}", "GET", route.path
            continue
        assert isinstance(route, Route)
        methods = sorted((route.methods or set()) - {"HEAD"})
        for method, pattern in itertools.product(methods, _expand_name(route.path)):
            path = pattern.replace("{call}", SLUG).replace("{folio:path}", FOLIO).replace("{page:int}", "1")
            path = path.replace("{name}.{kind}", "informe.pdf").replace("acta/{name}", "acta/lista.pdf")
            path = path.replace("privacidad/{name}", "privacidad/persona.zip")
            path = re.sub(r"{[^}]*}", "nada", path)
            query = "desde=0" if method == "PUT" else f"convocatoria={SLUG}"
            yield f"{method} {pattern}", method, f"{path}?{query}"


def _expand_name(pattern: str) -> list[str]:
    tables: dict[str, dict[str, Any]] = {".csv": downloads.TABLES, ".xlsx": downloads.WORKBOOKS}
    table_suffix = next((suffix for suffix in tables if pattern == f"/descargas/{{name}}{suffix}"), None)
    return (
        [f"/descargas/{name}{table_suffix}" for name in tables[table_suffix]] if table_suffix else [pattern]
    )


def commands(parser: Any, before: str = "") -> Iterator[str]:
    """Every command that the parser knows, with the words before it."""
    subparser_actions = [
        action for action in parser._actions if isinstance(action, argparse._SubParsersAction)
    ]
    if not subparser_actions:
        yield before.strip()
    for subparsers in subparser_actions:
        for name, inner in subparsers.choices.items():
            yield from commands(inner, f"{before} {name}")
