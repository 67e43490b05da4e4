"""JSON with its white space changed and nothing else."""

import json
import re

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{},:]|[^\s\[\]{},:"]+')
_DEEPEST = 60  # beyond it, the indentation would outgrow the text


def indented(text: str) -> str:
    """Return a JSON object or list, two spaces deep per level.

    The order of keys, the spelling of numbers and the escapes stay. What is no such JSON, or is
    nested very deeply, comes back as it is.
    """
    if text.lstrip(" \t\r\n")[:1] not in {"{", "["}:
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    found = _TOKEN.findall(text)
    if _depth(found) > _DEEPEST:
        return text
    return _joined(found)


def _depth(found: list[str]) -> int:
    depth = deepest = 0
    for part in found:
        if part in {"{", "["}:
            depth += 1
            deepest = max(deepest, depth)
        elif part in {"}", "]"}:
            depth -= 1
    return deepest


def _joined(found: list[str]) -> str:
    parts: list[str] = []
    line = "\n"
    before = ""
    for part in found:
        if part in {"}", "]"}:
            line = line[:-2]
        # The two ends of an empty object or list stay together.
        first = before in {"{", "["} and part not in {"}", "]"}
        last = part in {"}", "]"} and before not in {"{", "["}
        if first or last or before == ",":
            parts.append(line)
        parts.append(": " if part == ":" else part)
        if part in {"{", "["}:
            line += "  "
        before = part
    return "".join(parts)
