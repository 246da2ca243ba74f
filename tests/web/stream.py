"""A browser's websocket without the browser: one session of Streamlit's, and what the server sends to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

LONGEST = 1 << 24  # bytes of one message


@contextmanager
def opened(url: str, *, cookie: str = "", origin: str | None = None) -> Iterator[ClientConnection]:
    """A websocket to the server at ``url``, from a page of its own unless another ``origin`` is given."""
    headers = {"Cookie": cookie} if cookie else {}
    address = url.replace("http://", "ws://") + "/_stcore/stream"
    with connect(
        address,
        origin=Origin(origin or url),
        additional_headers=headers,
        max_size=LONGEST,
        open_timeout=20,
    ) as socket:
        yield socket


def run_page(socket: ClientConnection, page: str, query: str = "") -> str:
    """Runs a page as a browser that opens ``/page?query`` does; all that it puts on the screen, as text."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    socket.send(message.SerializeToString())
    said = []
    while True:
        received = ForwardMsg()
        received.ParseFromString(bytes(socket.recv(timeout=60, decode=False)))
        kind = received.WhichOneof("type")
        if kind in ("delta", "page_not_found"):
            said.append(MessageToString(received, as_utf8=True))
        if kind == "script_finished":
            return "\n".join(said)
