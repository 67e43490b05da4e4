"""WebSocket: Responses one after the other over one connection."""

from mockgw.sockets.socket import Socket, wants

__all__ = ["Socket", "wants"]
