"""Texts with `{{ … }}` in them, in the grammar of Jinja2, checked when they are loaded.

Jinja2 only parses: nothing is compiled, called or looped. What may stand in an expression is the
table below, so that it ends after as many steps as it has parts.
"""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockgw.templates import evaluation
from mockgw.templates.document import Part
from mockgw.templates.evaluation import Scope
from mockgw.templates.fake import FAKES
from mockgw.templates.filters import FILTERS, bounded, shown, truncate
from mockgw.templates.problem import CannotSay, TemplateError, nearest

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.nodes import Node, Template

_LONGEST = 16_384
_MOST_NODES = 400
NAMES: Mapping[str, str] = {
    "text": "what the user said last",
    "system": "what system and developer said, and the instructions",
    "model": "the model, without openai/",
    "operation": "responses.create or chat.create",
    "door": "the door that the call came in by",
    "session": "the session's name",
    "stream": "whether events are asked for",
    "turn": "how many messages of the user there are",
    "nth": "how often this template's conditions have held in the session",
    "body": "the body of the call: body.metadata.user, body.input[0].role",
    "tools": "the tools on offer: tools[0].name, and tools[0].example, fitting arguments",
    "tool_result": "what tools gave since the user last spoke",
    "schema": "the name of the schema that the answer must obey",
    "example": "a value that obeys that schema",
    "fake": "made-up data: fake.name, fake.city",
}


class Expression:
    """A text that is worked out for each call."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._tree = _parsed(part)
        self._told = _segments(self._tree)

    def value(self, scope: Scope) -> Any:
        """Return what a single `{{ … }}` gives, with its type; a longer text as a text."""
        if len(self._told) == 1:
            return self._one(self._told[0], scope)
        return self.text(scope)

    def text(self, scope: Scope) -> str:
        """Return the text; raises CannotSay when something in it is not there or too long."""
        pieces: list[str] = []
        for node in self._told:
            pieces.append(shown(self._one(node, scope)))
            bounded("".join(pieces))
        return "".join(pieces)

    def _one(self, node: "Node", scope: Scope) -> Any:
        try:
            return evaluation.value(node, scope)
        except CannotSay as problem:
            raise CannotSay(f"{problem}, in {truncate(self._part.value)!r}") from None


def is_expression(text: str) -> bool:
    """Tell whether there is something to work out in a text."""
    return "{{" in text or "{%" in text


def _parsed(part: Part) -> "Template":
    from jinja2 import TemplateSyntaxError  # noqa: PLC0415 - only where there is an expression

    text = part.value
    if len(text) > _LONGEST:
        raise part.wrong(f"A text with {{{{ in it is longer than {_LONGEST} characters.", "Cut it.")
    try:
        tree = _environment().parse(text)
    except TemplateSyntaxError as problem:
        hint = "Write {{ name }} or {{ name|filter }}; {{ '{{' }} says two braces."
        message = f"It cannot be read: {(problem.message or 'no expression').rstrip('.')}."
        raise part.wrong(message, hint, lines=problem.lineno - 1) from None
    except (RecursionError, ValueError, OverflowError, MemoryError):
        raise part.wrong("The expression cannot be read.", "Make it simpler.") from None
    _Check(part).template(tree)
    return tree


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 - the same

    return ImmutableSandboxedEnvironment(keep_trailing_newline=True)


def _segments(tree: "Template") -> list["Node"]:
    return [node for output in tree.body for node in output.iter_child_nodes()]


class _Check:
    """Refuses whatever is not in the table, with its place."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._count = 0

    def template(self, tree: "Template") -> None:
        for node in tree.body:
            if type(node).__name__ != "Output":
                raise self._wrong(
                    node,
                    "{% … %} has no meaning here.",
                    "Write {{ this if that else other }}, or a template for each case; "
                    "{{ '{%' }} says the two characters.",
                )
            for inner in node.iter_child_nodes():
                self._node(inner)

    def _node(self, node: "Node") -> None:
        self._count += 1
        kind = type(node).__name__
        if self._count > _MOST_NODES:
            raise self._wrong(node, "There is too much in {{ … }} here.", "Make it simpler.")
        if kind not in evaluation.KINDS:
            what = _REFUSED.get(kind, f"{kind} has no meaning in {{{{ … }}}}")
            raise self._wrong(node, f"{what}.", f"{_allowed()}")
        check = _CHECKS.get(kind)
        if check is not None:
            check(self, node)
        for inner in node.iter_child_nodes():
            self._node(inner)

    def name(self, node: Any) -> None:
        if node.name not in NAMES:
            raise self._wrong(node, f"There is no {node.name!r}.", nearest(node.name, NAMES))

    def filter(self, node: Any) -> None:
        if node.name != "default" and node.name not in FILTERS:
            hint = nearest(node.name, ("default", *FILTERS))
            raise self._wrong(node, f"There is no filter {node.name!r}.", hint)
        least, most = FILTERS[node.name][1:] if node.name != "default" else (1, 1)
        if node.kwargs or node.dyn_args or node.dyn_kwargs or not least <= len(node.args) <= most:
            count = f"{least}" if least == most else f"{least} or {most}"
            message = f"The filter {node.name} takes {count} values in brackets, without names."
            raise self._wrong(node, message, f"Write {_USES.get(node.name, node.name)}.")
        if node.node is None:
            raise self._wrong(
                node, "The filter has nothing to work on.", "Write {{ name|filter }}."
            )

    def attribute(self, node: Any) -> None:
        if node.attr.startswith("_"):
            hint = "Read a key with such a name as body['_name']."
            raise self._wrong(node, f"{node.attr!r} begins with an underscore.", hint)
        of_fake = type(node.node).__name__ == "Name" and node.node.name == "fake"
        if of_fake and node.attr not in FAKES:
            hint = nearest(node.attr, sorted(FAKES))
            raise self._wrong(node, f"There is no fake.{node.attr}.", hint)

    def slice(self, node: Any) -> None:
        if node.step is not None:
            raise self._wrong(node, "A cut takes no step.", "Write text[0:20].")

    def _wrong(self, node: "Node", message: str, hint: str) -> TemplateError:
        return self._part.wrong(message, hint, lines=(node.lineno or 1) - 1)


def _allowed() -> str:
    return "Known: names, .keys, [positions], |filters, ~ + -, comparisons, and or not, if else."


_REFUSED = {
    "Call": "Nothing can be called",
    "Div": "/ has no meaning in {{ … }}",
    "FloorDiv": "// has no meaning in {{ … }}",
    "Mul": "* could make a text without end",
    "Pow": "** could make a number without end",
    "Mod": "% could make a text without end",
}
_USES = {
    "default": "default('nobody')",
    "replace": "replace('old', 'new')",
    "join": "join(', ')",
    "truncate": "truncate(80)",
}
_CHECKS: Mapping[str, Callable[[_Check, Any], None]] = {
    "Name": _Check.name,
    "Filter": _Check.filter,
    "Getattr": _Check.attribute,
    "Slice": _Check.slice,
}
