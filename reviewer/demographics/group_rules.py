"""The rules that gather answers into groups, as lines of text that coordinators change.

A line is a group and beginnings of words: «Mujer: mujer, femenin, f».
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session, select

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.core import clock
from reviewer.core.database import write_session
from reviewer.core.errors import StaleWrite, UserError
from reviewer.core.text import fold
from reviewer.demographics.answer_groups import NO_ANSWER, UNGROUPED, Grouping, Rule
from reviewer.demographics.questions import DEFAULT_GROUPINGS
from reviewer.models import GroupingRules

MOST_LINES, LONGEST_LABEL, MOST_CHARACTERS = 40, 40, 8000


def all_groupings(session: Session) -> Mapping[str, Grouping]:
    """Returns the groupings in force by the question's key, with one query."""
    changed = {stored_rules.field: stored_rules.text for stored_rules in session.exec(select(GroupingRules))}
    return {
        field: parse_rules(changed[field], default) if field in changed else default
        for field, default in DEFAULT_GROUPINGS.items()
    }


def version_of(session: Session, field: str) -> int:
    """Returns how often a question's rules were changed."""
    stored_rules = session.get(GroupingRules, field)
    return stored_rules.version if stored_rules else 0


def format_rules(grouping: Grouping) -> str:
    """Returns the rules as lines of text."""
    return "\n".join(f"{rule.label}: {', '.join(rule.prefixes)}" for rule in grouping.rules)


def parse_rules(text: str, default: Grouping) -> Grouping:
    """Returns the grouping of these lines. Raises UserError with the number of a wrong line.

    Default groups keep their place on the screen; new ones follow in the order of the lines.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines or len(lines) > MOST_LINES or len(text) > MOST_CHARACTERS:
        raise UserError(f"Escriba entre 1 y {MOST_LINES} líneas, como «Mujer: mujer, femenin».")
    rules = tuple(_parse_rule(number, line) for number, line in lines)
    labels = dict.fromkeys(rule.label for rule in rules)
    display_order = (
        *(label for label in default.display_order if label in labels),
        *(label for label in labels if label not in default.display_order),
    )
    return replace(default, rules=rules, display_order=display_order)


@verb(Action.GROUP_ANSWERS)
def change(actor: Actor, *, field: str, text: str, based_on: int) -> None:
    """Replaces a field's rules. Raises ``StaleWrite`` where ``based_on`` is not the stored version."""
    require(actor, Action.GROUP_ANSWERS)
    normalised_text = format_rules(parse_rules(text, _default_grouping(field)))
    with write_session() as session:
        stored_rules = _rules_for_update(session, field, based_on)
        version = stored_rules.version + 1
        stored_rules.text, stored_rules.version = normalised_text, version
        stored_rules.changed_at = clock.now()
        session.add(stored_rules)
        facts = {"version": version, "lines": len(normalised_text.splitlines())}
        log.record(session, actor, "grouping.change", "grouping", field, facts)


@verb(Action.GROUP_ANSWERS)
def restore(actor: Actor, *, field: str, based_on: int) -> None:
    """Restores the default rules."""
    require(actor, Action.GROUP_ANSWERS)
    change(actor, field=field, text=format_rules(_default_grouping(field)), based_on=based_on)


def _default_grouping(field: str) -> Grouping:
    if field not in DEFAULT_GROUPINGS:
        raise UserError("Las respuestas a esa pregunta no se agrupan.")
    return DEFAULT_GROUPINGS[field]


def _rules_for_update(session: Session, field: str, based_on: int) -> GroupingRules:
    stored_rules = session.get(GroupingRules, field, with_for_update=True)
    if (stored_rules.version if stored_rules else 0) != based_on:
        raise StaleWrite("Otra persona cambió estas reglas mientras tanto: recargue la página para verlas.")
    return stored_rules or GroupingRules(field=field, text="", version=0)


def _parse_rule(number: int, line: str) -> Rule:
    label, colon, beginnings = line.partition(":")
    label = " ".join(label.split())
    prefixes = tuple(dict.fromkeys(word for beginning in beginnings.split(",") if (word := fold(beginning))))
    if not colon or not label or not prefixes:
        raise UserError(f"Línea {number}: escriba el grupo, dos puntos y con qué empiezan sus respuestas.")
    if len(label) > LONGEST_LABEL:
        raise UserError(f"Línea {number}: el nombre del grupo pasa de {LONGEST_LABEL} letras.")
    if label in (NO_ANSWER, UNGROUPED):
        raise UserError(f"Línea {number}: «{label}» lo pone Dictamen; dé otro nombre al grupo.")
    return Rule(label, prefixes)
