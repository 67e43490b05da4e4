"""Pictures, sounds and files in a body: compared by what they hold, told by size and digest."""

import re
from typing import Any

from mockgw.canonical import digest

_SHORTEST = 256
_LONG = 1024
_URL = re.compile(r"data:([^,]{0,200});base64,", re.IGNORECASE)
# Lines as long as encoders break them, so that no text with its spaces is taken for data.
_BASE64 = re.compile(r"(?:[A-Za-z0-9+/_-]{60,}+\s?)*+[A-Za-z0-9+/_-]*+={0,2}\s?")
_SPACE = re.compile(r"\s")


def blob(text: str) -> str | None:
    """Return a short word that stands for base64 data, or None when the text is none."""
    if len(text) < _SHORTEST:
        return None
    found = _URL.match(text)
    start = found.end() if found else 0
    if (found is None and len(text) < _LONG) or not _BASE64.fullmatch(text, start):
        return None
    data = _SPACE.sub("", text[start:]).rstrip("=")
    kind = f"data:{found[1].lower()};" if found else ""
    return f"{kind}base64 of {len(data) * 3 // 4} bytes, digest {digest(data)}"


def digested(value: Any) -> Any:
    """Return a value with words in place of the data in it."""
    if isinstance(value, str):
        return blob(value) or value
    if isinstance(value, dict):
        return {name: digested(inner) for name, inner in value.items()}
    return [digested(inner) for inner in value] if isinstance(value, list) else value
