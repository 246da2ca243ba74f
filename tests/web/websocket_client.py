"""A client of Streamlit's websocket: one session, and what the server sends to it."""

from collections.abc import Iterator
from contextlib import contextmanager

from google.protobuf.text_format import MessageToString
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

LONGEST = 1 << 24  # bytes of one message


@contextmanager
def open_stream(url: str, *, cookie: str = "", origin: str | None = None) -> Iterator[ClientConnection]:
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
    """Runs a page as a browser that opens ``/page?query`` does; returns its elements as text."""
    socket.send(page_message(page, query).SerializeToString())
    return "\n".join(
        MessageToString(message, as_utf8=True)
        for message in messages(socket)
        if message.WhichOneof("type") in ("delta", "page_not_found")
    )


def page_message(page: str, query: str = "") -> BackMsg:
    """Returns the message of a browser that opens ``/page?query``."""
    message = BackMsg()
    message.rerun_script.query_string = query
    message.rerun_script.page_name = page
    return message


def messages(socket: ClientConnection, *, patience: float = 60) -> Iterator[ForwardMsg]:
    """Returns what the server sends until the script has run. Raises ``TimeoutError`` when it stops sending."""
    while True:
        received = ForwardMsg()
        received.ParseFromString(bytes(socket.recv(timeout=patience, decode=False)))
        yield received
        if received.WhichOneof("type") == "script_finished":
            return
