"""The rules that gather answers into groups: read, shown as lines of text, changed by coordinators.

A line is a group and the beginnings of words that lead into it: «Mujer: mujer, femenin, f». The first line
that knows an answer decides (of schooling and descent, the word that comes first in the answer).
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session, select

from reviewer import clock
from reviewer.access import audit
from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require
from reviewer.answers import NO_ANSWER, UNKNOWN, Grouping, Rule, fold
from reviewer.database import writing
from reviewer.errors import Refused, Stale
from reviewer.groupings import DEFAULTS
from reviewer.models import GroupingRules

MOST_LINES, LONGEST_LABEL, MOST_CHARACTERS = 40, 40, 8000


def grouping_of(session: Session, field: str) -> Grouping:
    """The grouping in force for a field (a canonical name of ``DEFAULTS``)."""
    return all_of(session)[field]


def all_of(session: Session) -> Mapping[str, Grouping]:
    """The groupings in force, by field, in one query."""
    changed = {each.field: each.text for each in session.exec(select(GroupingRules))}
    return {
        field: parse(changed[field], shipped) if field in changed else shipped
        for field, shipped in DEFAULTS.items()
    }


def version_of(session: Session, field: str) -> int:
    """How often a field's rules were changed; 0: never."""
    kept = session.get(GroupingRules, field)
    return kept.version if kept else 0


def as_text(grouping: Grouping) -> str:
    """The rules as lines."""
    return "\n".join(f"{rule.label}: {', '.join(rule.words)}" for rule in grouping.rules)


def parse(text: str, shipped: Grouping) -> Grouping:
    """Rules from lines. Raises ``Refused`` with the number of the line that is wrong.

    Groups that ship keep their place on the screen; new ones follow in the order of the lines.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), start=1) if line.strip()]
    if not lines or len(lines) > MOST_LINES or len(text) > MOST_CHARACTERS:
        raise Refused(f"Escriba entre 1 y {MOST_LINES} líneas, como «Mujer: mujer, femenin».")
    rules = tuple(_rule(number, line) for number, line in lines)
    named = dict.fromkeys(rule.label for rule in rules)
    shown = (
        *(each for each in shipped.shown if each in named),
        *(each for each in named if each not in shipped.shown),
    )
    return replace(shipped, rules=rules, shown=shown)


def change(actor: Actor, *, field: str, text: str, based_on: int) -> None:
    """Puts new rules in force for a field; ``based_on`` is the version that was read (else ``Stale``)."""
    require(actor, Action.GROUP_ANSWERS)
    written = as_text(parse(text, _shipped(field)))
    with writing() as session:
        kept = _kept_for_change(session, field, based_on)
        before = kept.version
        kept.text, kept.version, kept.changed_at = written, before + 1, clock.now()
        session.add(kept)
        lines = len(written.splitlines())
        audit.record(
            session, actor, "grouping.change", "grouping", field, {"version": before + 1, "lines": lines}
        )


def restore(actor: Actor, *, field: str, based_on: int) -> None:
    """Puts the rules that ship back in force."""
    require(actor, Action.GROUP_ANSWERS)
    change(actor, field=field, text=as_text(_shipped(field)), based_on=based_on)


def _shipped(field: str) -> Grouping:
    if field not in DEFAULTS:
        raise Refused("Las respuestas a esa pregunta no se agrupan.")
    return DEFAULTS[field]


def _kept_for_change(session: Session, field: str, based_on: int) -> GroupingRules:
    kept = session.get(GroupingRules, field, with_for_update=True)
    if (kept.version if kept else 0) != based_on:
        raise Stale("Otra persona cambió estas reglas mientras tanto: recargue la página para verlas.")
    return kept or GroupingRules(field=field, text="", version=0)


def _rule(number: int, line: str) -> Rule:
    label, colon, beginnings = line.partition(":")
    label = " ".join(label.split())
    words = tuple(dict.fromkeys(word for each in beginnings.split(",") if (word := fold(each))))
    if not colon or not label or not words:
        raise Refused(f"Línea {number}: escriba el grupo, dos puntos y con qué empiezan sus respuestas.")
    if len(label) > LONGEST_LABEL:
        raise Refused(f"Línea {number}: el nombre del grupo pasa de {LONGEST_LABEL} letras.")
    if label in (NO_ANSWER, UNKNOWN):
        raise Refused(f"Línea {number}: «{label}» lo pone Dictamen; dé otro nombre al grupo.")
    return Rule(label, words)
