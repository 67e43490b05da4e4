"""What an answer says, before an API gives it its shape: Ask in, Draft out."""

from dataclasses import dataclass, replace
from typing import Any

from mockgw import tokens


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool the caller offers. `kind` is `function` or `custom`; `parameters` is a JSON Schema."""

    name: str
    kind: str = "function"
    description: str = ""
    parameters: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """What a request wants of its answer, the same for every API.

    `text` is what the user said last; `choice` is `auto`, `none`, `required`, or `named:` and the
    name of a tool; `answered` tells that the input ends with a tool's output; `schema` is the JSON
    Schema that the text must obey; `budget` is the most tokens the answer may cost; `effort` is
    None for a model that does not reason; `summary` asks for the reasoning's summary.
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


@dataclass(frozen=True, slots=True)
class Says:
    """A message of the answer; `phase` is `final_answer` or `commentary`."""

    text: str
    phase: str = "final_answer"
    refusal: bool = False
    structured: bool = False


@dataclass(frozen=True, slots=True)
class Calls:
    """A tool call of the answer; `payload` is the arguments (JSON) or a custom tool's input."""

    name: str
    payload: str
    kind: str = "function"


@dataclass(frozen=True, slots=True)
class Draft:
    """An answer by its meaning.

    `reasoning` is the number of reasoning tokens; `incomplete` is the reason the answer ended
    early, "" when it did not. Then the last part is the one that was cut.
    """

    reasoning: int = 0
    summary: tuple[str, ...] = ()
    parts: tuple[Says | Calls, ...] = ()
    incomplete: str = ""


@dataclass(frozen=True, slots=True)
class Costs:
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

    def part(self, part: Says | Calls, *, first: bool) -> int:
        """Return the tokens of a whole part."""
        if isinstance(part, Calls):
            return self.frame(part, first=first) + tokens.count(part.payload)
        return self.frame(part, first=first) + tokens.count(part.text)

    def frame(self, part: Says | Calls, *, first: bool) -> int:
        """Return the tokens of a part beyond its text or arguments."""
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
        return spent - 1 if draft.incomplete and draft.parts else spent


def fit(draft: Draft, budget: int | None, costs: Costs) -> Draft:
    """Return the draft cut to a budget of tokens, reasoning first.

    A draft that ends inside the reasoning keeps nothing else; one that ends inside a part keeps
    what of the part fits. Reasoning takes up what a cut at a token border leaves over, so that the
    cost of a cut draft is the budget, whenever it reasons at all.
    """
    if budget is None or costs.output(draft) <= budget:
        return draft
    kept: list[Says | Calls] = []
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


def _cut(part: Says | Calls, room: int) -> Says | Calls | None:
    """Return the part with at most `room` tokens of its own text, or None when nothing fits."""
    text = part.payload if isinstance(part, Calls) else part.text
    pieces = tokens.pieces(text)[: max(room, 0)]
    while pieces and tokens.count("".join(pieces)) > room:
        pieces.pop()
    if not pieces:
        return None
    if isinstance(part, Calls):
        return replace(part, payload="".join(pieces))
    return replace(part, text="".join(pieces))
