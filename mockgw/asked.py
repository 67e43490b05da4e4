"""A request as a test asks about it: by its meaning, whichever API and door it came by."""

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from mockgw import apis
from mockgw.apis.content import text_of
from mockgw.catalogue import cost
from mockgw.context import EMPTY
from mockgw.course import Course
from mockgw.draft import Ask
from mockgw.matching import hidden
from mockgw.model import Call, Entry, Json

_NOTHING = Ask(text="")


class Asked:
    """One request, and how it was answered once it was.

    `body` is the provider's body without the door's wrapping; `status`, `source` (`script`,
    `replay`, `synth`, `missing`, `refused`), `usage` and `error` tell of the answer. `clean` takes
    secrets out of what is shown of it.
    """

    def __init__(
        self, call: Call, entry: Entry | None = None, clean: Callable[[str], str] = str
    ) -> None:
        self._clean = clean
        self._call = call
        self.operation = call.operation
        self.door = call.door
        self.model = call.model
        self.body: Json = call.body
        self.stream = call.stream
        self.status = entry.status if entry else 0
        self.source = entry.source if entry else ""
        self.usage: Json = entry.usage if entry else {}
        self.error = entry.error if entry else ""
        self._course = entry.course if entry else Course()
        self._ask = _understood(call)

    @classmethod
    def of(cls, entry: Entry, clean: Callable[[str], str] = str) -> "Asked":
        """Return the request that a journal entry tells of."""
        return cls(call_of(entry), entry, clean)

    def __repr__(self) -> str:
        told = f" -> {self.status} {self.source}" if self.status else ""
        said = shown(self._call, self._clean)
        return self._clean(f"<{self.operation} {self.model} {said!r}{told}>")

    @property
    def cost(self) -> float | None:
        """The dollars that the answer would have cost, None where no price is known."""
        return cost(self.model, self.usage)

    @property
    def retry(self) -> int | None:
        """Which retry an SDK says that it is, 0 for a first try, None when nobody counts."""
        return self._course.retry

    @property
    def outcome(self) -> str:
        """How the answer went out: `whole`, `left`, `cut`, `stopped`, or "" for not yet."""
        return self._course.outcome

    @property
    def text(self) -> str:
        """What the user said last."""
        return self._ask.text

    @property
    def tools(self) -> Sequence[str]:
        """The names of the function and custom tools on offer."""
        return tuple(tool.name for tool in self._ask.tools)

    @property
    def schema(self) -> Any:
        """The JSON Schema that the text of the answer must obey, or None."""
        return self._ask.schema

    @property
    def instructions(self) -> str:
        """What the system or the developer said: `instructions`, or the first such message."""
        given = self.body.get("instructions")
        if isinstance(given, str):
            return given
        said = self.body.get("messages", self.body.get("input"))
        for one in said if isinstance(said, list) else ():
            if isinstance(one, dict) and one.get("role") in {"system", "developer"}:
                return text_of(one.get("content"))
        return ""


def call_of(entry: Entry) -> Call:
    """Return the call that a journal entry tells of."""
    return Call(
        operation=entry.operation,
        door=entry.door,
        run_path=False,
        session=entry.session,
        model=entry.model,
        body=entry.body,
        stream=entry.stream,
        key="",
    )


def shown(call: Call, clean: Callable[[str], str]) -> str:
    """Return what the user said last, without secrets: only then may it be cut."""
    body = hidden(call.body, clean)
    return clean(_understood(call if body is call.body else replace(call, body=body)).text)


def _understood(call: Call) -> Ask:
    for api in apis.APIS:
        if api.creates == call.operation:
            try:
                return api.ask(call, EMPTY)
            except (AttributeError, KeyError, TypeError, ValueError):
                # The request was refused for its shape: there is no meaning to tell.
                return _NOTHING
    return _NOTHING
