"""A YAML text as plain data that knows its places.

Only what JSON knows is taken: `no`, `on` and dates are texts, as they look. Nothing is built but
maps, lists and scalars, and an alias cannot make a small file a large one.
"""

import re
from typing import Any

import yaml

from mockgw.templates.document import Part
from mockgw.templates.problem import Problem, TemplateError

_MOST_PARTS = 50_000
_MOST_LEVELS = 48
_MOST_BYTES = 4_000_000
_WHOLE = re.compile(r"[-+]?(0|[1-9]\d{0,17})")
_DECIMAL = re.compile(
    r"[-+]?\d{1,300}\.\d{0,300}([eE][-+]?\d{1,2})?|[-+]?\d{1,300}[eE][-+]?\d{1,2}"
)
_TAGS = frozenset(
    f"tag:yaml.org,2002:{kind}"
    for kind in "str int float bool null timestamp merge value map seq".split()
)
_WORDS = {"true": True, "false": False, "null": None, "~": None, "": None}


def read(text: bytes | str, file: str) -> Part:
    """Return what the text holds; raises TemplateError with its place when it is no such YAML."""
    try:
        told = text if isinstance(text, str) else text.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = problem.object[: problem.start].count(b"\n") + 1
        raise _broken(file, line, 1, "It is not UTF-8.", "Save the file as UTF-8.") from None
    if len(told) > _MOST_BYTES:
        hint = "Split it into several files."
        raise _broken(file, 1, 1, f"It is longer than {_MOST_BYTES} characters.", hint)
    try:
        node = yaml.compose(told, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as problem:
        raise _unreadable(problem, file) from None
    except (yaml.YAMLError, RecursionError, ValueError) as problem:
        reason = f"It is no YAML: {type(problem).__name__}."
        raise _broken(file, 1, 1, reason, "Look for odd characters and deep nesting.") from None
    return _Walk(file).part(node) if node is not None else Part(None, file, 1)


def _unreadable(problem: yaml.MarkedYAMLError, file: str) -> TemplateError:
    """Return the error; a quote or bracket that is not closed shows only later than it begins."""
    begun, mark = problem.context_mark, problem.problem_mark or problem.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    reason = f"It is no YAML: {problem.problem or problem.context}."
    hint = "Mend the spelling here or just above."
    if begun is not None and begun.line + 1 < line:
        hint = f"Mend the spelling here, or of what begins in line {begun.line + 1}."
    return _broken(file, line, column, reason, hint)


def _broken(file: str, line: int, column: int, message: str, hint: str) -> TemplateError:
    return TemplateError([Problem(file, line, column, message, hint)])


class _Walk:
    """Makes parts of nodes, and counts them."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._count = 0

    def part(self, node: yaml.Node, level: int = 0) -> Part:
        self._count += 1
        if self._count > _MOST_PARTS or level > _MOST_LEVELS:
            what = "It unfolds to too much" if level <= _MOST_LEVELS else "It is nested too deep"
            raise self._wrong(node, f"{what}.", "Use fewer aliases and levels.")
        line, column = node.start_mark.line + 1, node.start_mark.column + 1
        if str(node.tag) not in _TAGS:
            hint = "Leave the tag away: plain texts, numbers, lists and maps are all there is."
            raise self._wrong(node, f"The tag {node.tag} means nothing here.", hint)
        if isinstance(node, yaml.MappingNode):
            return self._map(node, line, column, level)
        if isinstance(node, yaml.SequenceNode):
            items = tuple(self.part(inner, level + 1) for inner in node.value)
            return Part([one.value for one in items], self._file, line, column, items=items)
        value = self._scalar(node)
        below = 1 if getattr(node, "style", None) in {"|", ">"} else 0
        return Part(value, self._file, line, column, text_line=line + below)

    def _map(self, node: yaml.MappingNode, line: int, column: int, level: int) -> Part:
        fields: dict[str, Part] = {}
        keys: dict[str, Part] = {}
        for named, inner in node.value:
            name = named.value if isinstance(named, yaml.ScalarNode) else None
            if name is None:
                raise self._wrong(
                    named,
                    "A key is a list or a map.",
                    "Use a text as key; {{ … }} stands in quotes.",
                )
            if name in fields:
                hint = f"The first one is in line {keys[name].line}; keep one of them."
                raise self._wrong(named, f"The key {name!r} stands here twice.", hint)
            keys[name] = Part(
                name, self._file, named.start_mark.line + 1, named.start_mark.column + 1
            )
            fields[name] = self.part(inner, level + 1)
        data = {name: one.value for name, one in fields.items()}
        return Part(data, self._file, line, column, fields, keys)

    def _scalar(self, node: yaml.Node) -> Any:
        text = str(node.value)
        if getattr(node, "style", None) in {"'", '"', "|", ">"}:
            return text
        if text.lower() in _WORDS:
            return _WORDS[text.lower()]
        if _WHOLE.fullmatch(text):
            return int(text)
        return float(text) if _DECIMAL.fullmatch(text) else text

    def _wrong(self, node: yaml.Node, message: str, hint: str) -> TemplateError:
        mark = node.start_mark
        return _broken(self._file, mark.line + 1, mark.column + 1, message, hint)
