"""What an answer says, before an API gives it its shape: Ask in, Draft out."""

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import replace

from mockgw import tokens
from mockgw.canonical import encode
from mockgw.errors import MockgwError


class Tool(msgspec.Struct, frozen=True):
    """A tool the caller offers. `kind` is `function` or `custom`; `parameters` is a JSON Schema.

    `grammar` is what a custom tool's input must obey: `lark` or `regex`, and its definition.
    `namespace` is the group it stands in; `deferred` says that the model has to search for it
    first, and `told` is the tool as the API repeats it then.
    """

    name: str
    kind: str = "function"
    description: str = ""
    parameters: dict[str, Any] | None = None
    grammar: tuple[str, str] | None = None
    namespace: str = ""
    deferred: bool = False
    told: Mapping[str, Any] = msgspec.field(default_factory=dict)


class Hosted(msgspec.Struct, frozen=True):
    """A tool that the API brings along: `kind` is its type without a version (`web_search`).

    `settings` is the tool as the caller gave it.
    """

    kind: str
    settings: Mapping[str, Any] = msgspec.field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request wants of its answer, the same for every API.

    `text` is what the user said last; `choice` is `auto`, `none`, `required`, `named:` and the
    name of a tool, or `hosted:` and the kind of one (for MCP its server and tool follow, each
    after a colon); `answered` tells that the input ends with a tool's output; `schema` is the JSON
    Schema that the text must obey; `budget` is the most tokens the answer may cost; `effort` is
    None for a model that does not reason; `summary` asks for the reasoning's summary.

    `most_hosted` is how many hosted tools one answer may use, None without a bound; `listed` are
    the MCP servers whose tools are in the context already; `approved` is the MCP call that the
    caller has just allowed; `used` are the tools called since the user spoke; `predicted` is the
    text that the caller expects; `searches` says that the model looks things up of its own;
    `compacts` that the context is to be made smaller.
    """

    text: str
    tools: tuple[Tool, ...] = ()
    choice: str = "auto"
    parallel: bool = True
    answered: bool = False
    schema: Any = None
    json_object: bool = False
    effort: str | None = None
    summary: str | None = None
    verbosity: str = "medium"
    budget: int | None = None
    stop: tuple[str, ...] = ()
    hosted: tuple[Hosted, ...] = ()
    most_hosted: int | None = None
    listed: frozenset[str] = frozenset()
    approved: Mapping[str, Any] | None = None
    used: frozenset[str] = frozenset()
    predicted: str = ""
    searches: bool = False
    compacts: bool = False


class Says(msgspec.Struct, frozen=True):
    """A message of the answer; `phase` is `final_answer` or `commentary`.

    `notes` are its annotations, as the Responses API writes them.
    """

    text: str
    phase: str = "final_answer"
    refusal: bool = False
    structured: bool = False
    notes: tuple[Mapping[str, Any], ...] = ()


class Calls(msgspec.Struct, frozen=True):
    """A tool call of the answer; `payload` is the arguments (JSON) or a custom tool's input."""

    name: str
    payload: str
    kind: str = "function"
    namespace: str = ""


ITEMS = (
    "apply_patch_call",
    "code_interpreter_call",
    "compaction",
    "computer_call",
    "file_search_call",
    "image_generation_call",
    "local_shell_call",
    "mcp_approval_request",
    "mcp_call",
    "mcp_list_tools",
    "shell_call",
    "shell_call_output",
    "tool_search_call",
    "tool_search_output",
    "web_search_call",
)
# What a model writes of an item; the rest is what the tool brought.
_WRITTEN = ("action", "actions", "arguments", "code", "operation", "queries")
# These stand before the reasoning, for they are done before the model is asked.
_BEFORE = ("mcp_list_tools",)


class Does(msgspec.Struct, frozen=True):
    """What a hosted tool did: an output item of the Responses API by its `kind`, its type.

    `data` are keys of the item as the API names them; the others get their usual values, ids
    among them. Raises MockgwError for a kind that there is not. Chat has no such items.
    """

    kind: str
    data: Mapping[str, Any] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.kind not in ITEMS:
            near = difflib.get_close_matches(self.kind, ITEMS, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(ITEMS)}."
            raise MockgwError(f"There is no item of the kind {self.kind!r}.", hint)

    @property
    def precedes(self) -> bool:
        """Whether the item stands before the reasoning."""
        return self.kind in _BEFORE

    @property
    def written(self) -> str:
        """What the model wrote of it, as text."""
        told = (self.data[key] for key in _WRITTEN if key in self.data)
        return "".join(_as_text(one) for one in told)


def _as_text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        value = {key: one for key, one in value.items() if key != "sources"}
    return encode(value).decode()


Part = Says | Calls | Does


class Failure(msgspec.Struct, frozen=True):
    """Why an answer failed after it had begun: the code and the words of its error."""

    code: str
    message: str


class Draft(msgspec.Struct, frozen=True):
    """An answer by its meaning.

    `reasoning` is the number of reasoning tokens; `incomplete` is the reason the answer ended
    early, "" when it did not. Then the last part is the one that was cut. `failure` says that it
    broke off.
    """

    reasoning: int = 0
    summary: tuple[str, ...] = ()
    parts: tuple[Part, ...] = ()
    incomplete: str = ""
    failure: Failure | None = None


class Costs(msgspec.Struct, frozen=True):
    """Tokens that frame a part of an answer, beyond its own text.

    `first_*` holds for the first thing in an answer and `later_*` for what follows reasoning or
    another part; the last of them is not spent on a part that is cut.
    """

    first_text: int
    later_text: int
    commentary: int
    first_call: int
    later_call: int
    structured: int = 3

    def part(self, part: Part, *, first: bool) -> int:
        """Return the tokens of a whole part."""
        return self.frame(part, first=first) + tokens.count(_text(part))

    def frame(self, part: Part, *, first: bool) -> int:
        """Return the tokens of a part beyond its text or arguments."""
        if isinstance(part, Does):
            # A call of a hosted tool is written like any other; what it brings is not written.
            call = self.first_call if first else self.later_call
            return call + tokens.count(part.kind) if part.written else 0
        if isinstance(part, Calls):
            return (self.first_call if first else self.later_call) + tokens.count(part.name)
        if part.phase == "commentary":
            return self.commentary - (2 if first else 0)
        extra = self.structured if part.structured else 0
        return (self.first_text if first else self.later_text) + extra

    def output(self, draft: Draft) -> int:
        """Return what the answer costs: reasoning, parts and frames; a cut part lacks its end."""
        spent = draft.reasoning
        for position, part in enumerate(draft.parts):
            spent += self.part(part, first=not draft.reasoning and position == 0)
        cut = draft.incomplete and draft.parts and not isinstance(draft.parts[-1], Does)
        return spent - 1 if cut else spent


def fit(draft: Draft, budget: int | None, costs: Costs) -> Draft:
    """Return the draft cut to a budget of tokens, reasoning first.

    A draft that ends inside the reasoning keeps nothing else; one that ends inside a part keeps
    what of the part fits. Reasoning takes up what a cut at a token border leaves over, so that the
    cost of a cut draft is the budget, whenever it reasons at all.
    """
    if budget is None or costs.output(draft) <= budget:
        return draft
    kept: list[Part] = []
    left = budget - draft.reasoning
    for position, part in enumerate(draft.parts):
        first = not draft.reasoning and position == 0
        whole = costs.part(part, first=first)
        if whole <= left:
            kept.append(part)
            left -= whole
            continue
        cut = _cut(part, left - costs.frame(part, first=first) + 1)
        if cut is not None:
            kept.append(cut)
        break
    short = replace(draft, parts=tuple(kept), incomplete="max_output_tokens")
    if not kept or not draft.reasoning:
        reasoning = budget if draft.reasoning else 0
        return short if kept else replace(short, reasoning=reasoning)
    return replace(short, reasoning=draft.reasoning + budget - costs.output(short))


def _text(part: Part) -> str:
    if isinstance(part, Does):
        return part.written
    return part.payload if isinstance(part, Calls) else part.text


def _cut(part: Part, room: int) -> Part | None:
    """Return the part with at most `room` tokens of its own text, or None when nothing fits.

    What a hosted tool did is there as a whole or not at all.
    """
    if isinstance(part, Does):
        return None
    pieces = tokens.pieces(_text(part))[: max(room, 0)]
    while pieces and tokens.count("".join(pieces)) > room:
        pieces.pop()
    if not pieces:
        return None
    text = "".join(pieces)
    if isinstance(part, Calls):
        return replace(part, payload=text)
    return shortened(part, text)


def shortened(said: Says, text: str) -> Says:
    """Return the message with a shorter text, and the notes that still have a place in it."""
    kept = (note for note in said.notes if note.get("end_index", note.get("index", 0)) <= len(text))
    return replace(said, text=text, notes=tuple(kept))
