"""One application in large type for the projector, with votes and the decision."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import CallSpec
from reviewer.core import reasons
from reviewer.core.spanish import format_percent, join_words
from reviewer.decision.deliberation import votes
from reviewer.decision.deliberation.queries import Item, ItemDetail, MeetingView, Voter
from reviewer.models import Resolution, VoteChoice
from reviewer.web.ui.component_files import source
from reviewer.web.ui.errors import perform

CHOICES = {VoteChoice.FAVOUR: "A favor", VoteChoice.AGAINST: "En contra", VoteChoice.ABSTAIN: "Abstención"}
SHORT_CHOICES = {VoteChoice.FAVOUR: "A favor", VoteChoice.AGAINST: "Contra", VoteChoice.ABSTAIN: "Abst."}
RESOLUTIONS = {Resolution.SELECT: "Queda seleccionada", Resolution.REJECT: "No queda seleccionada"}


def style() -> None:
    """Adds the style sheet."""
    st.html(f"<style>{source('wall.css')}</style>")


def show(view: ItemDetail, room: MeetingView, spec: CallSpec) -> None:
    """Draws the application: folio, title, figures and its place in the selection."""
    item = view.item
    parts = [
        f'<p class="place">{item.position} de {len(room.items)} en el orden del día</p>',
        f'<h2 class="folio">{html.escape(item.folio)}</h2>',
        f'<p class="title">{html.escape(item.title)}</p>',
        _figures(item),
        f'<p class="standing {item.selection_status}">{html.escape(standing_text(item, spec))}</p>',
    ]
    if item.recused:
        names = html.escape(join_words(list(item.recused)))
        verb = "Se excusa" if len(item.recused) == 1 else "Se excusan"
        parts.append(f'<p class="recused"><b>{verb}: {names}.</b> No participa ni vota en esta.</p>')
    if item.verdict is not None:
        parts.append(f'<p class="verdict"><b>{RESOLUTIONS[item.verdict]}.</b> {html.escape(item.reason)}</p>')
    st.html(f'<section class="wall" aria-live="polite">{"".join(parts)}</section>')


def standing_text(item: Item, spec: CallSpec) -> str:
    """Returns its place in the selection in force."""
    label = spec.venue_labels.get(item.venue, "")
    if item.selection_status == "selected":
        return f"Hoy está seleccionada en {label}"
    return "Hoy está en lista de espera" if item.selection_status == "waiting" else "Hoy está fuera de la selección"


def show_tally(item: Item) -> None:
    """Draws the number of votes for each choice."""
    cells = "".join(
        f"<div><dt>{label}</dt><dd>{item.tally.get(choice, 0)}</dd></div>" for choice, label in CHOICES.items()
    )
    st.html(f'<dl class="tally">{cells}</dl>')


def show_opinions(view: ItemDetail) -> None:
    """Draws the readers' points and comments to the committee."""
    if not view.opinions:
        return
    lines = "".join(
        f"<li><b>{opinion.points:.0f}</b> {html.escape(opinion.name)}"
        f"{f'<span>{html.escape(opinion.comment)}</span>' if opinion.comment else ''}</li>"
        for opinion in view.opinions
    )
    st.html(f'<section class="opinions"><h3>Lecturas, en puntos de 100</h3><ul>{lines}</ul></section>')


def show_votes(voters: tuple[Voter, ...]) -> None:
    """Draws each juror's vote, without controls."""
    lines = "".join(
        f"<li>{html.escape(voter.name)} <b>{CHOICES[voter.choice] if voter.choice else '…'}</b></li>"
        for voter in voters
        if not voter.recused
    )
    st.html(f'<ul class="hands">{lines}</ul>')


def take_votes(actor: Actor, slug: str, view: ItemDetail) -> None:
    """Draws a row for each juror: a click records the vote at once, a second click withdraws it."""
    voters = [voter for voter in view.voters if not voter.recused]
    if not voters:
        st.info("No hay quien vote: anote en Asistencia a quienes están en la sesión.")
    for voter in voters:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(voter.name, width="stretch")
            chosen = st.segmented_control(
                f"Voto de {voter.name}",
                list(SHORT_CHOICES),
                format_func=SHORT_CHOICES.__getitem__,
                default=voter.choice,
                label_visibility="collapsed",
                key=f"voto-{view.item.folio}-{voter.person_id}-{voter.choice}",
                width="content",
            )
        if chosen != voter.choice:
            perform(votes.vote, actor, slug=slug, folio=view.item.folio, person_id=voter.person_id, choice=chosen)


def decide(actor: Actor, slug: str, view: ItemDetail, room: MeetingView, spec: CallSpec) -> None:
    """Draws the form of the decision with its reason, and says how it affects the selection."""
    item = view.item
    would_enter = item.selection_status != "selected"
    with st.form(f"decidir-{item.folio}-{item.version}", border=True):
        reason = st.text_area("Motivo", value=item.reason, height=90, max_chars=reasons.MAX_LENGTH)
        venue_key = ""
        if would_enter and room.seats_taken is not None:
            venue_key = st.selectbox(
                "Si entra, en qué sede",
                [venue.key for venue in spec.venues],
                format_func=lambda key: _venue_option(key, room, spec),
            )
        with st.container(horizontal=True):
            selects = st.form_submit_button("Queda seleccionada", type="primary")
            rejects = st.form_submit_button("No queda seleccionada")
        st.caption(
            "Si la selección dice otra cosa, cambia con este motivo, y el cambio queda en el acta."
            if item.verdict is None
            else "Ya está decidida. Si vuelve a decidirse, vale lo último."
        )
    if selects or rejects:
        perform(
            votes.decide,
            actor,
            slug=slug,
            folio=item.folio,
            verdict=Resolution.SELECT if selects else Resolution.REJECT,
            reason=reason,
            version=item.version,
            venue=venue_key or "",
        )


def _figures(item: Item) -> str:
    figures = (
        ("Lugar", f"{item.rank}"),
        ("Calibrado", f"{item.estimate:.2f}"),
        ("Promedio", f"{item.raw_mean:.2f}"),
        ("Probabilidad", format_percent(item.p_selected)),
        ("Lecturas", f"{item.readings}"),
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{html.escape(value)}</dd></div>" for name, value in figures)
    return f'<dl class="figures">{cells}</dl>'


def _venue_option(key: str, room: MeetingView, spec: CallSpec) -> str:
    venue = next(candidate for candidate in spec.venues if candidate.key == key)
    seats_taken = (room.seats_taken or {}).get(key, 0)
    return f"{venue.label} ({seats_taken} de {venue.seats})"
