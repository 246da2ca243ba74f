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

from reviewer import cli, clock, database, jobs
from reviewer.access import open_sessions, permissions
from reviewer.access.actor import OPERATOR, Actor
from reviewer.access.asked import COMMANDS, HERS, PARTS, ROUTES, STRANGERS, VERBS, Asked
from reviewer.access.permissions import TABLE, Action, Sight
from reviewer.errors import Forbidden, MachineFault, Refused
from reviewer.job_rows import RANK
from reviewer.jury import assignment
from reviewer.models import Call, LoginSession, Person, Role
from reviewer.paths import ROOT
from reviewer.web import permissions_page
from reviewer.web.navigation import SCREENS
from reviewer.web.routes import downloads, every_route
from tests.access.verbs import call, verbs
from tests.conftest import SLUG, PersonFactory
from tests.jury.cases import add_applications, add_documents
from tests.web.asking import ask, cookie

FOUND = verbs()
ALL = every_route()
SHOWN_AS_IT_IS = (Sight.NAMES, Sight.WRITTEN)
WRITES = ("INSERT", "UPDATE", "DELETE")
FOLIO = "GUI-0001"
# What add_applications gives each of them, in the shapes in which it could leak.
SAYS_WHO = re.compile(r"[áa]mbar|n[úu]ñez|5512345678|NUPA900101", re.IGNORECASE)
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
    made = add_applications(reviewing_call, 3)
    add_documents(made, b"%PDF-1.4 as it came", pages=1)
    jury = [person(Role.JURY) for _ in range(3)]
    assignment.assign(OPERATOR, call=SLUG)
    return {
        **dict.fromkeys(("call", "call_slug", "slug"), SLUG),
        "folio": FOLIO,
        "folios": [FOLIO],
        "person_id": jury[0].person_id,
        "application_id": made[0].id,
        "jury": jury,
        "stored": reviewing_call,
    }


@pytest.fixture
def nobodies(person: PersonFactory) -> Iterator[dict[str, Actor]]:
    """People who were somebody: an actor of theirs is still at hand, in a page that stayed open."""
    gone = {each: person(Role.ADMIN) for each in ("deactivated", "expired", "logged out", "demoted")}
    with database.writing() as session:
        session.get_one(Person, gone["deactivated"].person_id).active = False
        session.get_one(Person, gone["demoted"].person_id).role = Role.JURY
        session.get_one(LoginSession, gone["expired"].session_id).expires_at = clock.now()
        session.get_one(LoginSession, gone["logged out"].session_id).revoked_at = clock.now()
    yield {**gone, "invented": Actor(role=Role.ADMIN, name="", person_id=10**6, session_id=10**6)}


def test_every_verb_route_command_and_page_is_in_the_table() -> None:
    """Add what is new to ``reviewer/access/asked.py`` (pages: to the navigation), with what it asks for."""
    assert set(FOUND) == VERBS.keys() | PARTS.keys()
    assert {address for address, _, _ in addresses()} | STRANGERS.keys() == ROUTES.keys() | STRANGERS.keys()
    assert set(commands(cli._parser())) == COMMANDS.keys()
    assert {each.address for each in SCREENS} == {each.stem for each in (ROOT / "pages").glob("*.py")}


def test_the_page_of_permissions_is_current() -> None:
    """Run ``python -m reviewer.web.permissions_page``."""
    assert permissions_page.PAGE.read_text(encoding="utf-8") == permissions_page.text()


def test_no_blindness_is_lost_on_the_jury() -> None:
    for action, rule in TABLE.items():
        if Role.JURY in rule.roles:
            assert rule.sight in (Sight.NOTHING, Sight.COVERED), action


def test_each_verb_refuses_whoever_may_not_before_anything_else(
    known: dict[str, Any], nobodies: dict[str, Actor], person: PersonFactory, queries: list[str]
) -> None:
    people = {role: person(role) for role in Role}
    gone = itertools.cycle(nobodies.items())
    for name, asked in VERBS.items():
        refused = {str(each): people[each] for each in Role if not may(each, asked)}
        for who, actor in [*refused.items(), next(gone), next(gone)]:
            queries.clear()
            given = arguments(FOUND[name], known, only=("call", "call_slug", "slug"))
            with pytest.raises(Forbidden):
                call(FOUND[name], actor, given)
                pytest.fail(f"{name} let {who} in")
            assert not [each for each in queries if each.startswith(WRITES)], (name, who)


def test_each_verb_asks_for_what_the_table_says(
    known: dict[str, Any], person: PersonFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever may is not refused for who she is; reads change nothing, and show no more than they may."""
    asked_for: list[Action] = []

    class Noting(dict[Action, permissions.Rule]):
        def __getitem__(self, action: Action) -> permissions.Rule:
            asked_for.append(action)
            return super().__getitem__(action)

    monkeypatch.setattr(permissions, "TABLE", Noting(TABLE))
    people = {Role.JURY: known["jury"][0], **{role: person(role) for role in (Role.ADMIN, Role.COORDINATOR)}}
    for name, asked in VERBS.items():
        verb = FOUND[name]
        if next(iter(inspect.signature(verb).parameters)) != "viewer":
            continue
        for role in (each for each in Role if may(each, asked)):
            asked_for.clear()
            try:
                shown = repr(call(verb, people[role], arguments(verb, known)))
            except (Refused, MachineFault, AttributeError) as error:  # nonsense where nothing is known of it
                shown = str(error)
            assert set(asked_for) & set(asked) or asked == HERS, (name, asked_for)
            if not any(TABLE[each].sight in SHOWN_AS_IT_IS for each in asked if role in TABLE[each].roles):
                assert not SAYS_WHO.search(shown), (name, role, shown[:300])


def test_each_address_refuses_whoever_may_not(
    known: dict[str, Any], person: PersonFactory, queries: list[str]
) -> None:
    left = person(Role.ADMIN)
    gone = {"nobody": {}, "forged": {"cookie": "dictamen_sesion=forged.x"}, "left": cookie(left)}
    open_sessions.end_all(OPERATOR, person_id=left.person_id or 0)
    newcomer = person(Role.ADMIN)
    with database.writing() as session:
        session.get_one(Person, newcomer.person_id).must_change_password = True
    gone["newcomer"] = cookie(newcomer)
    headers = {role: cookie(person(role)) for role in Role}
    for address, method, path in addresses():
        if address in STRANGERS:
            continue
        body = json.dumps(BODIES.get(path.split("?")[0].rsplit("/", 1)[-1], {})).encode()
        sent = {"sec-fetch-site": "same-origin", "content-type": "application/json"}
        others = {str(role): headers[role] for role in Role if not may(role, ROUTES[address])}
        for who, theirs in {**gone, **others}.items():
            queries.clear()
            answer = ask(ALL, path, method=method, headers={**sent, **theirs}, body=body)
            assert answer.status in (401, 403), (address, who, answer)
            assert not SAYS_WHO.search(answer.body.decode())
            assert not [each for each in queries if each.startswith(WRITES)], (address, who)
        if method != "GET":
            foreign = {**headers[Role.ADMIN], **sent, "sec-fetch-site": "cross-site"}
            assert ask(ALL, path, method=method, headers=foreign, body=body).status == 403, address
        for role in (each for each in Role if may(each, ROUTES[address])):
            hers = {**sent, **headers[role]}
            assert ask(ALL, path, method=method, headers=hers, body=body).status < 500, address


def may(role: Role, asked: Asked) -> bool:
    """Whether a person of this role, logged in, may call what asks for this."""
    return asked == HERS or any(role in TABLE[each].roles for each in asked)


def arguments(verb: Any, known: dict[str, Any], *, only: tuple[str, ...] = ()) -> dict[str, Any]:
    """What is known of the verb's parameters; a call may be asked for by its slug or handed over as it is."""
    hints = typing.get_type_hints(inspect.unwrap(verb))
    given = {name: known[name] for name in hints if name in known and (not only or name in only)}
    if hints.get("call") is Call:
        given["call"] = known["stored"]
    if verb is jobs.start_for_call:
        given["kind"] = RANK
    return given


def addresses() -> Iterator[tuple[str, str, str]]:
    """Each of our addresses as the table names it, its method, and one with everything filled in."""
    for route in ALL:
        if isinstance(route, Mount):
            yield f"GET {route.path}", "GET", route.path
            continue
        assert isinstance(route, Route)
        methods = sorted((route.methods or set()) - {"HEAD"})
        for method, pattern in itertools.product(methods, _named(route.path)):
            path = pattern.replace("{call}", SLUG).replace("{folio:path}", FOLIO).replace("{page:int}", "1")
            path = path.replace("{name}.{kind}", "informe.pdf").replace("acta/{name}", "acta/lista.pdf")
            path = path.replace("privacidad/{name}", "privacidad/persona.zip")
            path = re.sub(r"{[^}]*}", "nada", path)
            query = "desde=0" if method == "PUT" else f"convocatoria={SLUG}"
            yield f"{method} {pattern}", method, f"{path}?{query}"


def _named(pattern: str) -> list[str]:
    tables: dict[str, dict[str, Any]] = {".csv": downloads.TABLES, ".xlsx": downloads.BOOKS}
    ending = next((each for each in tables if pattern == f"/descargas/{{name}}{each}"), None)
    return [f"/descargas/{name}{ending}" for name in tables[ending]] if ending else [pattern]


def commands(parser: Any, before: str = "") -> Iterator[str]:
    """Every command that the parser knows, with the words before it."""
    below = [each for each in parser._actions if isinstance(each, argparse._SubParsersAction)]
    if not below:
        yield before.strip()
    for each in below:
        for name, inner in each.choices.items():
            yield from commands(inner, f"{before} {name}")
