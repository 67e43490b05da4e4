"""What an expression can ask of a call, each thing worked out when it is first named."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from mockgw.draft import Tool
from mockgw.synth.instance import UnsatisfiableSchema, instance
from mockgw.synth.prose import prose
from mockgw.templates.evaluation import Fields, Missing
from mockgw.templates.fake import fake
from mockgw.templates.problem import CannotSay
from mockgw.templates.subject import ODD, Subject

_NO_PARAMETERS = {"type": "object", "properties": {}}


class CallScope(dict[str, Any]):
    """The names of expressions for one call; `chance` draws examples and made-up data.

    A value that cannot be told raises CannotSay.
    """

    def __init__(self, subject: Subject, nth: int, locale: str, chance: Random) -> None:
        super().__init__(nth=nth)
        self._subject = subject
        self._locale = locale
        self._chance = chance

    def __missing__(self, name: str) -> Any:
        try:
            made = self[name] = _NAMES[name](self)
        except ODD as problem:
            raise CannotSay(f"{name} cannot be told of this call: {problem}") from None
        return made

    def tools(self) -> list[Fields]:
        """Return the tools on offer, each with its name and fitting arguments."""
        return [self._tool(one) for one in self._subject.ask.tools]

    def example(self) -> Any:
        """Return a value that obeys the schema of the call."""
        ask = self._subject.ask
        if ask.schema is not None:
            return self._drawn(ask.schema)
        if ask.json_object:
            return {"answer": prose(self._chance, 1)}
        raise Missing("the call asks for no schema, so there is no example")

    def fake(self) -> Fields:
        """Return made-up data."""
        return fake(self._locale, self._chance)

    def _tool(self, tool: Tool) -> Fields:
        def get(name: str) -> Any:
            if name == "name":
                return tool.name
            if name != "example":
                raise KeyError(name)
            if tool.kind == "custom":
                return prose(self._chance, 1)
            drawn = self._drawn(tool.parameters or _NO_PARAMETERS)
            return drawn if isinstance(drawn, dict) else {}

        return Fields(f"tool {tool.name}", get)

    def _drawn(self, schema: Any) -> Any:
        try:
            return instance(schema, self._chance)
        except UnsatisfiableSchema as problem:
            raise CannotSay(f"no example was found: {problem}") from None


def _call(get: Callable[[Subject], Any]) -> Callable[[CallScope], Any]:
    return lambda scope: get(scope._subject)  # noqa: SLF001 - its own table


_NAMES: Mapping[str, Callable[[CallScope], Any]] = {
    "text": _call(lambda one: one.text),
    "system": _call(lambda one: one.system),
    "model": _call(lambda one: one.call.model),
    "operation": _call(lambda one: one.call.operation),
    "door": _call(lambda one: one.call.door),
    "session": _call(lambda one: one.call.session),
    "stream": _call(lambda one: one.call.stream),
    "turn": _call(lambda one: one.turn),
    "body": _call(lambda one: one.call.body),
    "tool_result": _call(lambda one: one.tool_result),
    "schema": _call(lambda one: one.schema),
    "tools": CallScope.tools,
    "example": CallScope.example,
    "fake": CallScope.fake,
}
