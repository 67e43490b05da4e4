"""What the requests of both APIs have in common: the text of a message, and a known model."""

from typing import Any

from msgspec.structs import replace

from mockgw.catalogue import Model, find

STAND_IN = "gpt-5.5"


def text_of(content: Any) -> str:
    """Return the text of a message's content or of a tool's output, its parts joined."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    parts = [part.get("text", part.get("refusal")) for part in content if isinstance(part, dict)]
    return "".join(part for part in parts if isinstance(part, str))


def model_of(name: str) -> Model:
    """Return what is known of a model; one that nobody knows is taken to be like gpt-5.5."""
    known = find(name)
    if known is not None:
        return known
    alike = find(STAND_IN)
    assert alike is not None  # noqa: S101 - the catalogue lists it
    return replace(alike, name=name, snapshot=name)
