"""Works an expression out: one step for each of its parts, every text bounded."""

from collections.abc import Callable, Mapping
from typing import Any

from mockgw.templates.filters import apply, bounded, shown
from mockgw.templates.problem import CannotSay

# What an expression can ask of a call: each name is worked out when it is first read.
Scope = Mapping[str, Any]
_HUGE = 2**63


class Missing(CannotSay):
    """Something that an expression names is not there."""


class Fields:
    """Things by name that are worked out only when they are read."""

    def __init__(self, what: str, get: Callable[[str], Any]) -> None:
        self._what = what
        self._get = get

    def field(self, name: Any) -> Any:
        """Return the thing; raises Missing when there is none of that name."""
        try:
            return self._get(str(name))
        except KeyError:
            raise Missing(f"{self._what} has no {name!r}") from None


def value(node: Any, scope: Scope) -> Any:
    """Return what a node of the table gives; raises CannotSay when it gives nothing."""
    return KINDS[type(node).__name__](node, scope)


def _data(node: Any, _: Scope) -> Any:
    return node.data


def _const(node: Any, _: Scope) -> Any:
    return node.value


def _name(node: Any, scope: Scope) -> Any:
    return scope[node.name]


def _list(node: Any, scope: Scope) -> Any:
    return [value(one, scope) for one in node.items]


def _attribute(node: Any, scope: Scope) -> Any:
    return _item(value(node.node, scope), node.attr)


def _subscript(node: Any, scope: Scope) -> Any:
    outer = value(node.node, scope)
    if type(node.arg).__name__ != "Slice":
        return _item(outer, value(node.arg, scope))
    ends = [None if one is None else value(one, scope) for one in (node.arg.start, node.arg.stop)]
    if not isinstance(outer, str | list) or not all(
        one is None or type(one) is int for one in ends
    ):
        raise CannotSay("only texts and lists can be cut, by whole numbers")
    return outer[ends[0] : ends[1]]


def _item(outer: Any, place: Any) -> Any:
    if isinstance(outer, Fields):
        return outer.field(place)
    if isinstance(outer, dict) and isinstance(place, str) and place in outer:
        return outer[place]
    if isinstance(outer, list | str) and type(place) is int and -len(outer) <= place < len(outer):
        return outer[place]
    raise Missing(f"there is no {place!r} in {_kind(outer)}")


def _kind(outer: Any) -> str:
    if isinstance(outer, dict):
        return f"a map of {', '.join(map(str, list(outer)[:8])) or 'nothing'}"
    if isinstance(outer, list):
        return f"a list of {len(outer)}" if outer else "an empty list"
    return shown(outer)[:40] or "null"


def _filter(node: Any, scope: Scope) -> Any:
    if node.name == "default":
        try:
            given = value(node.node, scope)
        except Missing:
            given = None
        return value(node.args[0], scope) if given is None else given
    values = [value(one, scope) for one in node.args]
    return apply(node.name, value(node.node, scope), values)


def _compare(node: Any, scope: Scope) -> bool:
    left = value(node.expr, scope)
    for operand in node.ops:
        right = value(operand.expr, scope)
        try:
            if not _OPERATORS[operand.op](left, right):
                return False
        except TypeError:
            raise CannotSay(f"{shown(left)[:40]} and {shown(right)[:40]} do not compare") from None
        left = right
    return True


_OPERATORS: Mapping[str, Callable[[Any, Any], Any]] = {
    "eq": lambda one, other: one == other,
    "ne": lambda one, other: one != other,
    "lt": lambda one, other: one < other,
    "lteq": lambda one, other: one <= other,
    "gt": lambda one, other: one > other,
    "gteq": lambda one, other: one >= other,
    "in": lambda one, other: one in other,
    "notin": lambda one, other: one not in other,
}


def _choice(node: Any, scope: Scope) -> Any:
    if _true(node.test, scope):
        return value(node.expr1, scope)
    return "" if node.expr2 is None else value(node.expr2, scope)


def _true(node: Any, scope: Scope) -> bool:
    """Tell whether something is so; what is not there is not so."""
    try:
        return bool(value(node, scope))
    except Missing:
        return False


def _and(node: Any, scope: Scope) -> Any:
    return value(node.right, scope) if _true(node.left, scope) else False


def _or(node: Any, scope: Scope) -> Any:
    return value(node.left if _true(node.left, scope) else node.right, scope)


def _not(node: Any, scope: Scope) -> bool:
    return not _true(node.node, scope)


def _concat(node: Any, scope: Scope) -> str:
    joined = ""
    for one in node.nodes:
        joined = bounded(joined + shown(value(one, scope)))
    return joined


def _add(node: Any, scope: Scope) -> Any:
    left, right = value(node.left, scope), value(node.right, scope)
    if isinstance(left, str) and isinstance(right, str):
        return bounded(shown(left) + shown(right))
    return _number(left) + _number(right)


def _subtract(node: Any, scope: Scope) -> Any:
    return _number(value(node.left, scope)) - _number(value(node.right, scope))


def _negative(node: Any, scope: Scope) -> Any:
    return -_number(value(node.node, scope))


def _number(given: Any) -> Any:
    if type(given) in {int, float} and abs(given) < _HUGE:
        return given
    raise CannotSay(f"{shown(given)[:40]!r} is no number to reckon with (~ joins texts)")


# Everything that may stand in an expression.
KINDS: Mapping[str, Callable[[Any, Scope], Any]] = {
    "TemplateData": _data,
    "Const": _const,
    "Name": _name,
    "List": _list,
    "Getattr": _attribute,
    "Getitem": _subscript,
    "Slice": _data,
    "Filter": _filter,
    "Compare": _compare,
    "Operand": _data,
    "CondExpr": _choice,
    "And": _and,
    "Or": _or,
    "Not": _not,
    "Concat": _concat,
    "Add": _add,
    "Sub": _subtract,
    "Neg": _negative,
}
