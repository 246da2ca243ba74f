"""One application as the room sees it, in letters that are read from five metres, and what is said of it."""

import html

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.calls import CallSpec
from reviewer.decision.deliberation import votes
from reviewer.decision.deliberation.room import Item, OnTheWall, Room, Voter
from reviewer.models import Resolution, VoteChoice
from reviewer.web.components import source
from reviewer.web.told import told
from reviewer.words import listed, percent

CHOICES = {VoteChoice.FAVOUR: "A favor", VoteChoice.AGAINST: "En contra", VoteChoice.ABSTAIN: "Abstención"}
HANDS = {VoteChoice.FAVOUR: "A favor", VoteChoice.AGAINST: "Contra", VoteChoice.ABSTAIN: "Abst."}
RESOLUTIONS = {Resolution.SELECT: "Queda seleccionada", Resolution.REJECT: "No queda seleccionada"}


def style() -> None:
    """The wall's style sheet."""
    st.html(f"<style>{source('wall.css')}</style>")


def show(seen: OnTheWall, room: Room, spec: CallSpec) -> None:
    """The application: who speaks of it knows its folio, its title, its figures and where it stands."""
    item = seen.item
    parts = [
        f'<p class="place">{item.position} de {len(room.items)} en el orden del día</p>',
        f'<h2 class="folio">{html.escape(item.folio)}</h2>',
        f'<p class="title">{html.escape(item.title)}</p>',
        _figures(item),
        f'<p class="standing {item.standing}">{html.escape(standing_words(item, spec))}</p>',
    ]
    if item.recused:
        names = html.escape(listed(list(item.recused)))
        verb = "Se excusa" if len(item.recused) == 1 else "Se excusan"
        parts.append(f'<p class="recused"><b>{verb}: {names}.</b> No participa ni vota en esta.</p>')
    if item.verdict is not None:
        parts.append(f'<p class="verdict"><b>{RESOLUTIONS[item.verdict]}.</b> {html.escape(item.reason)}</p>')
    st.html(f'<section class="wall" aria-live="polite">{"".join(parts)}</section>')


def standing_words(item: Item, spec: CallSpec) -> str:
    """Where it stands in the selection in force."""
    label = next((each.label for each in spec.venues if each.key == item.venue), "")
    if item.standing == "selected":
        return f"Hoy está seleccionada en {label}"
    return "Hoy está en lista de espera" if item.standing == "waiting" else "Hoy está fuera de la selección"


def show_tally(item: Item) -> None:
    """How many hands for each."""
    cells = "".join(
        f"<div><dt>{words}</dt><dd>{item.tally.get(choice, 0)}</dd></div>"
        for choice, words in CHOICES.items()
    )
    st.html(f'<dl class="tally">{cells}</dl>')


def show_opinions(seen: OnTheWall) -> None:
    """What its readers gave, and said to the committee."""
    if not seen.opinions:
        return
    lines = "".join(
        f"<li><b>{each.points:.0f}</b> {html.escape(each.name)}"
        f"{f'<span>{html.escape(each.comment)}</span>' if each.comment else ''}</li>"
        for each in seen.opinions
    )
    st.html(f'<section class="opinions"><h3>Lecturas, en puntos de 100</h3><ul>{lines}</ul></section>')


def show_hands(voters: tuple[Voter, ...]) -> None:
    """Each juror's hand, to be seen and not touched."""
    lines = "".join(
        f"<li>{html.escape(each.name)} <b>{CHOICES[each.choice] if each.choice else '…'}</b></li>"
        for each in voters
        if not each.recused
    )
    st.html(f'<ul class="hands">{lines}</ul>')


def take_votes(actor: Actor, call: str, seen: OnTheWall) -> None:
    """A line a juror: a click notes her hand at once, a second one takes it back."""
    voters = [each for each in seen.voters if not each.recused]
    if not voters:
        st.info("No hay quien vote: anote en Asistencia a quienes están en la sesión.")
    for each in voters:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.text(each.name, width="stretch")
            chosen = st.segmented_control(
                f"Voto de {each.name}",
                list(HANDS),
                format_func=HANDS.__getitem__,
                default=each.choice,
                label_visibility="collapsed",
                key=f"voto-{seen.item.folio}-{each.person_id}-{each.choice}",
                width="content",
            )
        if chosen != each.choice:
            with told():
                votes.vote(actor, call=call, folio=seen.item.folio, person_id=each.person_id, choice=chosen)
                st.rerun()


def decide(actor: Actor, call: str, seen: OnTheWall, room: Room, spec: CallSpec) -> None:
    """The decision and its reason; what it will do to the selection is said beside the button."""
    item = seen.item
    comes_in = item.standing != "selected"
    with st.form(f"decidir-{item.folio}-{item.version}", border=True):
        reason = st.text_area("Motivo", value=item.reason, height=90, max_chars=votes.LONGEST_REASON)
        venue = ""
        if comes_in and room.places_taken is not None:
            venue = st.selectbox(
                "Si entra, en qué sede",
                [each.key for each in spec.venues],
                format_func=lambda key: _places(key, room, spec),
            )
        with st.container(horizontal=True):
            yes = st.form_submit_button("Queda seleccionada", type="primary")
            no = st.form_submit_button("No queda seleccionada")
        st.caption(
            "Si la selección dice otra cosa, cambia con este motivo, y el cambio queda en el acta."
            if item.verdict is None
            else "Ya está decidida. Si vuelve a decidirse, vale lo último."
        )
    if yes or no:
        with told():
            votes.decide(
                actor,
                call=call,
                folio=item.folio,
                verdict=Resolution.SELECT if yes else Resolution.REJECT,
                reason=reason,
                version=item.version,
                venue=venue or "",
            )
            st.rerun()


def _figures(item: Item) -> str:
    figures = (
        ("Lugar", f"{item.rank}"),
        ("Calibrado", f"{item.estimate:.2f}"),
        ("Promedio", f"{item.raw_mean:.2f}"),
        ("Probabilidad", percent(item.p_selected)),
        ("Lecturas", f"{item.readings}"),
    )
    cells = "".join(f"<div><dt>{name}</dt><dd>{html.escape(value)}</dd></div>" for name, value in figures)
    return f'<dl class="figures">{cells}</dl>'


def _places(key: str, room: Room, spec: CallSpec) -> str:
    venue = next(each for each in spec.venues if each.key == key)
    taken = (room.places_taken or {}).get(key, 0)
    return f"{venue.label} ({taken} de {venue.seats})"
