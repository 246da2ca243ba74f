"""Random messages that our pages do not send: forged states, broken frames, huge ones."""

import random
import re
from collections.abc import Callable, Sequence
from contextlib import suppress

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection

from tests.web.websocket_client import page_message

MARK = "marca-que-nadie-debe-anotar"
TOO_LONG = 3_000_000  # bytes: the server takes two million
INTERNALS = re.compile(r'Traceback|site-packages|\bexception \{|File "/')
TEXTS = (
    "",
    MARK,
    "\x00",
    "../../../etc/passwd",
    "<img src=x onerror=alert(1)>",
    "9" * 400,
    "á" * 5000,
    "-1",
    "nan",
)
JSONS = (
    *("", "{", "null", "[]", "1", '"x"', "[" * 3000, '{"next": 3}', '{"value": {"next": []}}'),
    *(
        '{"moved": 1}',
        '{"moved": {"next": {}}}',
        '{"moved": {}}',
        '{"keys": [1]}',
        '{"stale": 7}',
        '{"file": 7}',
    ),
    *(
        '{"event": "moved", "value": 3}',
        '[{"event": "moved", "value": {"next": null}}]',
        '{"taken": {"a": 1e999}}',
    ),
    f'{{"file": {{"name": "{MARK}", "text": 3}}}}',
)
NUMBERS = (float("nan"), float("inf"), -1e308, 0.0)
Forge = Callable[[WidgetState, random.Random], object]
VALUES: tuple[Forge, ...] = (
    lambda state, rng: setattr(state, "trigger_value", True),
    lambda state, rng: setattr(state, "bool_value", rng.random() < 0.5),
    lambda state, rng: setattr(state, "double_value", rng.choice(NUMBERS)),
    lambda state, rng: setattr(state, "int_value", rng.choice((-1, 0, 2**62, -(2**62)))),
    lambda state, rng: setattr(state, "string_value", rng.choice(TEXTS)),
    lambda state, rng: state.double_array_value.data.extend(NUMBERS),
    lambda state, rng: state.int_array_value.data.extend((-1, 2**62)),
    lambda state, rng: state.string_array_value.data.extend(TEXTS),
    lambda state, rng: setattr(state, "json_value", rng.choice(JSONS)),
    lambda state, rng: setattr(state, "json_trigger_value", rng.choice(JSONS)),
    lambda state, rng: setattr(state, "bytes_value", rng.randbytes(300)),
    lambda state, rng: state.arrow_value.SetInParent(),
    lambda state, rng: state.file_uploader_state_value.SetInParent(),
    lambda state, rng: setattr(state.string_trigger_value, "data", rng.choice(TEXTS)),
    lambda state, rng: setattr(state.chat_input_value, "data", rng.choice(TEXTS)),
)


def forged_message(rng: random.Random, ids: Sequence[str], page: str, query: str) -> BackMsg:
    """A run of the page with values of any type for some of its parts, and for one that it does not have."""
    message = page_message(page, rng.choice((query, query, f"folio={rng.choice(TEXTS)}")))
    run = message.rerun_script
    for name in (*rng.sample(list(ids), min(len(ids), rng.randrange(6))), rng.choice(TEXTS)):
        state = run.widget_states.widgets.add()
        state.id = name
        rng.choice(VALUES)(state, rng)
    run.page_script_hash = rng.choice(("", "", rng.choice(TEXTS)))
    run.cached_message_hashes.extend(TEXTS[: rng.randrange(3)])
    run.context_info.timezone = rng.choice(TEXTS)
    run.context_info.locale = rng.choice(TEXTS)
    run.context_info.url = rng.choice(TEXTS)
    run.is_auto_rerun, run.is_history_navigation = rng.random() < 0.2, rng.random() < 0.2
    return message


def send_malformed(browser: ClientConnection, rng: random.Random, message: BackMsg) -> None:
    """Sends bytes that are no message, a message that is too long or one about an unknown element."""
    message.rerun_script.fragment_id = rng.choice(("", "x", "9" * 400))
    serialized = message.SerializeToString()
    at = rng.randrange(len(serialized))
    changed = serialized[:at] + bytes([serialized[at] ^ (1 << rng.randrange(8))]) + serialized[at + 1 :]
    broken = (serialized, serialized[:at], changed, rng.randbytes(rng.randrange(1, 3000)), bytes(TOO_LONG))
    with suppress(ConnectionClosed, TimeoutError):
        browser.send(rng.choice(broken))
        while True:
            received = bytes(browser.recv(timeout=0.05, decode=False))
            assert not INTERNALS.search(received.decode("utf-8", "replace")), received
