"""A juror as the server sees one: Streamlit's protocol over a websocket, and routes over HTTP."""

import http.client
import json
from dataclasses import dataclass, field
from select import select
from typing import Any, Self
from urllib.parse import quote, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

from reviewer.web.auth import cookies

TIMEOUT = 30.0  # seconds
WIDTH = 900  # of the page images requested on a screen of 1440 pixels
# The key of a component's triggers in Streamlit's frontend.
TRIGGERS = "$$STREAMLIT_INTERNAL_KEY_{}__events"


@dataclass
class ReviewPage:
    """What the review page shows: the data of rubric and reader, and the id of the rubric."""

    rubric: dict[str, Any] = field(default_factory=dict)
    rubric_id: str = ""
    reader: dict[str, Any] = field(default_factory=dict)

    @property
    def folio(self) -> str:
        """The application on the screen."""
        return str(self.rubric["folio"])


class JurorClient:
    """A juror's browser tab on the review page.

    ``acknowledged`` has the level and version acknowledged last by (folio, criterion); ``sent`` are submitted
    folios.
    """

    def __init__(self, host: str, token: str) -> None:
        self._host, self._cookie = host, f"{cookies.NAME}={cookies.sign(token)}"
        self._http = http.client.HTTPConnection(host, timeout=TIMEOUT)
        self._cached_messages: dict[str, ForwardMsg] = {}
        self._socket: ClientConnection | None = None
        self._page_hash = ""
        self.page = ReviewPage()
        self.acknowledged: dict[tuple[str, str], tuple[int, int]] = {}
        self.sent: list[str] = []

    def __enter__(self) -> Self:
        self._socket = connect(
            f"ws://{self._host}/_stcore/stream",
            additional_headers={"Cookie": self._cookie},
            origin=Origin(f"http://{self._host}"),
            subprotocols=[Subprotocol("streamlit")],
            max_size=None,
            open_timeout=TIMEOUT,
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._socket is not None:
            self._socket.close()
        self._http.close()

    def open(self) -> None:
        """Opens the review page at the next application."""
        self._run("", None)

    def score(self, criterion: str, value: int) -> None:
        """Scores a criterion, as a click does."""
        scores = self.page.rubric["state"]["scores"]
        version = scores.get(criterion, {"version": 0})["version"]
        body = {"criterion": criterion, "value": value, "version": version}
        saved = self._post("puntajes", body)
        scores[criterion] = {"value": value, "version": saved["version"]}
        self.acknowledged[self.page.folio, criterion] = (value, saved["version"])

    def submit(self) -> bool:
        """Submits the review and opens the next application; returns False where none is left."""
        scores = self.page.rubric["state"]["scores"]
        versions = {key: score["version"] for key, score in scores.items()}
        following = self._post("enviar", {"versions": versions})["next"]
        self.sent.append(self.page.folio)
        if following is None:
            return False
        self._run(self.page.folio, {"from": self.page.folio, "next": following})
        return True

    def first_page(self) -> int:
        """Fetches the image of the first page; returns its bytes."""
        return len(self._page(self.page.reader["documents"][0]["id"], 1))

    def fetch_ahead(self) -> int:
        """Fetches what the reader prefetches: text, other pages, the next first one; returns bytes."""
        document, *_ = self.page.reader["documents"]
        size = len(self._get(f"/documentos/{document['id']}/texto/1"))
        size += sum(len(self._page(document["id"], page)) for page in range(2, len(document["pages"]) + 1))
        return size + sum(len(self._page(document_id, 1)) for document_id in self.page.reader["prefetch"])

    def _page(self, document: str, page: int) -> bytes:
        return self._get(f"/documentos/{document}/paginas/{page}.webp?ancho={WIDTH}")

    def _get(self, path: str) -> bytes:
        return self._request("GET", path, b"")

    def _post(self, verb: str, body: dict[str, Any]) -> Any:
        path = f"{self.page.rubric['address']}/{verb}"
        return json.loads(self._request("POST", path, json.dumps(body).encode()))

    def _request(self, method: str, path: str, body: bytes) -> bytes:
        headers = {"Cookie": self._cookie, "Sec-Fetch-Site": "same-origin"}
        headers["Content-Type"] = "application/json"
        if self._http.sock and select([self._http.sock], [], [], 0)[0]:
            self._http.close()  # the server closed an idle connection; browsers reconnect as well
        self._http.request(method, path, body or None, headers)
        answer = self._http.getresponse()
        content = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {content[:200]!r}")
        return content

    def _run(self, folio: str, moved: dict[str, Any] | None) -> None:
        """Runs the page's script until it has finished, with the rubric's trigger to move on."""
        assert self._socket is not None
        message = BackMsg()
        state = message.rerun_script
        state.query_string = urlencode({"folio": folio}, quote_via=quote) if folio else ""
        if self._page_hash:
            state.page_script_hash = self._page_hash
        else:
            state.page_name = "revisar"
        if moved is not None:
            state.widget_states.widgets.add(id=self.page.rubric_id, json_value="{}")
            widget = state.widget_states.widgets.add()
            widget.id = TRIGGERS.format(self.page.rubric_id)
            widget.json_trigger_value = json.dumps([{"event": "moved", "value": moved}])
        self._socket.send(message.SerializeToString())
        while True:
            received = ForwardMsg()
            received.ParseFromString(self._socket.recv(TIMEOUT, decode=False))
            self._handle_message(received)
            if received.WhichOneof("type") == "delta" and received.delta.new_element.alert.body:
                raise RuntimeError(received.delta.new_element.alert.body)
            if received.WhichOneof("type") == "script_finished":
                return

    def _handle_message(self, message: ForwardMsg) -> None:
        if message.WhichOneof("type") == "ref_hash":
            message = self._cached_messages[message.ref_hash]
        elif message.hash and message.metadata.cacheable:
            self._cached_messages[message.hash] = message
        if message.WhichOneof("type") == "navigation":
            self._page_hash = message.navigation.page_script_hash
        if message.WhichOneof("type") != "delta" or message.delta.WhichOneof("type") != "new_element":
            return
        element = message.delta.new_element
        if element.WhichOneof("type") != "bidi_component":
            return
        component = element.bidi_component
        data = json.loads(component.json or component.mixed.json or "{}")
        if component.component_name.endswith("dictamen_rubric"):
            self.page.rubric, self.page.rubric_id = data, component.id
        elif component.component_name.endswith("dictamen_reader"):
            self.page.reader = data
