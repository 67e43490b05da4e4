"""Pictures of sixteen by sixteen pixels in the formats that images are asked for in."""

import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable
from random import Random

_SIDE = 16
_MOST = 256
# One grey and one blue square: their encoders are not worth having for sixteen pixels.
_JPEG = (
    "/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAP///////////////////////////////////////////////////////////"
    "///////////////////////////wAALCAAQABABAREA/8QAFAABAAAAAAAAAAAAAAAAAAAAAP/EABQQAQAAAAAAAAAAAAAA"
    "AAAAAAD/2gAIAQEAAD8AAP/Z"
)
_WEBP = "UklGRh4AAABXRUJQVlA4TBEAAAAvD8ADAAdQxmoVuf+BiOh/AAA="


def picture(form: str, chance: Random) -> str:
    """Return a picture in base64: `png`, `jpeg`, `webp`, `gif` or `svg`; any other word is png."""
    colour = tuple(chance.randrange(_MOST) for _ in range(3))
    return b64encode(_FORMS.get(form, _png)(colour)).decode()


_Colour = tuple[int, ...]


def _png(colour: _Colour) -> bytes:
    header = _SIDE.to_bytes(4, "big") * 2 + bytes((8, 2, 0, 0, 0))
    rows = (b"\x00" + bytes(colour) * _SIDE) * _SIDE
    # A stored block is the same whichever library would have compressed it.
    size = len(rows).to_bytes(2, "little")
    other = (0xFFFF - len(rows)).to_bytes(2, "little")
    check = zlib.adler32(rows).to_bytes(4, "big")
    data = b"\x78\x01\x01" + size + other + rows + check
    chunks = ((b"IHDR", header), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    check = zlib.crc32(name + body).to_bytes(4, "big")
    return len(body).to_bytes(4, "big") + name + body + check


def _gif(colour: _Colour) -> bytes:
    side = _SIDE.to_bytes(2, "little")
    screen = b"GIF89a" + side * 2 + b"\x80\x00\x00" + bytes(colour) + b"\xff\xff\xff"
    # Codes of three bits: clear, pixels two by two, so that none gets wider, and the end.
    codes = [code for _ in range(_SIDE * _SIDE // 2) for code in (4, 0, 0)] + [5]
    bits = sum(code << 3 * place for place, code in enumerate(codes))
    data = bits.to_bytes(-(-3 * len(codes) // 8), "little")
    blocks = [data[start : start + 255] for start in range(0, len(data), 255)]
    told = b"".join(bytes((len(block),)) + block for block in blocks)
    return screen + b"\x2c" + bytes(4) + side * 2 + b"\x00\x02" + told + b"\x00\x3b"


def _svg(colour: _Colour) -> bytes:
    fill = "".join(f"{part:02x}" for part in colour)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_SIDE}" height="{_SIDE}">'
        f'<rect width="{_SIDE}" height="{_SIDE}" fill="#{fill}"/></svg>'
    ).encode()


_FORMS: dict[str, Callable[[_Colour], bytes]] = {
    "png": _png,
    "gif": _gif,
    "svg": _svg,
    "jpeg": lambda _: b64decode(_JPEG),
    "webp": lambda _: b64decode(_WEBP),
}
