"""The websocket messages that pages of ours send: run the script, stop it, heartbeat.

Streamlit accepts more: clear the caches of everybody, report the branch and changed files of its repository,
write files for developers' tools. Such messages are dropped, since strangers can open a websocket too.
"""

from streamlit.proto.BackMsg_pb2 import BackMsg

ALLOWED_TYPES = frozenset({"rerun_script", "stop_script", "app_heartbeat"})


def is_allowed(data: bytes) -> bool:
    """Returns whether our pages send messages of this type.

    Invalid messages are left to Streamlit, which closes the websocket.
    """
    message = BackMsg()
    try:
        message.ParseFromString(data)
    except Exception:
        return True
    return message.WhichOneof("type") in ALLOWED_TYPES
