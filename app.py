"""What a server serves: the ASGI application, its routes and middleware, and the script behind the log-in.

Start it with ``python -m reviewer start`` or, once the database has its people, ``streamlit run app.py``.
"""

import streamlit as st

from reviewer.web.server import asgi

app = st.App(asgi.SCRIPT, **asgi.app_options())
