"""The pages and the roles that see them. Every address exists for everybody: a denied page says so."""

from typing import NamedTuple

import streamlit as st

from reviewer.access.actor import Actor
from reviewer.access.permissions import Action, is_allowed
from reviewer.core.paths import ROOT
from reviewer.models import Role


class Screen(NamedTuple):
    """A page's address, its title in the navigation, its icon, and the action that it requires.

    A role in ``hidden_for`` reaches it from another page, so that no navigation has more than nine entries.
    """

    address: str
    title: str
    icon: str
    action: Action | None
    hidden_for: Role | None = None


SCREENS = (
    Screen("mesa", "Mi mesa", ":material/inbox:", Action.SEE_DESK),
    Screen("revisar", "Revisar", ":material/rate_review:", Action.SEE_DESK),
    Screen("comparar", "Comparar", ":material/compare_arrows:", Action.COMPARE_ANCHORS),
    Screen("conflictos", "Conflictos", ":material/handshake:", Action.DECLARE_CONFLICT),
    Screen("avance", "Avance", ":material/monitoring:", Action.SEE_PROGRESS),
    Screen("asignacion", "Asignación", ":material/assignment_ind:", Action.ASSIGN),
    Screen("lotes", "Lotes", ":material/upload_file:", Action.IMPORT_BATCH),
    Screen("cotejo", "Cotejo", ":material/fact_check:", Action.SCREEN),
    Screen("cohorte", "Cohorte", ":material/groups:", Action.SEE_COHORT),
    Screen("ranking", "Ranking", ":material/format_list_numbered:", Action.SEE_RANKING),
    Screen("seleccion", "Selección", ":material/how_to_reg:", Action.SEE_SELECTION),
    Screen("deliberacion", "Deliberación", ":material/gavel:", Action.DELIBERATE),
    Screen("acta", "Acta", ":material/contract:", Action.SEE_ACTA),
    Screen("postulacion", "Postulación", ":material/person_edit:", Action.CORRECT, Role.ADMIN),
    Screen("personas", "Personas", ":material/badge:", Action.MANAGE_PEOPLE),
    Screen("convocatoria", "Convocatoria", ":material/description:", Action.LOAD_CALL),
    Screen("avisos", "Avisos", ":material/flag:", Action.RESOLVE_FLAG, Role.COORDINATOR),
    Screen("bitacora", "Bitácora", ":material/history:", Action.SEE_TRAIL, Role.COORDINATOR),
    Screen("privacidad", "Privacidad", ":material/shield_person:", Action.KEEP_PRIVACY),
    Screen("sistema", "Sistema", ":material/dns:", Action.SEE_SYSTEM),
    Screen("ayuda", "Ayuda", ":material/help:", None),
    Screen("cuenta", "Cuenta", ":material/account_circle:", None),
)


def pages_for(actor: Actor | None) -> list[st.Page]:
    """Returns every page, those of the actor's role visible; the first one, ``/``, opens the actor's home."""

    def home() -> None:
        first_screen = next(screen for screen in SCREENS if actor is not None and _is_allowed(actor, screen))
        st.switch_page(pages[first_screen.address])

    pages = {
        screen.address: st.Page(
            ROOT / "pages" / f"{screen.address}.py",
            title=screen.title,
            icon=screen.icon,
            url_path=screen.address,
            visibility="visible" if actor is not None and _is_in_navigation(actor, screen) else "hidden",
        )
        for screen in SCREENS
    }
    home_page = st.Page(home, title="Dictamen", url_path="inicio", default=True, visibility="hidden")
    return [home_page, *pages.values()]


def _is_in_navigation(actor: Actor, screen: Screen) -> bool:
    return _is_allowed(actor, screen) and screen.hidden_for is not actor.role


def _is_allowed(actor: Actor, screen: Screen) -> bool:
    return screen.action is None or is_allowed(actor, screen.action)
