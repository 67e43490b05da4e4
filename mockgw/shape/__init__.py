"""A small language for the shape of a request, refusing with the words of OpenAI's API.

A shape checks a value (`check`) and describes itself as JSON Schema (`schema`). Paths are written
as the API writes them: `input[0].content[1].text`. Inside a `Struct` an explicit null for an
optional key counts as left out, because clients send nulls; required keys, list items and map
values take null only where a shape says `Nullable`. Types are JSON's: a boolean is no integer, and
neither is 150.0, which the API calls a decimal number.
"""

from mockgw.shape.container import ListOf, MapOf, Struct, Tagged
from mockgw.shape.fault import invalid_value, missing, quoted, unknown
from mockgw.shape.node import Anything, Either, Nullable, Shape
from mockgw.shape.scalar import Choice, Flag, Number, Text, Whole

__all__ = [
    "Anything",
    "Choice",
    "Either",
    "Flag",
    "ListOf",
    "MapOf",
    "Nullable",
    "Number",
    "Shape",
    "Struct",
    "Tagged",
    "Text",
    "Whole",
    "invalid_value",
    "missing",
    "quoted",
    "unknown",
]
