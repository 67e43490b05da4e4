"""The Conversations API: what is said over several responses, kept in one place."""

from mockgw.ports import Operation

_ITEMS = "/conversations/{id}/items"
OPERATIONS: tuple[Operation, ...] = (
    Operation("conversations.create", "POST", "/conversations", optional=True),
    Operation("conversations.retrieve", "GET", "/conversations/{id}"),
    Operation("conversations.update", "POST", "/conversations/{id}"),
    Operation("conversations.delete", "DELETE", "/conversations/{id}"),
    Operation("conversations.items.create", "POST", _ITEMS),
    Operation("conversations.items.list", "GET", _ITEMS),
    Operation("conversations.items.retrieve", "GET", _ITEMS + "/{item}"),
    Operation("conversations.items.delete", "DELETE", _ITEMS + "/{item}"),
)
