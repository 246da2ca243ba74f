"""What a batch contains, for people who have to make one."""

import html

import streamlit as st

from reviewer.call.spec import CallSpec
from reviewer.web.routes import downloads
from reviewer.web.ui.component_files import source

_REQUIRED_TEXT = (
    "Cada fila de la tabla es una postulación. Para guardarla hace falta el nombre y un correo o una CURP; "
    "para que esté completa, también alcaldía o código postal, y fecha de nacimiento o CURP."
)
_REPEAT_TEXT = (
    "Puede subir el mismo lote las veces que quiera: lo que no cambió queda igual, lo corregido se actualiza "
    "y nadie se duplica. Nada de lo recibido se pierde: lo que no se puede tomar queda anotado en el informe."
)


def style() -> None:
    """Adds the page's style sheet."""
    st.html(f"<style>{source('batches.css')}</style>")


def show_empty(spec: CallSpec) -> None:
    """Draws the page where there is no batch yet."""
    st.header("Todavía no ha llegado ningún lote")
    st.markdown(
        "Un lote es lo que el formulario entrega: **una tabla** (.xlsx, .csv, .ods o .xls) y **los PDF** que "
        "sus filas nombran, en cualquier carpeta. Comprima todo en un solo .zip y súbalo aquí arriba."
    )
    _explain(spec)


def show_format(spec: CallSpec) -> None:
    """Draws the same in an expander."""
    with st.expander("Qué lleva un lote"):
        _explain(spec)


def _explain(spec: CallSpec) -> None:
    left, right = st.columns([2, 3])
    folder = f"{spec.folio_prefix}-0001"
    tree = [
        "lote.zip",
        "├─ respuestas.xlsx",
        "└─ documentos/",
        f"   ├─ {folder}/{spec.documents[0].key}.pdf",
        f"   ├─ {folder}/{spec.documents[-1].key}.pdf",
        "   └─ …",
    ]
    left.html(f'<pre class="tree">{html.escape(chr(10).join(tree))}</pre>')
    kinds = ", ".join(
        document.label if document.required else f"{document.label} (opcional)" for document in spec.documents
    )
    with right:
        st.markdown(f"{_REQUIRED_TEXT}\n\nDocumentos de esta convocatoria: {kinds}.\n\n{_REPEAT_TEXT}")
        with st.container(horizontal=True):
            downloads.link_to_file("Plantilla para llenar (.xlsx)", "plantilla", convocatoria=spec.slug)
            downloads.link_to_file("Lote de muestra, inventado (.zip)", "lote-de-muestra", convocatoria=spec.slug)
