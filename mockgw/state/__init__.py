"""What answers leave behind: stored responses, conversations, chat completions."""

from mockgw.state.memory import MemoryStore
from mockgw.state.past import context
from mockgw.state.prefixes import Prefixes
from mockgw.state.record import COMPLETION, CONVERSATION, ITEM, RESPONSE, Record, Store

__all__ = [
    "COMPLETION",
    "CONVERSATION",
    "ITEM",
    "RESPONSE",
    "MemoryStore",
    "Prefixes",
    "Record",
    "Store",
    "context",
]
