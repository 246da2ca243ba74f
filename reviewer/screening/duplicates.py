"""Deciding whether two applications are one person's: merging them, keeping them apart, and undoing either.

Of two merged applications the one that was sent later stands. The other is kept as superseded, with its
documents, assignments and reviews, which count again if the merge is undone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlmodel import Session, col, delete, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, require, verb
from reviewer.audit import log
from reviewer.audit.log import Changes, actor_names
from reviewer.call.spec import get_call, spec_of
from reviewer.core import clock
from reviewer.core.database import advisory_lock, read_session, write_session
from reviewer.core.errors import NotFound, StaleWrite, UserError
from reviewer.core.reasons import require_reason
from reviewer.intake.check.duplicates import duplicates_of
from reviewer.intake.corrections.common import refresh_application
from reviewer.intake.corrections.screening_decisions import decision_in_force
from reviewer.intake.store.current_application import current_application, require_not_withheld
from reviewer.intake.store.person_matching import Identity, is_same_person, make_identity
from reviewer.intake.store.upsert import judge, supersede
from reviewer.models import (
    Applicant,
    Application,
    ApplicationStatus,
    Call,
    DuplicateDecision,
    DuplicateVerdict,
    Finding,
    Review,
    require_id,
)
from reviewer.models.scopes import SUBMITTED_REVIEW
from reviewer.screening.cases import Case, read_case
from reviewer.screening.decisions import version_token

LONG_AGO = datetime.min.replace(tzinfo=UTC)
_Pair = tuple[Application, Application]


@dataclass(frozen=True)
class Comparison:
    """Two applications side by side; ``later`` is the folio that would stand, ``different`` the facts that differ.

    ``sent_reviews`` counts the sent reviews of each folio; ``seen`` is to be passed to the decision.
    """

    cases: tuple[Case, Case]
    later: str
    different: frozenset[str]
    sent_reviews: dict[str, int]
    seen: str


@dataclass(frozen=True)
class DecisionRow:
    """A decision about two applications; ``folio`` is the one that stands, of those kept apart the first."""

    id: int
    folio: str
    other_folio: str
    verdict: DuplicateVerdict
    reason: str
    by: str
    at: datetime


@verb(Action.SCREEN)
def possible_duplicates(viewer: Actor, *, slug: str, folio: str) -> list[str]:
    """Returns the folios of applications that may be of the same person and that nobody decided about."""
    call = _require_call(viewer, slug)
    with read_session() as session:
        application = current_application(session, call, folio)
        return [other.folio for other in duplicates_of(session, application)]


@verb(Action.SCREEN)
def compare(viewer: Actor, *, slug: str, folio: str, other: str) -> Comparison:
    """Returns two current applications side by side. Raises ``UserError`` where either does not stand."""
    call = _require_call(viewer, slug)
    if folio == other:
        raise UserError("Elija dos postulaciones distintas.")
    one, second = (read_case(viewer, slug=slug, folio=name) for name in (folio, other))
    with read_session() as session:
        pair = [current_application(session, call, name) for name in (folio, other)]
        count = select(Application.folio, func.count()).join(Review, col(Review.application_id) == Application.id)
        of_pair = count.where(col(Application.id).in_([row.id for row in pair]), SUBMITTED_REVIEW)
        reviews = dict(session.exec(of_pair.group_by(Application.folio)).all())
    return Comparison(
        cases=(one, second),
        later=max(pair, key=_submission_order).folio,
        different=frozenset(key for key in one.facts if one.facts[key] != second.facts[key])
        | (frozenset() if one.name == second.name else {"nombre"}),
        sent_reviews={name: reviews.get(name, 0) for name in (folio, other)},
        seen=f"{one.seen} {second.seen}",
    )


@verb(Action.SCREEN)
def merge(actor: Actor, *, slug: str, folios: Sequence[str], reason: str, seen: str | None = None) -> str:
    """Makes the earlier of two applications a superseded one of the later; returns the folio that stands.

    Raises ``StaleWrite`` where either is no longer as ``seen``.
    """
    call, text = _require_call(actor, slug), _clean(reason)
    with write_session() as session:
        earlier, later = sorted(_load_pair(session, call, folios, seen), key=_submission_order)
        followers = (
            col(Application.call_id) == call.id,
            col(Application.superseded_by) == earlier.folio,
            col(Application.status) == ApplicationStatus.SUPERSEDED,
        )
        moved = [require_id(row) for row in session.exec(select(Application).where(*followers))]
        session.exec(update(Application).where(*followers).values(superseded_by=later.folio))
        supersede(session, actor, spec_of(call), earlier, later.folio)
        _record(session, actor, call, (later, earlier), DuplicateVerdict.MERGED, text, moved)
        _refresh(session, actor, call, (later, earlier))
        return later.folio


@verb(Action.SCREEN)
def keep_apart(actor: Actor, *, slug: str, folios: Sequence[str], reason: str, seen: str | None = None) -> None:
    """Records that two applications are of two people, so that no check asks again.

    Raises ``StaleWrite`` where either is no longer as ``seen``.
    """
    call, text = _require_call(actor, slug), _clean(reason)
    with write_session() as session:
        first, second = _load_pair(session, call, folios, seen)
        _record(session, actor, call, (first, second), DuplicateVerdict.APART, text)
        _refresh(session, actor, call, (first, second))


@verb(Action.SCREEN)
def count_decisions(viewer: Actor, *, slug: str) -> int:
    """Returns the number of decisions in force about pairs of applications."""
    call = _require_call(viewer, slug)
    with read_session() as session:
        return session.exec(select(func.count()).select_from(_first_sides(call).subquery())).one()


@verb(Action.SCREEN)
def decision_rows(viewer: Actor, *, slug: str, offset: int = 0, limit: int = 50) -> list[DecisionRow]:
    """Returns a page of the decisions in force, the latest first."""
    call = _require_call(viewer, slug)
    with read_session() as session:
        query = _first_sides(call).order_by(col(DuplicateDecision.id).desc()).offset(offset).limit(limit)
        sides = session.exec(query).all()
        ids = {key for side in sides for key in (side.application_id, side.other_id)}
        of_ids = select(Application.id, Application.folio).where(col(Application.id).in_(ids))
        folios = dict(session.exec(of_ids).all())
        names = actor_names(session, {side.decided_by for side in sides})
    return [
        DecisionRow(
            id=require_id(side),
            folio=folios[side.application_id],
            other_folio=folios[side.other_id],
            verdict=side.verdict,
            reason=side.reason,
            by=names[side.decided_by],
            at=side.decided_at,
        )
        for side in sides
    ]


@verb(Action.SCREEN)
def undo(actor: Actor, *, slug: str, decision_id: int) -> DecisionRow:
    """Withdraws a decision; a merged application stands again, as it was, with its reviews.

    Raises ``UserError`` where a later merge or import built on it.
    """
    call = _require_call(actor, slug)
    with write_session() as session:
        advisory_lock(session, f"intake-{call.slug}")
        side = session.exec(_first_sides(call).where(DuplicateDecision.id == decision_id)).first()
        if side is None:
            raise NotFound("Esa decisión ya no está en vigor: vuelva a cargar la página.")
        first, second = (session.get_one(Application, key) for key in (side.application_id, side.other_id))
        for application in (first, second):
            require_not_withheld(application)
        sides = session.exec(
            select(DuplicateDecision).where(
                DuplicateDecision.decided_at == side.decided_at,
                col(DuplicateDecision.application_id).in_((first.id, second.id)),
                col(DuplicateDecision.other_id).in_((first.id, second.id)),
            )
        ).all()
        if side.verdict is DuplicateVerdict.MERGED:
            _restore(session, call, first, second, [key for one in sides for key in one.moved])
        for one in sides:
            one.withdrawn_at = clock.now()
        _log(session, actor, call, (first, second), "duplicate.undo", side.reason)
        _refresh(session, actor, call, (first, second))
        name = actor_names(session, {side.decided_by})[side.decided_by]
        return DecisionRow(decision_id, first.folio, second.folio, side.verdict, side.reason, name, side.decided_at)


def _require_call(actor: Actor, slug: str) -> Call:
    call = get_call(slug)
    require(actor, Action.SCREEN, call.phase)
    return call


def _clean(reason: str) -> str:
    return require_reason(" ".join(reason.split()), use="queda en la historia de las dos postulaciones")


def _submission_order(application: Application) -> tuple[datetime, int]:
    return application.submitted_at or LONG_AGO, require_id(application)


def _load_pair(
    session: Session, call: Call, folios: Sequence[str], seen: str | None
) -> tuple[Application, Application]:
    first, second = (current_application(session, call, folio, lock=True) for folio in folios)
    if first.id == second.id:
        raise UserError("Elija dos postulaciones distintas.")
    versions = [version_token(row, decision_in_force(session, row.id)) for row in (first, second)]
    if seen is not None and " ".join(versions) != seen:
        raise StaleWrite("Una de las dos cambió mientras las miraba: revise lo que dicen ahora y decida otra vez.")
    return first, second


def _first_sides(call: Call) -> SelectOfScalar[DuplicateDecision]:
    return select(DuplicateDecision).where(
        DuplicateDecision.call_id == call.id,
        col(DuplicateDecision.is_first),
        col(DuplicateDecision.withdrawn_at).is_(None),
    )


def _record(
    session: Session,
    actor: Actor,
    call: Call,
    pair: _Pair,
    verdict: DuplicateVerdict,
    reason: str,
    moved: Sequence[int] = (),
) -> None:
    """Stores the decision once for each application, the first of the pair being the one that stands."""
    now = clock.now()
    for application, other in (pair, pair[::-1]):
        session.add(
            DuplicateDecision(
                call_id=require_id(call),
                application_id=require_id(application),
                other_id=require_id(other),
                verdict=verdict,
                is_first=application is pair[0],
                moved=[] if application is pair[0] else list(moved),
                reason=reason,
                decided_by=actor.label,
                decided_at=now,
            )
        )
    _log(session, actor, call, pair, f"duplicate.{verdict}", reason)


def _log(session: Session, actor: Actor, call: Call, pair: _Pair, action: str, reason: str) -> None:
    for application, other in (pair, pair[::-1]):
        changes = Changes({"reason": ("", reason)}, application.id)
        detail = {"call": call.slug, "other": other.folio}
        log.record(session, actor, action, "application", application.folio, detail, changes=changes)


def _refresh(session: Session, actor: Actor, call: Call, pair: _Pair) -> None:
    for application in pair:
        application.updated_at = clock.now()
        session.add(application)
    refresh_application(session, actor, call, spec_of(call), pair[0])


def _restore(session: Session, call: Call, standing: Application, merged: Application, moved: Sequence[int]) -> None:
    """Makes a merged application current again, with the earlier submissions that followed it."""
    if standing.status != ApplicationStatus.CURRENT or merged.superseded_by != standing.folio:
        raise UserError(
            f"Después se unió la {standing.folio} con otra o llegó otra en su lugar: deshaga antes lo último."
        )
    if is_same_person(_identity(session, standing), _identity(session, merged)):
        raise UserError(
            f"Un lote posterior puso en la {standing.folio} los datos de la {merged.folio}: ya no son dos "
            "postulaciones distintas. Corrija los datos antes de separarlas."
        )
    merged.status, merged.superseded_by = ApplicationStatus.CURRENT, ""
    merged.digest = f"{merged.digest.partition(':')[0]}:{ApplicationStatus.CURRENT}"
    session.exec(
        delete(Finding).where(
            col(Finding.application_id) == merged.id,
            col(Finding.batch_id) == merged.batch_id,
            col(Finding.code) == "repeated_in_batch",
        )
    )
    session.exec(update(Application).where(col(Application.id).in_(moved)).values(superseded_by=merged.folio))
    session.flush()
    judge(session, merged, spec_of(call))


def _identity(session: Session, application: Application) -> Identity:
    person = session.get_one(Applicant, application.id)
    name = f"{person.first_names} {person.surnames}"
    return make_identity(person.curp, person.email, name, person.birth_date)
