"""One-time passwords, shown once."""

from collections.abc import Sequence

import streamlit as st

_COPIED = "contraseñas-copiadas"


def show(credentials: Sequence[tuple[str, str, str]]) -> None:
    """Draws names, e-mails and one-time passwords as text to be copied."""
    st.warning(
        "Cópielas ahora: no se vuelven a mostrar ni se guardan. Cada una sirve para entrar una vez; "
        "al entrar se elige otra.",
        icon=":material/key:",
    )
    st.code("\n".join("\t".join(credential) for credential in credentials), language=None, wrap_lines=True)
    st.caption("Entregue a cada persona la suya por un medio que solo ella lea.")
    st.button("Ya las copié", type="primary", on_click=lambda: st.session_state.update({_COPIED: True}))


def close_when_copied() -> None:
    """Closes a dialog whose passwords were copied; it has to be called first in the dialog."""
    if st.session_state.pop(_COPIED, False):
        st.rerun()
