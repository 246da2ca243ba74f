"""Scenarios on a real call: proposed, edited, changed by hand, in force, frozen; printed by ``select``."""

import json
from typing import Any

import pytest
from sqlmodel import select

from reviewer import calls, clock, grouping_rules
from reviewer.access.actor import OPERATOR, Actor
from reviewer.cli import main
from reviewer.database import reading, writing
from reviewer.decision.lots import lot
from reviewer.decision.outcome.now import selection_in_force
from reviewer.decision.selection import record
from reviewer.decision.selection.computing import change_by_hand, compute, undo_change
from reviewer.decision.selection.explanation import Conflicting
from reviewer.decision.selection.record import Selection
from reviewer.decision.selection.scenarios import (
    copy,
    create,
    propose_for_call,
    put_in_force,
    remove,
    rename,
    set_rules,
)
from reviewer.errors import Forbidden, Refused, Stale
from reviewer.models import Application, AuditEvent, Call, ChangeKind, Eligibility, Scenario, Score
from tests.conftest import SLUG
from tests.decision.selection.conftest import describe, small_call_text

Said = pytest.CaptureFixture[str]


def folios(selection: Selection) -> set[str]:
    """Who is selected."""
    return {each.folio for each in selection.selected}


def sign(selection: Selection) -> None:
    """What the acta's verb does to a scenario."""
    with writing() as session:
        scenario = session.get(Scenario, selection.scenario_id)
        assert scenario is not None
        scenario.signed_at = clock.now()


def test_a_proposal_keeps_its_rules_and_its_venues(small: Call) -> None:
    made = propose_for_call(OPERATOR, call=SLUG)
    assert len(made.selected) == 6 and not made.broken
    assert [each.venue for each in made.selected] == ["iztapalapa"] * 3 + ["centro"] * 3
    assert [each.position for each in made.selected] == [1, 2, 3] * 2
    assert {"GUI-0007", "GUI-0008"} <= folios(made)
    assert not folios(made) & {each.folio for each in (*made.waiting, *made.general)}
    asked = {each.folio: each.venue for each in made.selected}
    assert all(
        asked.get(folio) in (None, venue)
        for folio, venue in (("GUI-0001", "iztapalapa"), ("GUI-0003", "centro"), ("GUI-0005", "centro"))
    )
    zero = [each for each in made.rules if each.lowered_from and each.at_least == 0]
    assert len(zero) == 12 and any("no hay postulaciones elegibles" in each for each in made.warnings)


def test_the_same_seed_gives_the_same_and_is_not_kept_twice(small: Call) -> None:
    first = propose_for_call(OPERATOR, call=SLUG)
    second = propose_for_call(OPERATOR, call=SLUG)
    assert first.public_id == second.public_id and first.name == "Propuesta 1"
    with reading() as session:
        prints = {record.fingerprint(session, small, each) for each in (first, second)}
    assert len(prints) == 1


def test_unread_and_ineligible_people_are_never_in(small: Call, applications: list[Application]) -> None:
    best = propose_for_call(OPERATOR, call=SLUG).selected[0].folio
    describe(next(each for each in applications if each.folio == best), eligibility=Eligibility.INELIGIBLE)
    made = propose_for_call(OPERATOR, call=SLUG)
    assert best not in folios(made) | {each.folio for each in (*made.waiting, *made.general)}
    with pytest.raises(Refused, match="no puede seleccionarse"):
        change_by_hand(
            OPERATOR,
            scenario=made.public_id,
            folio=best,
            kind=ChangeKind.IN,
            venue="centro",
            reason="x",
            version=made.version,
        )


def test_rules_are_edited_and_their_conflict_is_explained(small: Call, coordinator: Actor) -> None:
    made = propose_for_call(coordinator, call=SLUG)
    with reading() as session:
        scenario = session.exec(select(Scenario)).one()
    hard: dict[str, Any] = {"label": "De Iztapalapa", "who": {"alcaldia": "Iztapalapa"}, "at_least": 3}
    other: dict[str, Any] = {"label": "De Azcapotzalco", "who": {"alcaldia": "Azcapotzalco"}, "at_least": 3}
    rules = [*scenario.rules, hard, other]
    set_rules(coordinator, scenario=made.public_id, rules=rules, version=made.version)
    with pytest.raises(Conflicting) as told:
        compute(coordinator, scenario=made.public_id)
    explanation = told.value.explanation
    assert len(explanation.core) >= 3 and "plazas" not in explanation.core[0]
    assert sum(1 for each in explanation.changes if each.is_minimum) == len(explanation.changes) == 2
    assert selection_in_force(coordinator, call=SLUG).selected == made.selected, "la cohorte no cambió"
    with pytest.raises(Stale):
        set_rules(coordinator, scenario=made.public_id, rules=[], version=made.version)


def test_changes_by_hand_are_allowed_shown_and_taken_back(small: Call, coordinator: Actor) -> None:
    made = propose_for_call(coordinator, call=SLUG)

    def change(folio: str, kind: ChangeKind, venue: str, version: int, reason: str = "motivo") -> Selection:
        return change_by_hand(
            coordinator,
            scenario=made.public_id,
            folio=folio,
            kind=kind,
            venue=venue,
            reason=reason,
            version=version,
        )

    with pytest.raises(Refused, match="motivo"):
        change("GUI-0007", ChangeKind.OUT, "", made.version, reason="  ")
    out = change("GUI-0007", ChangeKind.OUT, "", made.version)
    assert "GUI-0007" not in folios(out)
    assert [each.group for each in out.broken] == ["Milpa Alta"]
    assert any("2 personas para" in each.replace("\N{NO-BREAK SPACE}", " ") for each in out.warnings)
    newcomer = out.general[0].folio if out.general[0].folio != "GUI-0007" else out.general[1].folio
    venue = "iztapalapa" if sum(e.venue == "iztapalapa" for e in out.selected) < 3 else "centro"
    both = change(newcomer, ChangeKind.IN, venue, out.version)
    assert [each.by_hand for each in both.selected if each.folio == newcomer] == [True]
    moved = change(newcomer, ChangeKind.VENUE, "centro" if venue != "centro" else "iztapalapa", both.version)
    assert len(moved.changes) == 3 and moved.changes[0].made_by == "Cora Coordina"
    with pytest.raises(Refused, match="ya está en la selección"):
        change(newcomer, ChangeKind.IN, venue, moved.version)
    version = moved.version
    for each in reversed(moved.changes):
        version = undo_change(coordinator, scenario=made.public_id, change=each.id, version=version).version
    assert selection_in_force(coordinator, call=SLUG).selected == made.selected
    again = change("GUI-0008", ChangeKind.OUT, "", version)
    assert "GUI-0008" not in folios(compute(coordinator, scenario=made.public_id)), "queda tras recalcular"
    assert again.waiting


def test_one_is_in_force_and_signing_freezes_it(small: Call, coordinator: Actor) -> None:
    first = propose_for_call(coordinator, call=SLUG)
    free = create(coordinator, call=SLUG, name="Sin reglas", rules=[])
    with pytest.raises(Refused, match="todavía no tiene"):
        put_in_force(coordinator, scenario=free)
    compute(coordinator, scenario=free)
    put_in_force(coordinator, scenario=free)
    assert selection_in_force(coordinator, call=SLUG).name == "Sin reglas"
    with pytest.raises(Refused, match="vigente"):
        remove(coordinator, scenario=free)
    with pytest.raises(Refused, match="Ya hay un escenario"):
        rename(coordinator, scenario=free, name="Propuesta 1")
    assert copy(coordinator, scenario=free) != free
    sign(selection_in_force(coordinator, call=SLUG))
    frozen = selection_in_force(coordinator, call=SLUG)
    for verb in (
        lambda: put_in_force(coordinator, scenario=first.public_id),
        lambda: compute(coordinator, scenario=free),
        lambda: set_rules(coordinator, scenario=free, rules=[], version=frozen.version),
        lambda: rename(coordinator, scenario=free, name="Otro"),
    ):
        with pytest.raises(Refused, match="firmada"):
            verb()
    assert propose_for_call(OPERATOR, call=SLUG).name != "Sin reglas"
    assert selection_in_force(coordinator, call=SLUG).selected == frozen.selected


def test_only_coordinators_select(small: Call, juror: Actor, admin: Actor) -> None:
    made = propose_for_call(OPERATOR, call=SLUG)
    for actor in (juror, admin):
        for verb in (
            lambda who: create(who, call=SLUG),
            lambda who: compute(who, scenario=made.public_id),
            lambda who: put_in_force(who, scenario=made.public_id),
            lambda who: remove(who, scenario=made.public_id),
            lambda who: selection_in_force(who, call=SLUG),
        ):
            with pytest.raises(Forbidden):
                verb(actor)


def test_a_rule_on_a_sensitive_trait_names_nobody(small: Call, coordinator: Actor) -> None:
    worst = propose_for_call(OPERATOR, call=SLUG)
    assert "GUI-0001" not in folios(worst)
    rule = {"label": "Accesible", "who": {"discapacidad": "Sí"}, "at_least": 1}
    scenario = create(coordinator, call=SLUG, name="Con discapacidad", rules=[])
    set_rules(coordinator, scenario=scenario, rules=[rule], version=1)
    made = compute(coordinator, scenario=scenario)
    assert "GUI-0001" in folios(made)
    assert [(each.count, each.enters, each.leaves) for each in made.costs] == [(1, (), ())]
    with reading() as session:
        kept = session.exec(select(Scenario).where(Scenario.public_id == scenario)).one()
        events = [json.dumps(each.detail) for each in session.exec(select(AuditEvent))]
    assert "GUI-0001" not in json.dumps(kept.report) and "silla" not in "".join(events)


def test_the_command_prints_what_is_in_force(small: Call, capsys: Said) -> None:
    assert main(["select", "--call", SLUG, "--json"]) == 2
    assert "no hay una selección vigente" in json.loads(capsys.readouterr().out)["error"]
    assert main(["select", "--call", SLUG, "--propose", "--json"]) == 0
    said = capsys.readouterr()
    made = json.loads(said.out)
    assert list(made) == ["call", "scenario", "selected", "waiting", "rules", "fingerprint"]
    assert made["selected"][0].keys() == {"folio", "venue", "position"} == made["waiting"][0].keys()
    assert "no hay postulaciones elegibles" in said.err and len(made["fingerprint"]) == 64
    assert main(["select", "--call", SLUG]) == 0
    assert "Sede Centro: 3 de 3" in capsys.readouterr().out


def test_rules_that_conflict_are_a_refusal_that_changes_nothing(small: Call, capsys: Said) -> None:
    rule = '[[representation]]\nlabel = "{}"\nwho = {{ alcaldia = "{}" }}\n{}\n'
    text = "".join(
        (
            rule.format("Todas de Iztapalapa", "Iztapalapa", "at_least = 3"),
            rule.format("Casi nadie de Iztapalapa", "Iztapalapa", "at_most = 1"),
        )
    )
    calls.load_call(OPERATOR, text=small_call_text(text))
    assert main(["select", "--call", SLUG, "--propose"]) == 2
    said = capsys.readouterr().err
    assert "Chocan" in said and "El menor cambio" in said and len(said.splitlines()) == 1
    with reading() as session:
        assert not session.exec(select(Scenario)).all()


def test_more_seats_than_people_takes_everybody_with_a_warning(
    small: Call, applications: list[Application], capsys: Said
) -> None:
    for each in applications[:4]:
        describe(each, eligibility=Eligibility.INELIGIBLE)
    assert main(["select", "--call", SLUG, "--propose", "--json"]) == 0
    said = capsys.readouterr()
    assert {each["folio"] for each in json.loads(said.out)["selected"]} == {
        each.folio for each in applications[4:]
    }
    assert "entran todas" in said.err


def test_a_rule_follows_the_groups_that_coordinators_changed(
    small: Call, applications: list[Application], coordinator: Actor
) -> None:
    del small
    women: dict[str, Any] = {"label": "Mujeres", "who": {"genero": "Mujer"}, "at_most": 1}
    made = propose_for_call(coordinator, call=SLUG)
    set_rules(coordinator, scenario=made.public_id, rules=[women], version=made.version)
    before = compute(coordinator, scenario=made.public_id)
    named = {each.folio for each in applications if each.folio in ("GUI-0001", "GUI-0003", "GUI-0007")}
    assert len(folios(before) & named) == 1
    lines = "Mujer: mujer\nFemenino: femenin\nHombre: hombre, masculin\nNo binaria: no binari"
    grouping_rules.change(coordinator, field="genero", text=lines, based_on=0)
    with reading() as session:
        assert not record.is_current(session, calls.get_call(SLUG), before)
    after = compute(coordinator, scenario=made.public_id)
    assert len(folios(after) & {"GUI-0001", "GUI-0007"}) == 1 and "GUI-0003" in folios(after)


def test_a_tie_where_a_rule_put_the_cut_is_kept_and_stated(small: Call, coordinator: Actor) -> None:
    """Everybody scored alike: whoever the rules do not keep in or out owes her seat to the lot."""
    with writing() as session:
        for score in session.exec(select(Score)):
            score.value = 3
    made = propose_for_call(coordinator, call=SLUG)
    [tie] = made.ties
    lots = [lot(made.seed, each) for each in tie.folios]
    assert lots == sorted(lots, reverse=True)
    assert set(tie.seated) == set(tie.folios) & folios(made) and 0 < len(tie.seated) < len(tie.folios)
    assert set(tie.folios) - folios(made) == {f"GUI-000{n}" for n in range(1, 9)} - folios(made)
    out = change_by_hand(
        coordinator,
        scenario=made.public_id,
        folio=tie.seated[0],
        kind=ChangeKind.OUT,
        reason="x",
        version=made.version,
    )
    assert out.ties == made.ties


def test_a_score_that_changes_is_told(small: Call, applications: list[Application], capsys: Said) -> None:
    propose_for_call(OPERATOR, call=SLUG)
    describe(applications[0], eligibility=Eligibility.INELIGIBLE)
    assert main(["select", "--call", SLUG]) == 0
    assert "cambiaron desde que se calculó" in capsys.readouterr().err
