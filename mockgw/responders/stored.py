"""Answers from what earlier answers left behind: retrieve and delete a stored response."""

from mockgw.errors import ApiError
from mockgw.model import Answer, Call
from mockgw.state import ResponseStore


class State:
    """Answers the calls that name a stored response."""

    def __init__(self, store: ResponseStore) -> None:
        self._store = store

    def respond(self, call: Call) -> Answer | None:
        """Return the stored response or its deletion, or None for any other call.

        Raises ApiError 404 when nothing is stored under the id.
        """
        identifier = call.params.get("id", "")
        if call.operation == "responses.retrieve":
            stored = self._store.get(call.session, identifier)
            if stored is not None:
                return Answer(stored.response, "state")
        elif call.operation == "responses.delete":
            if self._store.delete(call.session, identifier):
                deleted = {"id": identifier, "object": "response", "deleted": True}
                return Answer(deleted, "state")
        else:
            return None
        raise ApiError(404, f"Response with id '{identifier}' not found.")
