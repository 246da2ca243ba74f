"""The check that the tables agree with the audit trail: roles, scores, votes, signatures, answers.

Only the audit trail has a hash chain, which reveals altered events. Comparing it with the tables reveals
tables that were altered without the application.
"""

from collections.abc import Callable, Iterator
from typing import Any

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from reviewer.models import (
    Acta,
    ActaKind,
    AgendaItem,
    Application,
    AuditEvent,
    Call,
    Conflict,
    Person,
    Replacement,
    Review,
    ReviewStatus,
    Score,
    SeatReply,
    Vote,
)

Fact = tuple[str, ...]  # its kind, a key of FACT_LABELS, and what identifies it
Facts = dict[Fact, str | None]  # None if there is no value

FACT_LABELS = {
    "role": "el papel de la persona {0}",
    "active": "si la persona {0} puede entrar",
    "phase": "la fase de la convocatoria {0}",
    "review": "el estado del dictamen {0}",
    "score": "el puntaje «{1}» del dictamen {0}",
    "conflict": "el conflicto de interés de la persona {1} con la postulación {0}",
    "vote": "el voto de la persona {1} en el caso {0}",
    "verdict": "lo que se decidió del caso {0}",
    "acta": "el documento firmado {0}, {1} {2}",
    "seat": "quién ocupa el lugar que dejó {1} en {0}",
    "answer": "la respuesta de {1} en {0}",
}
_YES, _NO = "sí", "no"
_ACTA: tuple[Any, ...] = (col(Acta.fingerprint) + " " + col(Acta.document_sha256), Acta.kind, Acta.version)
_EVENT_CHUNK = 500


def audit_agreement(session: Session) -> Iterator[str]:
    """The tables hold what the last event about each fact says."""
    recorded, stored = _recorded_facts(session), _stored_facts(session)
    for review_id in _set_aside_reviews(session):  # the audited conflict set them aside
        recorded.pop(("review", review_id), None)
        stored.pop(("review", review_id), None)
    first = min((int(key) for kind, key, *_ in recorded if kind == "role"), default=0)
    for fact in sorted(recorded.keys() | stored.keys()):
        recorded_value, stored_value = recorded.get(fact), stored.get(fact)
        if recorded_value != stored_value and (fact in recorded or _must_be_recorded(fact, recorded, first)):
            subject = FACT_LABELS[fact[0]].format(*fact[1:])
            values = recorded_value or "nada", stored_value or "nada"
            yield f"Según la bitácora, {subject}: «{values[0]}». En la base: «{values[1]}»."


def _must_be_recorded(fact: Fact, recorded: Facts, first: int) -> bool:
    """Returns whether such a fact has an event: scores of an audited review, people after the first."""
    kind, key = fact[:2]
    if kind in ("vote", "verdict"):
        return True
    if kind == "score":
        return ("review", key) in recorded
    return kind == "role" and 0 < first <= int(key)


def _stored_facts(session: Session) -> Facts:
    """Returns the facts that the tables hold."""
    queries: tuple[tuple[str, Any], ...] = (
        ("role", select(Person.role, Person.id)),
        ("active", select(Person.active, Person.id)),
        ("phase", select(Call.phase, Call.slug)),
        ("review", select(Review.status, Review.id)),
        ("score", select(Score.value, Score.review_id, Score.criterion)),
        ("conflict", select(Conflict.kind, Conflict.application_id, Conflict.person_id)),
        ("vote", select(Vote.choice, Vote.item_id, Vote.person_id)),
        ("verdict", select(AgendaItem.verdict, AgendaItem.id)),
        ("seat", _select_with_call(Replacement, Replacement.taken_by, Replacement.freed_by)),
        (
            "answer",
            _select_with_call(Application, SeatReply.answer, Application.folio).join(
                SeatReply, col(SeatReply.application_id) == Application.id
            ),
        ),
        ("acta", _select_with_call(Acta, *_ACTA).where(col(Acta.signed_at).is_not(None))),
    )
    return {
        (kind, *map(str, key)): _as_text(value)
        for kind, query in queries
        for value, *key in session.exec(query.execution_options(yield_per=_EVENT_CHUNK))
    }


def _select_with_call(model: Any, value: Any, *key: Any) -> Select[*tuple[Any, ...]]:
    """Returns the query for a value, the slug of its row's call, and the rest of the key."""
    return select(value, Call.slug, *key).select_from(model).join(Call, col(Call.id) == model.call_id)


def _set_aside_reviews(session: Session) -> Iterator[str]:
    """Returns the ids of the reviews that a declared conflict set aside."""
    query = select(Review.id).join(Conflict, col(Conflict.application_id) == Review.application_id)
    conditions = (Conflict.person_id == Review.person_id, Review.status == ReviewStatus.SET_ASIDE)
    return map(str, session.exec(query.where(*conditions)))


def _as_text(value: object) -> str | None:
    if isinstance(value, bool):
        return _YES if value else _NO
    return None if value is None else str(getattr(value, "value", value))


def _recorded_facts(session: Session) -> Facts:
    """Returns the facts that the events state, the last event of each."""
    recorded: Facts = {}
    query = select(AuditEvent).where(col(AuditEvent.action).in_(_READERS)).order_by(col(AuditEvent.number))
    for event in session.exec(query.execution_options(yield_per=_EVENT_CHUNK)):
        recorded |= _READERS[event.action](event)
    return recorded


def _score_facts(event: AuditEvent) -> Facts:
    review, scores = event.object_id, event.detail.get("scores", ())
    levels: Facts = {("score", review, score["criterion"]): str(score["after"]) for score in scores}
    return {("review", review): ReviewStatus.SUBMITTED.value} | levels


def _acta_facts(event: AuditEvent, kind: ActaKind, number: int) -> Facts:
    slug, replacements = event.object_id, event.detail.get("replacements", ())
    seats: Facts = {("seat", slug, freed): taken_by for freed, taken_by in replacements}
    signature = f"{event.detail['fingerprint']} {event.detail['document']}"
    return {("acta", slug, kind.value, str(number)): signature} | seats


def _conflict_facts(event: AuditEvent) -> Facts:
    person = event.detail.get("person")
    return {("conflict", event.object_id, str(person)): event.detail["kind"]} if person else {}


def _fact_after(kind: str) -> Callable[[AuditEvent], Facts]:
    return lambda event: {(kind, event.object_id): event.detail["after"]}


def _status_fact(status: ReviewStatus) -> Callable[[AuditEvent], Facts]:
    return lambda event: {("review", event.object_id): status.value}


_READERS: dict[str, Callable[[AuditEvent], Facts]] = {
    "person.add": lambda event: {
        ("role", event.object_id): event.detail["role"],
        ("active", event.object_id): _YES,
    },
    "person.role": _fact_after("role"),
    "person.activate": lambda event: {("active", event.object_id): _YES},
    "person.deactivate": lambda event: {("active", event.object_id): _NO},
    "call.phase": _fact_after("phase"),
    "review.close": _fact_after("phase"),
    "review.begin": _status_fact(ReviewStatus.BEGUN),
    "review.submit": _status_fact(ReviewStatus.SUBMITTED),
    "review.reopen": _status_fact(ReviewStatus.BEGUN),
    "review.give_back": _status_fact(ReviewStatus.BEGUN),
    "review.load": _score_facts,
    "score.set": lambda event: {("score", event.object_id, event.detail["criterion"]): str(event.detail["after"])},
    "conflict.declare": _conflict_facts,
    "vote.cast": lambda event: {("vote", event.object_id, str(event.detail["person"])): event.detail["after"]},
    "agenda.decide": _fact_after("verdict"),
    "acta.sign": lambda event: _acta_facts(event, ActaKind.ACTA, event.detail["version"]),
    "acta.amend": lambda event: _acta_facts(event, ActaKind.AMENDMENT, event.detail["number"]),
    "seat.answer": lambda event: {("answer", event.detail["call"], event.object_id): event.detail["after"]},
}
