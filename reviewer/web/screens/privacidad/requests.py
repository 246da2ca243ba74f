"""The list of requests with their deadlines, and registering one."""

import html
from datetime import date

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.call.spec import spec_of
from reviewer.core import clock
from reviewer.core.spanish import format_count, format_day_and_year
from reviewer.models import Call, RequestKind
from reviewer.privacy import requests
from reviewer.privacy.requests import NewRequest, RequestFilter, RequestView
from reviewer.web.screens.privacidad.labels import FOLIOS_EXAMPLE, KINDS, STATUS_FILTERS, split_folios, state_of
from reviewer.web.ui.choices import choose_option, choose_tab
from reviewer.web.ui.errors import show_errors
from reviewer.web.ui.links import folio_link
from reviewer.web.ui.pager import page_offset
from reviewer.web.ui.tables import table_of_safe_html

ROWS = 20
HEAD = ("Núm.", "Derecho", "Quién lo solicita", "Folio", "Recibida", "Responder a más tardar", "Estado")


def show(actor: Actor, call: Call) -> None:
    """Draws a page of the list with its filters; each row links to its request."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        status_filter, kind = _filters()
        if st.button("Registrar solicitud", type="primary", icon=":material/add:"):
            _registration_dialog(actor, call)
    overdue = requests.count(actor, slug=call.slug, request_filter=RequestFilter.OVERDUE)
    if overdue:
        late = format_count(overdue, "solicitud venció", "solicitudes vencieron")
        st.error(f"{late} sin respuesta.", icon=":material/warning:")
    total = requests.count(actor, slug=call.slug, request_filter=status_filter, kind=kind)
    if not total:
        _show_empty(actor, call)
        return
    offset = page_offset(total, ROWS)
    request_views = requests.list_requests(
        actor, slug=call.slug, request_filter=status_filter, kind=kind, offset=offset, limit=ROWS
    )
    table_of_safe_html(HEAD, [_cells(call, view) for view in request_views])


def _filters() -> tuple[RequestFilter, RequestKind | None]:
    with st.container(horizontal=True, vertical_alignment="center", width="content"):
        status_filter = choose_tab(STATUS_FILTERS, key="cuales", label="Cuáles", words=STATUS_FILTERS)
        kinds = {kind.value: label for kind, label in KINDS.items()}
        kind = choose_option(
            {"": "Los cuatro derechos"} | kinds,
            key="derecho",
            label="Derecho",
            words=kinds,
            label_visible=False,
            width=210,
        )
    return status_filter, RequestKind(kind) if kind else None


def _show_empty(actor: Actor, call: Call) -> None:
    if requests.count(actor, slug=call.slug):
        st.info("Ninguna solicitud coincide. Cambie los filtros para ver las demás.")
        return
    st.info(
        "Todavía no hay solicitudes. Cuando alguien pida conocer, corregir o cancelar sus datos, o se oponga "
        "a su uso, regístrela aquí: el plazo corre desde el día en que se recibió."
    )


def _cells(call: Call, view: RequestView) -> list[str]:
    request = view.request
    return [
        folio_link(str(request.number), "privacidad", call=call.slug, solicitud=request.public_id),
        KINDS[request.kind],
        html.escape(request.requester),
        html.escape(", ".join(request.folios)) or "–",
        format_day_and_year(request.received_on),
        format_day_and_year(request.due_on),
        state_of(view).html(),
    ]


@st.dialog("Registrar solicitud", width="large", on_dismiss="rerun")
def _registration_dialog(actor: Actor, call: Call) -> None:
    today = spec_of(call).local(clock.now()).date()
    left, middle, right = st.columns(3)
    kind = left.selectbox("Derecho", list(RequestKind), format_func=KINDS.__getitem__)
    received = middle.date_input("Recibida el", today, max_value=today, format="DD/MM/YYYY")
    due = right.date_input("Responder a más tardar", requests.due_date(received), format="DD/MM/YYYY")
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
    folios = st.text_input("Folio, si ya lo sabe", placeholder=FOLIOS_EXAMPLE, max_chars=200)
    petition = st.text_area("Qué pide", max_chars=2000, height=90)
    if st.button("Registrar", type="primary"):
        new_request = NewRequest(
            kind=kind or RequestKind.ACCESS,
            requester=requester.strip(),
            contact=contact.strip(),
            identity=identity.strip(),
            wanted=petition.strip(),
            folios=split_folios(folios),
            received_on=_day(received),
            due_on=_day(due),
        )
        with show_errors():
            st.query_params["solicitud"] = requests.register(actor, slug=call.slug, new_request=new_request)
            st.rerun()


def _day(value: object) -> date:
    return value if isinstance(value, date) else date.max
