"""A cassette's text as values, with the line where each interaction starts."""

import gc
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from mockgw.errors import MockgwError

_Resolvers = dict[str | None, list[tuple[str, re.Pattern[str]]]]
_TORN = (
    "The file is cut or broken there. If only its end was cut, type: "
    "mockgw cassette check --repair FILE. Else restore it from version control, or record it again."
)

# What constructors let through when a value does not fit its explicit tag, as in `!!int x`.
_UNFIT = (ValueError, TypeError, AttributeError, LookupError)

_TAG_STR, _TAG_MAP, _TAG_SEQ, _TAG_INT, _TAG_NULL = (
    f"tag:yaml.org,2002:{kind}" for kind in ("str", "map", "seq", "int", "null")
)
# The longer ones are for Python's own limit to judge.
_WHOLE = re.compile("0|[1-9][0-9]{0,17}")


class _NotPlainError(Exception):
    """There is something in a document that only the loader knows."""


def _core_schema() -> _Resolvers:
    """Return the plain scalars of YAML 1.2's core schema, by first character.

    YAML 1.1 would make a number of `12:30:00`, a truth of `on` and a date of `2026-01-01`; a
    writer that knows 1.1 quotes these, and one that does not means text.
    """
    kinds = (
        ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
        ("bool", r"true|True|TRUE|false|False|FALSE", list("tTfF")),
        ("int", r"[-+]?(?:0|[1-9][0-9]*)", list("-+0123456789")),
        (
            "float",
            r"[-+]?(?:(?:\.[0-9]+|[0-9]+\.[0-9]*)(?:[eE][-+]?[0-9]+)?|[0-9]+[eE][-+]?[0-9]+|\.inf)|\.nan",
            list("-+.0123456789"),
        ),
        ("merge", r"<<", ["<"]),
    )
    found: _Resolvers = {}
    for kind, pattern, starts in kinds:
        for start in starts:
            entry = (f"tag:yaml.org,2002:{kind}", re.compile(f"(?:{pattern})\\Z"))
            found.setdefault(start, []).append(entry)
    return found


# libyaml is about ten times faster; a PyYAML that was built without it has no CSafeLoader.
_Loader: Any = type(
    "_Loader",
    (getattr(yaml, "CSafeLoader", yaml.SafeLoader),),
    {"yaml_implicit_resolvers": _core_schema()},
)


def parsed(text: str, path: Path) -> tuple[Any, list[int]]:
    """Return the document in `text`, and the lines of the items of its first list.

    The lines are missing for JSON. Raises MockgwError that names file, line and remedy when the
    text is neither YAML nor JSON.
    """
    with _collector_paused():
        if text.lstrip()[:1] in {"{", "["}:
            return _json(text, path)
        return _yaml(text, path)


def _json(text: str, path: Path) -> tuple[Any, list[int]]:
    try:
        return json.loads(text), []
    except ValueError as error:
        if ".json" in path.suffixes:
            line = getattr(error, "lineno", 1)
            raise MockgwError(f"{path}:{line}: not JSON: {error}", _TORN) from error
        return _yaml(text, path)  # a flow mapping
    except RecursionError as error:
        raise _too_deep(path) from error


def _yaml(text: str, path: Path) -> tuple[Any, list[int]]:
    loader: Any = None
    try:
        loader = _Loader(text)
        node = loader.get_single_node()
        lines = _lines(node)
        if "!!python/" in text:
            return _with_vcrpy(text), lines
        return _value(node, loader), lines
    except yaml.YAMLError as error:
        raise _broken(error, text, path) from error
    except _UNFIT as error:
        raise MockgwError(f"{path}: a value does not fit its tag: {error}", _TORN) from error
    except RecursionError as error:
        raise _too_deep(path) from error
    finally:
        if loader is not None:
            loader.dispose()


def _value(node: Any, loader: Any) -> Any:
    """Return what the nodes stand for; a cassette is hardly ever more than the plain kinds."""
    if node is None:
        return None
    try:
        return _plain(node, {})
    except (_NotPlainError, RecursionError):
        return loader.construct_document(node)


def _plain(node: Any, known: dict[int, Any]) -> Any:
    """Return the value of texts, whole numbers and nulls, in lists and mappings by text.

    It is the value that the loader would make, in half the time. `known` are the lists and mappings
    so far by their nodes, which an alias gives again. Raises _NotPlainError for anything else.
    """
    tag, value = node.tag, node.value
    if tag == _TAG_STR and type(value) is str:
        return value
    if id(node) in known:
        return known[id(node)]
    if tag == _TAG_MAP and isinstance(node, yaml.MappingNode):
        members: dict[str, Any] = {}
        known[id(node)] = members
        for name, one in value:
            if name.tag != _TAG_STR or type(name.value) is not str:
                raise _NotPlainError
            members[name.value] = _plain(one, known)
        return members
    if tag == _TAG_SEQ and isinstance(node, yaml.SequenceNode):
        items: list[Any] = []
        known[id(node)] = items
        items.extend(_plain(one, known) for one in value)
        return items
    if tag == _TAG_INT and type(value) is str and _WHOLE.fullmatch(value):
        return int(value)
    if tag == _TAG_NULL and type(value) is str:
        return None
    raise _NotPlainError


def _with_vcrpy(text: str) -> Any:
    from vcr.serializers import yamlserializer  # noqa: PLC0415 - vcr takes 0.6 s to import

    return yamlserializer.deserialize(text)


def _lines(node: Any) -> list[int]:
    """Return the line of each item of the list that holds the interactions."""
    if isinstance(node, yaml.MappingNode):
        lists = ((k, v) for k, v in node.value if isinstance(k, yaml.ScalarNode))
        node = next((v for k, v in lists if k.value in {"interactions", "requests"}), None)
    if not isinstance(node, yaml.SequenceNode):
        return []
    return [item.start_mark.line + 1 for item in node.value]


def _broken(error: yaml.YAMLError, text: str, path: Path) -> MockgwError:
    match error:
        case yaml.MarkedYAMLError(problem_mark=mark, problem=problem) if mark is not None:
            return MockgwError(f"{path}:{mark.line + 1}: not YAML: {problem}", _TORN)
        case yaml.reader.ReaderError(position=position, reason=reason):
            line = text.count("\n", 0, position) + 1
            return MockgwError(f"{path}:{line}: not YAML: {reason}", _TORN)
        case _:
            return MockgwError(f"{path}: not YAML: {error}", _TORN)


def _too_deep(path: Path) -> MockgwError:
    return MockgwError(f"{path}: values nested too deeply to be a cassette", _TORN)


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector off: it would walk the growing document again and again."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
