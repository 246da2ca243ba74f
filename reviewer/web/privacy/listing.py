"""The requests: what is due, what is overdue, and registering one."""

import html
from datetime import date
from urllib.parse import urlencode

import streamlit as st

from reviewer import clock
from reviewer.access.actor import Actor
from reviewer.calls import spec_of
from reviewer.models import Call, RequestKind
from reviewer.privacy import requests
from reviewer.privacy.requests import Arrived, RequestView, Which
from reviewer.web.lines import table_of_html
from reviewer.web.privacy.words import FOLIOS, KINDS, WHICH, folios_in, in_full, state_of
from reviewer.web.told import told
from reviewer.words import counted

ROWS = 20
HEAD = ("Núm.", "Derecho", "Quién lo solicita", "Folio", "Recibida", "Responder a más tardar", "Estado")


def show(actor: Actor, call: Call) -> None:
    """The list with its filters; each leads to its request."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        which, kind = _filters()
        if st.button("Registrar solicitud", type="primary", icon=":material/add:"):
            _register(actor, call)
    overdue = requests.count(actor, call=call.slug, which=Which.OVERDUE)
    if overdue:
        late = counted(overdue, "solicitud venció", "solicitudes vencieron")
        st.error(f"{late} sin respuesta.", icon=":material/warning:")
    found = requests.count(actor, call=call.slug, which=which, kind=kind)
    if not found:
        _nothing(actor, call)
        return
    pages = -(-found // ROWS)
    number = st.pagination(pages, key=f"hoja-{which}-{kind}") if pages > 1 else 1
    seen = requests.requests(
        actor, call=call.slug, which=which, kind=kind, offset=(number - 1) * ROWS, limit=ROWS
    )
    table_of_html(HEAD, [_cells(call, each) for each in seen])


def _filters() -> tuple[Which, RequestKind | None]:
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        which = st.segmented_control(
            "Cuáles",
            list(Which),
            format_func=WHICH.__getitem__,
            default=Which.OPEN,
            required=True,
            key="cuales",
            label_visibility="collapsed",
        )
        kind = st.selectbox(
            "Derecho",
            [None, *RequestKind],
            format_func=lambda each: KINDS[each] if each else "Los cuatro derechos",
            key="derecho",
            label_visibility="collapsed",
            width=210,
        )
    return which or Which.OPEN, kind


def _nothing(actor: Actor, call: Call) -> None:
    if requests.count(actor, call=call.slug):
        st.info("Ninguna solicitud coincide. Cambie los filtros para ver las demás.")
        return
    st.info(
        "Todavía no hay solicitudes. Cuando alguien pida conocer, corregir o cancelar sus datos, o se oponga "
        "a su uso, regístrela aquí: el plazo corre desde el día en que se recibió."
    )


def _cells(call: Call, view: RequestView) -> list[str]:
    one = view.request
    words, color = state_of(view)
    place = html.escape(f"/privacidad?{urlencode({'call': call.slug, 'solicitud': one.public_id})}")
    return [
        f'<a class="folio" href="{place}" target="_self">{one.number}</a>',
        KINDS[one.kind],
        html.escape(one.requester),
        html.escape(", ".join(one.folios)) or "–",
        in_full(one.received_on),
        in_full(one.due_on),
        f'<span class="mark {color}"></span>{words}',
    ]


@st.dialog("Registrar solicitud", width="large", on_dismiss="rerun")
def _register(actor: Actor, call: Call) -> None:
    today = spec_of(call).local(clock.now()).date()
    left, middle, right = st.columns(3)
    kind = left.selectbox("Derecho", list(RequestKind), format_func=KINDS.__getitem__)
    received = middle.date_input("Recibida el", today, max_value=today, format="DD/MM/YYYY")
    due = right.date_input("Responder a más tardar", requests.due(received), format="DD/MM/YYYY")
    st.caption(
        f"El plazo que se propone son {requests.ANSWER_DAYS} días hábiles, sin los de descanso obligatorio. "
        "Cámbielo si su institución tiene otros días inhábiles, o si lo amplió."
    )
    left, right = st.columns(2)
    requester = left.text_input("Quién lo solicita", max_chars=200, autocomplete="off")
    contact = right.text_input("Dónde recibe la respuesta", max_chars=200, autocomplete="off")
    identity = st.text_input(
        "Cómo se comprobó su identidad",
        max_chars=300,
        placeholder="Por ejemplo: credencial para votar, en persona; o carta poder de su representante",
    )
    folios = st.text_input("Folio, si ya lo sabe", placeholder=FOLIOS, max_chars=200)
    wanted = st.text_area("Qué pide", max_chars=2000, height=90)
    if st.button("Registrar", type="primary"):
        arrived = Arrived(
            kind=kind or RequestKind.ACCESS,
            requester=requester.strip(),
            contact=contact.strip(),
            identity=identity.strip(),
            wanted=wanted.strip(),
            folios=folios_in(folios),
            received_on=_day(received),
            due_on=_day(due),
        )
        with told():
            st.query_params["solicitud"] = requests.register(actor, call=call.slug, arrived=arrived)
            st.rerun()


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.max
