"""What a browser may say on its line (websocket): run the script, stop it, I am still here.

Streamlit hears more: to empty everybody's caches, to tell branch and changed files of the repository that it
runs from, to write files for programmers' tools. Pages of ours say none of that, so that whoever does is not
answered; who has not logged in can open a line, too.
"""

from streamlit.proto.BackMsg_pb2 import BackMsg

ALLOWED_TYPES = frozenset({"rerun_script", "stop_script", "app_heartbeat"})


def is_allowed(data: bytes) -> bool:
    """Whether it is of a kind that our pages say; what is of no kind is left to Streamlit, which hangs up."""
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except Exception:
        return True
    return message.WhichOneof("type") in ALLOWED_TYPES
