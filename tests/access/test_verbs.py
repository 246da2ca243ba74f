"""Everything that takes an actor declares what it requires, and refuses others before anything else."""

import ast
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
from reviewer.access import open_sessions
from reviewer.access import permissions as access_permissions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.permissions import TABLE, Action, Visibility, condition_of, declaration_of
from reviewer.core import clock, database
from reviewer.core.errors import Forbidden, InfrastructureError, UserError
from reviewer.core.paths import ROOT
from reviewer.jobs import runner
from reviewer.jobs.records import RANK
from reviewer.jury.assignment import service as assignment_service
from reviewer.models import Call, Job, LoginSession, Person, Role
from reviewer.web.routes import all_routes, downloads
from reviewer.web.routes.required_actions import PUBLIC_ROUTES, ROUTE_ACTIONS
from reviewer.web.ui.navigation import SCREENS
from tests.access.verbs import call
from tests.calls import SLUG
from tests.factories.applications import add_applications, add_documents
from tests.factories.people import PersonFactory
from tests.web.asgi_client import ask, cookie

FUNCTIONS = build_permissions.actor_functions()
DECLARATIONS = {name: declaration_of(function) for name, function in FUNCTIONS.items()}
VERBS = {name: found.actions for name, found in DECLARATIONS.items() if found and not found.reason}
ALL_ROUTES = all_routes()
UNCOVERED = (Visibility.NAMES,)
WRITES = ("INSERT", "UPDATE", "DELETE")
FOLIO = "HIS-0001"
# What add_applications gives each of them, in the shapes in which it could leak.
IDENTIFYING = re.compile(r"[áa]mbar|n[úu]ñez|5512345678|NUPA900101", re.IGNORECASE)
PIN = {"document": "x", "page": 1, "x": 1, "y": 1, "criterion": "", "shared": False, "text": "x"}
BODIES: dict[str, Any] = {
    "puntajes": {"criterion": "relato", "value": 3, "version": 0},
    "notas": {"kind": "private", "text": "x", "version": 0},
    "marcas": {"key": "abcdefgh", "pin": PIN, "version": 0},
    "decision": {"verdict": "eligible", "reason": "x", "seen": "", "part": "pendientes"},
    "enviar": {"versions": {}},
    "vista": {"rotation": 90, "page_rotations": {}, "page": 1, "top": 0, "zoom": 100, "fit": "width"},
    "aviso": {"page": 1},
    "cubiertas": {"term": "abuela"},
    "estado": {"withdrawn": True},
    "cargas": {"call": SLUG, "name": "lote.zip", "size": 10},
}


@pytest.fixture
def known(reviewing_call: Call, person: PersonFactory) -> dict[str, Any]:
    """Arguments for verbs about a blind call in review, assigned to three jurors."""
    applications = add_applications(reviewing_call, 3)
    add_documents(applications, b"%PDF-1.4 as it came", pages=1)
    jury = [person(Role.JURY) for _ in range(3)]
    assignment_service.assign(OPERATOR, slug=SLUG)
    job = Job(kind=RANK, arguments={"call": SLUG}, label="", started_by=jury[0].person_id)
    with database.write_session() as session:
        session.add(job)
    return {
        **dict.fromkeys(("call", "call_slug", "slug"), SLUG),
        "folio": FOLIO,
        "folios": [FOLIO],
        "job_id": job.public_id,
        "person_id": jury[0].person_id,
        "application_id": applications[0].id,
        "jury": jury,
        "stored": reviewing_call,
    }


@pytest.fixture
def nobodies(person: PersonFactory) -> Iterator[dict[str, Actor]]:
    """Actors whose sessions are not valid any more, as in a page that stayed open."""
    ended_actors = {reason: person(Role.ADMIN) for reason in ("deactivated", "expired", "logged out", "demoted")}
    with database.write_session() as session:
        session.get_one(Person, ended_actors["deactivated"].person_id).active = False
        session.get_one(Person, ended_actors["demoted"].person_id).role = Role.JURY
        session.get_one(LoginSession, ended_actors["expired"].session_id).expires_at = clock.now()
        session.get_one(LoginSession, ended_actors["logged out"].session_id).revoked_at = clock.now()
    yield {**ended_actors, "invented": Actor(role=Role.ADMIN, name="", person_id=10**6, session_id=10**6)}


def test_everything_declares_what_it_requires() -> None:
    """Declare a new function by ``@verb``, a route in ``required_actions``, a command's ``actions``."""
    assert not [name for name, declaration in DECLARATIONS.items() if declaration is None]
    assert {address for address, _, _ in addresses()} == ROUTE_ACTIONS.keys() | PUBLIC_ROUTES.keys()
    assert all(actions or words == "start" for words, actions in build_permissions.commands().items())
    assert {screen.address for screen in SCREENS} == {path.stem for path in (ROOT / "pages").glob("*.py")}


def test_each_condition_is_checked_by_a_function_that_is_called() -> None:
    """The four that the documentation has to have are among them."""
    functions = dict(build_permissions._functions())
    conditions = {name: text for name, function in functions.items() if (text := condition_of(function))}
    called = {
        node.func.id if isinstance(node.func, ast.Name) else node.func.attr
        for path in (ROOT / "reviewer").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute)
    }
    assert not {name for name in conditions if name.rpartition(".")[2] not in called}
    text = " ".join(conditions.values())
    for topic in ("review.closes_at", "anchors that a coordinator opened", "meeting", 'audience = "admin"'):
        assert topic in text


def test_the_page_of_permissions_is_current() -> None:
    """Run ``python -m docs.build.permissions``."""
    assert build_permissions.PAGE.read_text(encoding="utf-8") == build_permissions.page_text()


def test_a_role_that_may_do_none_of_the_actions_is_refused_without_a_query(queries: list[str]) -> None:
    for name, required in VERBS.items():
        for role in (role for role in Role if required and not may_call(role, required)):
            with pytest.raises(Forbidden):
                call(FUNCTIONS[name], Actor(role=role, name="", person_id=1, session_id=1), {})
                pytest.fail(f"{name} accepted {role}")
    assert not queries


def test_jury_sees_nothing_uncovered() -> None:
    for action, rule in TABLE.items():
        if Role.JURY in rule.roles:
            assert rule.visibility in (Visibility.NOTHING, Visibility.COVERED), action


def test_each_verb_refuses_before_writing_anything(
    known: dict[str, Any], nobodies: dict[str, Actor], person: PersonFactory, queries: list[str]
) -> None:
    people = {role: person(role) for role in Role}
    ended_actors = itertools.cycle(nobodies.items())
    for name, required in VERBS.items():
        refused = {str(role): people[role] for role in Role if not may_call(role, required)}
        for caller, actor in [*refused.items(), next(ended_actors), next(ended_actors)]:
            queries.clear()
            values = arguments(FUNCTIONS[name], known, only=("call", "call_slug", "slug"))
            with pytest.raises(Forbidden):
                call(FUNCTIONS[name], actor, values)
                pytest.fail(f"{name} let {caller} in")
            assert not [query for query in queries if query.startswith(WRITES)], (name, caller)


def test_each_read_checks_what_it_declares(
    known: dict[str, Any], person: PersonFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An allowed role is not refused; reads change nothing, and show no more than the table allows."""
    asked_for: list[Action] = []

    class Noting(dict[Action, access_permissions.Permission]):
        def __getitem__(self, action: Action) -> access_permissions.Permission:
            asked_for.append(action)
            return super().__getitem__(action)

    monkeypatch.setattr(access_permissions, "TABLE", Noting(TABLE))
    people = {Role.JURY: known["jury"][0], **{role: person(role) for role in (Role.ADMIN, Role.COORDINATOR)}}
    for name, required in VERBS.items():
        verb = FUNCTIONS[name]
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
            assert set(asked_for) & set(required) or not required, (name, asked_for)
            if not any(TABLE[action].visibility in UNCOVERED for action in required if role in TABLE[action].roles):
                assert not IDENTIFYING.search(output), (name, role, output[:300])


def test_each_route_refuses_who_may_not_call_it(
    known: dict[str, Any], person: PersonFactory, queries: list[str]
) -> None:
    logged_out = person(Role.ADMIN)
    refused_headers = {
        "nobody": {},
        "forged": {"cookie": "dictamen_sesion=forged.x"},
        "left": cookie(logged_out),
    }
    open_sessions.end_all(OPERATOR, person_id=logged_out.require_person_id())
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
        other_headers = {str(role): headers[role] for role in Role if not may_call(role, ROUTE_ACTIONS[address])}
        for caller, caller_headers in {**refused_headers, **other_headers}.items():
            queries.clear()
            answer = ask(ALL_ROUTES, path, method=method, headers={**request_headers, **caller_headers}, body=body)
            assert answer.status in (401, 403), (address, caller, answer)
            assert not IDENTIFYING.search(answer.body.decode())
            assert not [query for query in queries if query.startswith(WRITES)], (address, caller)
        if method != "GET":
            foreign = {**headers[Role.ADMIN], **request_headers, "sec-fetch-site": "cross-site"}
            assert ask(ALL_ROUTES, path, method=method, headers=foreign, body=body).status == 403, address
        for role in (candidate for candidate in Role if may_call(candidate, ROUTE_ACTIONS[address])):
            own_headers = {**request_headers, **headers[role]}
            assert ask(ALL_ROUTES, path, method=method, headers=own_headers, body=body).status < 500, address


def may_call(role: Role, required: tuple[Action, ...]) -> bool:
    """Returns whether a role may call what requires one of these actions."""
    return not required or any(role in TABLE[action].roles for action in required)


def arguments(verb: Any, known: dict[str, Any], *, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """Returns the known arguments of a verb; ``call`` is a slug or a row, by its type."""
    hints = typing.get_type_hints(inspect.unwrap(verb))
    values = {name: known[name] for name in hints if name in known and (not only or name in only)}
    if hints.get("call") is Call:
        values["call"] = known["stored"]
    if verb is runner.start_for_call:
        values["kind"] = RANK
    return values


def addresses() -> Iterator[tuple[str, str, str]]:
    """Yields each route as the table names it, its method, and a path with all parameters filled in."""
    for route in ALL_ROUTES:
        if isinstance(route, Mount):
            yield f"GET {route.path}", "GET", route.path
            continue
        assert isinstance(route, Route)
        methods = sorted((route.methods or set()) - {"HEAD"})
        for method, pattern in itertools.product(methods, _expand_name(route.path)):
            path = pattern.replace("{call}", SLUG).replace("{folio:path}", FOLIO).replace("{page:int}", "1")
            path = path.replace("{name}.{kind}", "informe.pdf").replace("acta/{name}", "acta/lista.pdf")
            path = path.replace("exportacion/{name}", "exportacion/applications.csv")
            path = path.replace("privacidad/{name}", "privacidad/persona.zip")
            path = re.sub(r"{[^}]*}", "nada", path)
            query = "desde=0" if method == "PUT" else f"convocatoria={SLUG}"
            yield f"{method} {pattern}", method, f"{path}?{query}"


def _expand_name(pattern: str) -> list[str]:
    names = {".csv": [*downloads.TABLES], ".xlsx": [*downloads.WORKBOOKS], ".zip": list[str]()}
    for name, (_, ending) in downloads.FILES.items():
        names[f".{ending}"].append(name)
    suffix = next((suffix for suffix in names if pattern == f"/descargas/{{name}}{suffix}"), None)
    return [f"/descargas/{name}{suffix}" for name in names[suffix]] if suffix else [pattern]
