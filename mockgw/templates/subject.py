"""A call as templates see it: by its meaning, whichever API and door it came by."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from mockgw import apis
from mockgw.apis.chat import reading as chat
from mockgw.apis.content import text_of
from mockgw.apis.responses import reading as responses
from mockgw.context import Context
from mockgw.draft import Ask
from mockgw.model import Call, Json

# What a template may be unable to tell of a body that the API will refuse anyway.
ODD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
_RESULTS = frozenset({"function_call_output", "custom_tool_call_output"})
_SYSTEM = frozenset({"system", "developer"})


class Subject:
    """What a template asks of one call; everything is worked out when it is first asked.

    `answered` tells how often each template has answered in the session, by its name.
    """

    def __init__(self, call: Call, before: Context, answered: Mapping[str, int]) -> None:
        self.call = call
        self.answered = answered
        self._before = before

    @cached_property
    def ask(self) -> Ask:
        """What the call wants of its answer."""
        return apis.creator(self.call.operation).ask(self.call, self._before)

    @cached_property
    def said(self) -> list[Json]:
        """Messages and items, oldest first, those that `previous_response_id` stands for too."""
        if self.call.operation == apis.CHAT.creates:
            return chat.messages(self.call.body)
        return [*self._before.items, *responses.items(self.call.body)]

    @property
    def text(self) -> str:
        """What the user said last."""
        return self.ask.text

    @cached_property
    def system(self) -> str:
        """What system and developer said, and the instructions, a line break between them."""
        given = self.call.body.get("instructions")
        told = [given] if isinstance(given, str) else []
        told += [text_of(one.get("content")) for one in self.said if one.get("role") in _SYSTEM]
        return "\n".join(told)

    @cached_property
    def turn(self) -> int:
        """How many messages of the user there are."""
        return sum(1 for one in self.said if one.get("role") == "user")

    @cached_property
    def tool_result(self) -> str | None:
        """What tools gave since the user last spoke, None when they gave nothing."""
        results: list[str] = []
        for one in reversed(self.said):
            if one.get("role") == "user":
                break
            if one.get("role") in {"tool", "function"}:
                results.append(text_of(one.get("content")))
            elif one.get("type") in _RESULTS:
                results.append(text_of(one.get("output")))
        return "\n".join(reversed(results)) if results else None

    @cached_property
    def tools(self) -> tuple[str, ...]:
        """The names of the tools on offer; a hosted one is named by its type."""
        named = [one.name for one in self.ask.tools]
        given = self.call.body.get("tools")
        for one in given if isinstance(given, list) else ():
            kind = one.get("type") if isinstance(one, dict) else None
            if isinstance(kind, str) and kind not in {"function", "custom"}:
                named.append(kind)
        return tuple(named)

    @cached_property
    def schema(self) -> str | None:
        """The name of the JSON Schema that the answer must obey, None when there is none."""
        body = self.call.body
        form = (body.get("text") or {}).get("format") or body.get("response_format") or {}
        if form.get("type") != "json_schema":
            return None
        inner = form.get("json_schema") or form
        return str(inner.get("name") or "")

    @property
    def metadata(self) -> Mapping[str, Any]:
        """The call's metadata."""
        given = self.call.body.get("metadata")
        return given if isinstance(given, dict) else {}
