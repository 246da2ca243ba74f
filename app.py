"""What a server serves: the ASGI application, its routes and middleware, and the script behind the log-in.

Start it with ``python -m reviewer start`` or, once the database has its people, ``streamlit run app.py``.
"""

from reviewer.web.application import make_app

app = make_app()
