"""Log-in through the form and first page, with Streamlit's own protocol until there is a cookie."""

import http.client
import json
from collections.abc import Iterator

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection

from tests.web.websocket_client import open_stream, run_page

TIMEOUT = 30.0  # seconds


def sign_in(host: str, email: str, password: str) -> None:
    """Fills in the form, sends it and exchanges the ticket for a cookie. Raises where that fails."""
    with open_stream(f"http://{host}") as socket:
        ticket = _ticket(socket, email, password)
    line = http.client.HTTPConnection(host, timeout=TIMEOUT)
    headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/json"}
    line.request("POST", "/sesion", ticket, headers)
    answer = line.getresponse()
    body = answer.read()
    line.close()
    if answer.status != 200 or not answer.getheader("set-cookie"):
        raise RuntimeError(f"/sesion: {answer.status} {body[:200]!r}")


def open_page(host: str, cookie: str, page: str) -> None:
    """Opens a page and waits until it is complete. Raises where it shows an error."""
    with open_stream(f"http://{host}", cookie=cookie) as socket:
        text = run_page(socket, page)
    for error_text in ("Algo falló de nuestro lado", "Contraseña", "no es parte de su papel"):
        if error_text in text:
            raise RuntimeError(f"{page}: «{error_text}»")


def _ticket(socket: ClientConnection, email: str, password: str) -> str:
    message = BackMsg()
    socket.send(_rerun(message))
    field_values = {"Correo": email, "Contraseña": password}
    for element in list(_drawn_elements(socket)):
        kind = element.WhichOneof("type")
        if kind == "text_input" and element.text_input.label in field_values:
            message.rerun_script.widget_states.widgets.add(
                id=element.text_input.id, string_value=field_values[element.text_input.label]
            )
        elif kind == "button" and element.button.is_form_submitter:
            message.rerun_script.widget_states.widgets.add(id=element.button.id, trigger_value=True)
    socket.send(_rerun(message))
    for element in _drawn_elements(socket):
        if element.WhichOneof("type") == "bidi_component":
            component = element.bidi_component
            data = json.loads(component.json or component.mixed.json or "{}")
            if data.get("address") == "/sesion":
                return str(data["body"])
        elif element.WhichOneof("type") == "alert":
            raise RuntimeError(element.alert.body)
    raise RuntimeError("the form gave no ticket")


def _rerun(message: BackMsg) -> bytes:
    message.rerun_script.query_string = ""
    return bytes(message.SerializeToString())


def _drawn_elements(socket: ClientConnection) -> Iterator[Element]:
    while True:
        received = ForwardMsg()
        received.ParseFromString(bytes(socket.recv(timeout=TIMEOUT, decode=False)))
        kind = received.WhichOneof("type")
        if kind == "delta" and received.delta.WhichOneof("type") == "new_element":
            yield received.delta.new_element
        if kind == "script_finished":
            return
