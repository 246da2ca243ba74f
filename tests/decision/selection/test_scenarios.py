"""Scenarios on a real call: proposed, edited, changed by hand, in force, frozen; printed by ``select``."""

import json
from typing import Any

import pytest
from sqlmodel import select

from reviewer.access.actor import OPERATOR, Actor
from reviewer.call import spec
from reviewer.cli import main
from reviewer.core import clock
from reviewer.core.database import read_session, write_session
from reviewer.core.errors import Forbidden, StaleWrite, UserError
from reviewer.decision.lottery.lots import lot
from reviewer.decision.outcome.current_selection import selection_in_force
from reviewer.decision.selection import record
from reviewer.decision.selection.optimisation.infeasibility import InfeasibleRules
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
from reviewer.decision.selection.service import change_by_hand, compute, undo_change
from reviewer.demographics import group_rules
from reviewer.models import Application, AuditEvent, Call, ChangeKind, Eligibility, Scenario, Score
from tests.calls import SLUG
from tests.decision.selection.conftest import two_venue_call_text
from tests.factories.applications import change_application

Captured = pytest.CaptureFixture[str]


def selected_folios(selection: Selection) -> set[str]:
    """Who is selected."""
    return {place.folio for place in selection.selected}


def mark_signed(selection: Selection) -> None:
    """What the acta's verb does to a scenario."""
    with write_session() as session:
        scenario = session.get(Scenario, selection.scenario_id)
        assert scenario is not None
        scenario.signed_at = clock.now()


def test_a_proposal_keeps_its_rules_and_its_venues(small: Call) -> None:
    selection = propose_for_call(OPERATOR, slug=SLUG)
    assert len(selection.selected) == 6 and not selection.broken_rules
    assert [place.venue for place in selection.selected] == ["iztapalapa"] * 3 + ["centro"] * 3
    assert [place.position for place in selection.selected] == [1, 2, 3] * 2
    assert {"HIS-0007", "HIS-0008"} <= selected_folios(selection)
    assert not selected_folios(selection) & {place.folio for place in (*selection.waiting, *selection.general)}
    venue_by_folio = {place.folio: place.venue for place in selection.selected}
    assert all(
        venue_by_folio.get(folio) in (None, venue)
        for folio, venue in (("HIS-0001", "iztapalapa"), ("HIS-0003", "centro"), ("HIS-0005", "centro"))
    )
    unfillable = [rule for rule in selection.rules if rule.lowered_from and rule.at_least == 0]
    assert len(unfillable) == 12 and any("no hay postulaciones elegibles" in warning for warning in selection.warnings)


def test_the_same_seed_gives_the_same_and_is_not_kept_twice(small: Call) -> None:
    first = propose_for_call(OPERATOR, slug=SLUG)
    second = propose_for_call(OPERATOR, slug=SLUG)
    assert first.public_id == second.public_id and first.name == "Propuesta 1"
    with read_session() as session:
        fingerprints = {record.fingerprint(session, small, selection) for selection in (first, second)}
    assert len(fingerprints) == 1


def test_unread_and_ineligible_people_are_never_in(small: Call, applications: list[Application]) -> None:
    best = propose_for_call(OPERATOR, slug=SLUG).selected[0].folio
    change_application(
        next(application for application in applications if application.folio == best),
        eligibility=Eligibility.INELIGIBLE,
    )
    selection = propose_for_call(OPERATOR, slug=SLUG)
    assert best not in selected_folios(selection) | {place.folio for place in (*selection.waiting, *selection.general)}
    with pytest.raises(UserError, match="no puede seleccionarse"):
        change_by_hand(
            OPERATOR,
            public_id=selection.public_id,
            folio=best,
            kind=ChangeKind.IN,
            venue="centro",
            reason="x",
            version=selection.version,
        )


def test_rules_are_edited_and_their_conflict_is_explained(small: Call, coordinator: Actor) -> None:
    selection = propose_for_call(coordinator, slug=SLUG)
    with read_session() as session:
        scenario = session.exec(select(Scenario)).one()
    iztapalapa_rule: dict[str, Any] = {
        "label": "De Iztapalapa",
        "who": {"alcaldia": "Iztapalapa"},
        "at_least": 3,
    }
    azcapotzalco_rule: dict[str, Any] = {
        "label": "De Azcapotzalco",
        "who": {"alcaldia": "Azcapotzalco"},
        "at_least": 3,
    }
    rules = [*scenario.rules, iztapalapa_rule, azcapotzalco_rule]
    set_rules(coordinator, public_id=selection.public_id, rules=rules, version=selection.version)
    with pytest.raises(InfeasibleRules) as error_info:
        compute(coordinator, public_id=selection.public_id)
    explanation = error_info.value.explanation
    assert len(explanation.core) >= 3 and "plazas" not in explanation.core[0]
    assert sum(1 for change in explanation.changes if change.is_minimum) == len(explanation.changes) == 2
    assert selection_in_force(coordinator, slug=SLUG).selected == selection.selected, "la cohorte no cambió"
    with pytest.raises(StaleWrite):
        set_rules(coordinator, public_id=selection.public_id, rules=[], version=selection.version)


def test_changes_by_hand_are_allowed_shown_and_taken_back(small: Call, coordinator: Actor) -> None:
    selection = propose_for_call(coordinator, slug=SLUG)

    def change(folio: str, kind: ChangeKind, venue: str, version: int, reason: str = "motivo") -> Selection:
        return change_by_hand(
            coordinator,
            public_id=selection.public_id,
            folio=folio,
            kind=kind,
            venue=venue,
            reason=reason,
            version=version,
        )

    with pytest.raises(UserError, match="motivo"):
        change("HIS-0007", ChangeKind.OUT, "", selection.version, reason="  ")
    after_removal = change("HIS-0007", ChangeKind.OUT, "", selection.version)
    assert "HIS-0007" not in selected_folios(after_removal)
    assert [state.group for state in after_removal.broken_rules] == ["Milpa Alta"]
    assert any("2 personas para" in warning.replace("\N{NO-BREAK SPACE}", " ") for warning in after_removal.warnings)
    newcomer = (
        after_removal.general[0].folio
        if after_removal.general[0].folio != "HIS-0007"
        else after_removal.general[1].folio
    )
    venue = "iztapalapa" if sum(e.venue == "iztapalapa" for e in after_removal.selected) < 3 else "centro"
    with_newcomer = change(newcomer, ChangeKind.IN, venue, after_removal.version)
    assert [place.by_hand for place in with_newcomer.selected if place.folio == newcomer] == [True]
    moved = change(newcomer, ChangeKind.VENUE, "centro" if venue != "centro" else "iztapalapa", with_newcomer.version)
    assert len(moved.changes) == 3 and moved.changes[0].made_by == "Cora Coordina"
    with pytest.raises(UserError, match="ya está en la selección"):
        change(newcomer, ChangeKind.IN, venue, moved.version)
    version = moved.version
    for hand_change in reversed(moved.changes):
        version = undo_change(
            coordinator, public_id=selection.public_id, change_id=hand_change.id, version=version
        ).version
    assert selection_in_force(coordinator, slug=SLUG).selected == selection.selected
    again = change("HIS-0008", ChangeKind.OUT, "", version)
    assert "HIS-0008" not in selected_folios(compute(coordinator, public_id=selection.public_id)), (
        "queda tras recalcular"
    )
    assert again.waiting


def test_one_is_in_force_and_signing_freezes_it(small: Call, coordinator: Actor) -> None:
    first = propose_for_call(coordinator, slug=SLUG)
    free = create(coordinator, slug=SLUG, name="Sin reglas", rules=[])
    with pytest.raises(UserError, match="todavía no tiene"):
        put_in_force(coordinator, public_id=free)
    compute(coordinator, public_id=free)
    put_in_force(coordinator, public_id=free)
    assert selection_in_force(coordinator, slug=SLUG).name == "Sin reglas"
    with pytest.raises(UserError, match="vigente"):
        remove(coordinator, public_id=free)
    with pytest.raises(UserError, match="Ya hay un escenario"):
        rename(coordinator, public_id=free, name="Propuesta 1")
    assert copy(coordinator, public_id=free) != free
    mark_signed(selection_in_force(coordinator, slug=SLUG))
    frozen = selection_in_force(coordinator, slug=SLUG)
    for verb in (
        lambda: put_in_force(coordinator, public_id=first.public_id),
        lambda: compute(coordinator, public_id=free),
        lambda: set_rules(coordinator, public_id=free, rules=[], version=frozen.version),
        lambda: rename(coordinator, public_id=free, name="Otro"),
    ):
        with pytest.raises(UserError, match="firmada"):
            verb()
    assert propose_for_call(OPERATOR, slug=SLUG).name != "Sin reglas"
    assert selection_in_force(coordinator, slug=SLUG).selected == frozen.selected


def test_only_coordinators_select(small: Call, juror: Actor, admin: Actor) -> None:
    selection = propose_for_call(OPERATOR, slug=SLUG)
    for actor in (juror, admin):
        for verb in (
            lambda caller: create(caller, slug=SLUG),
            lambda caller: compute(caller, public_id=selection.public_id),
            lambda caller: put_in_force(caller, public_id=selection.public_id),
            lambda caller: remove(caller, public_id=selection.public_id),
            lambda caller: selection_in_force(caller, slug=SLUG),
        ):
            with pytest.raises(Forbidden):
                verb(actor)


def test_a_rule_on_a_sensitive_trait_names_nobody(small: Call, coordinator: Actor) -> None:
    worst = propose_for_call(OPERATOR, slug=SLUG)
    assert "HIS-0001" not in selected_folios(worst)
    rule = {"label": "Accesible", "who": {"discapacidad": "Sí"}, "at_least": 1}
    scenario = create(coordinator, slug=SLUG, name="Con discapacidad", rules=[])
    set_rules(coordinator, public_id=scenario, rules=[rule], version=1)
    selection = compute(coordinator, public_id=scenario)
    assert "HIS-0001" in selected_folios(selection)
    assert [(cost.count, cost.enters, cost.leaves) for cost in selection.costs] == [(1, (), ())]
    with read_session() as session:
        stored_scenario = session.exec(select(Scenario).where(Scenario.public_id == scenario)).one()
        events = [json.dumps(event.detail) for event in session.exec(select(AuditEvent))]
    assert "HIS-0001" not in json.dumps(stored_scenario.report) and "silla" not in "".join(events)


def test_the_command_prints_what_is_in_force(small: Call, capsys: Captured) -> None:
    assert main(["select", "--call", SLUG, "--json"]) == 2
    assert "no hay una selección vigente" in json.loads(capsys.readouterr().out)["error"]
    assert main(["select", "--call", SLUG, "--propose", "--json"]) == 0
    output = capsys.readouterr()
    printed = json.loads(output.out)
    assert list(printed) == ["call", "scenario", "selected", "waiting", "rules", "fingerprint"]
    assert printed["selected"][0].keys() == {"folio", "venue", "position"} == printed["waiting"][0].keys()
    assert "no hay postulaciones elegibles" in output.err and len(printed["fingerprint"]) == 64
    assert main(["select", "--call", SLUG]) == 0
    assert "Sede Centro: 3 de 3" in capsys.readouterr().out


def test_rules_that_conflict_are_a_refusal_that_changes_nothing(small: Call, capsys: Captured) -> None:
    rule = '[[representation]]\nlabel = "{}"\nwho = {{ alcaldia = "{}" }}\n{}\n'
    text = "".join(
        (
            rule.format("Todas de Iztapalapa", "Iztapalapa", "at_least = 3"),
            rule.format("Casi nadie de Iztapalapa", "Iztapalapa", "at_most = 1"),
        )
    )
    spec.load_call(OPERATOR, text=two_venue_call_text(text))
    assert main(["select", "--call", SLUG, "--propose"]) == 2
    error_output = capsys.readouterr().err
    assert "Chocan" in error_output and "El menor cambio" in error_output and len(error_output.splitlines()) == 1
    with read_session() as session:
        assert not session.exec(select(Scenario)).all()


def test_more_seats_than_people_takes_everybody_with_a_warning(
    small: Call, applications: list[Application], capsys: Captured
) -> None:
    for application in applications[:4]:
        change_application(application, eligibility=Eligibility.INELIGIBLE)
    assert main(["select", "--call", SLUG, "--propose", "--json"]) == 0
    output = capsys.readouterr()
    assert {place["folio"] for place in json.loads(output.out)["selected"]} == {
        application.folio for application in applications[4:]
    }
    assert "entran todas" in output.err


def test_a_rule_follows_the_groups_that_coordinators_changed(
    small: Call, applications: list[Application], coordinator: Actor
) -> None:
    del small
    change_application(applications[2], gender="Hombre")
    change_application(applications[5], gender="Femenino")
    women: dict[str, Any] = {"label": "Mujeres", "who": {"genero": "Mujer"}, "at_most": 1}
    selection = propose_for_call(coordinator, slug=SLUG)
    set_rules(coordinator, public_id=selection.public_id, rules=[women], version=selection.version)
    before = compute(coordinator, public_id=selection.public_id)
    women_folios = {
        application.folio for application in applications if application.folio in ("HIS-0001", "HIS-0006", "HIS-0007")
    }
    assert len(selected_folios(before) & women_folios) == 1
    lines = "Mujer: mujer\nFemenino: femenin\nHombre: hombre, masculin\nNo binaria: no binari"
    group_rules.change(coordinator, field="genero", text=lines, based_on=0)
    with read_session() as session:
        assert not record.is_current(session, spec.get_call(SLUG), before)
    after = compute(coordinator, public_id=selection.public_id)
    assert {"HIS-0006", "HIS-0007"} <= selected_folios(after)


def test_a_tie_where_a_rule_put_the_cut_is_kept_and_stated(small: Call, coordinator: Actor) -> None:
    """With equal scores, everybody whom the rules do not decide gets a seat by lot."""
    with write_session() as session:
        for score in session.exec(select(Score)):
            score.value = 3
    selection = propose_for_call(coordinator, slug=SLUG)
    [tie] = selection.ties
    lots = [lot(selection.seed, folio) for folio in tie.folios]
    assert lots == sorted(lots, reverse=True)
    assert set(tie.seated) == set(tie.folios) & selected_folios(selection) and 0 < len(tie.seated) < len(tie.folios)
    assert set(tie.folios) - selected_folios(selection) == {f"HIS-000{n}" for n in range(1, 9)} - selected_folios(
        selection
    )
    after_removal = change_by_hand(
        coordinator,
        public_id=selection.public_id,
        folio=tie.seated[0],
        kind=ChangeKind.OUT,
        reason="x",
        version=selection.version,
    )
    assert after_removal.ties == selection.ties


def test_a_changed_eligibility_makes_the_selection_out_of_date(
    small: Call, applications: list[Application], capsys: Captured
) -> None:
    propose_for_call(OPERATOR, slug=SLUG)
    change_application(applications[0], eligibility=Eligibility.INELIGIBLE)
    assert main(["select", "--call", SLUG]) == 0
    assert "cambiaron desde que se calculó" in capsys.readouterr().err
