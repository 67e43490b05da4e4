"""WebSockets: many Responses over one connection, and requests of the universal endpoint."""

from mockgw.doors.universal import UNIVERSAL
from mockgw.doors.universal import Universal as Door
from mockgw.model import Raw
from mockgw.pipeline import Road
from mockgw.routes import route
from mockgw.sockets.responses import Responses
from mockgw.sockets.socket import Socket
from mockgw.sockets.talk import Talk
from mockgw.sockets.universal import Universal, authorized

__all__ = ["Socket", "authorized", "talk", "wants"]


def wants(raw: Raw) -> bool:
    """Tell whether a request opens a WebSocket where there is one."""
    if raw.method != "GET" or raw.headers.get("upgrade", "").lower() != "websocket":
        return False
    found = route("POST", raw.path)
    made = found.operation
    if made is UNIVERSAL:
        return isinstance(found.door, Door)
    return made is not None and made.name == "responses.create" and not found.door.run_path


def talk(road: Road, opened: Raw) -> Talk:
    """Return the language of the connection that a request opens."""
    universal = route("POST", opened.path).operation is UNIVERSAL
    return (Universal if universal else Responses)(road, opened)
