"""Bodies as bytes: from the forms a cassette writes them in, and out of their compression."""

import base64
import binascii
import gzip
import importlib
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from typing import Any

from mockgw.errors import MockgwError

# These speak of the bytes on the old wire; the decompressed body has another length.
STALE_HEADERS = frozenset({"content-encoding", "content-length", "transfer-encoding"})

_GZIP_MAGIC = b"\x1f\x8b"
# The modules that can undo a coding which the standard library does not know, by preference.
_OPTIONAL = {"br": ("brotli", "brotlicffi"), "zstd": ("compression.zstd", "backports.zstd")}
_BROKEN = (OSError, EOFError, zlib.error)


def to_bytes(value: Any) -> bytes:
    """Return a body as bytes: text, binary, a file, an iterator, or a value that means JSON.

    Raises MockgwError when the value cannot be written as JSON.
    """
    match value:
        case None:
            return b""
        case str():
            return text_bytes(value)
        case bytes():
            return value
        case BytesIO():
            return value.getvalue()
        case Iterator():
            return _joined(value)
        case _:
            return json_bytes(value)


def text_bytes(text: str) -> bytes:
    """Return text as UTF-8; raises MockgwError when it holds half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError as error:
        raise MockgwError(
            f"a body holds half of a surrogate pair, {text[error.start]!a}, which is no text",
            "Write the whole character, or the body as !!binary.",
        ) from error


def json_bytes(value: Any) -> bytes:
    """Return a value as compact JSON; raises MockgwError when JSON has no form for it."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    except (TypeError, ValueError, RecursionError) as error:
        raise MockgwError(
            f"a body that should mean JSON cannot be written as JSON: {error}",
            "Write the body as text.",
        ) from error
    try:
        return text.encode()
    except UnicodeEncodeError:  # half a surrogate pair: JSON can say it, as an escape
        return json.dumps(value, separators=(",", ":")).encode()


def from_hex(value: Any) -> bytes:
    """Return the bytes that hexadecimal text stands for; raises MockgwError when it is none."""
    try:
        return bytes.fromhex(value)
    except (TypeError, ValueError) as error:
        raise MockgwError(
            f"a binary body is not hexadecimal text but {value!r}", "Quote it: '00ff'."
        ) from error


def from_base64(value: str) -> bytes:
    """Return the bytes that base64 text stands for; raises MockgwError when it is none."""
    try:
        return base64.b64decode(value)
    except (ValueError, binascii.Error) as error:
        raise MockgwError(f"a body is not base64: {error}", "Record it again.") from error


def decompressed(body: bytes, encodings: Iterable[str]) -> bytes:
    """Undo the codings of `content-encoding`, the last one first.

    Many recorders keep the header though they keep the plain text: what is UTF-8 already is left
    alone, because gzip never is and the other codings practically never are. Raises MockgwError
    when the body is torn, the coding is unknown, or its library is not installed.
    """
    codings = [part.strip().lower() for value in encodings for part in value.split(",")]
    for coding in reversed(codings):
        if coding in {"", "identity"} or _is_text(body):
            continue
        try:
            body = _decoder(coding)(body)
        except MockgwError:
            raise
        except Exception as error:
            raise MockgwError(
                f"the response body is not the {coding} that its content-encoding says: {error}",
                "Record it again, or remove content-encoding if the body is plain.",
            ) from error
    return body


def gunzipped(data: bytes) -> bytes:
    """Return a file's content, decompressed when it is gzip; raises MockgwError when torn."""
    if not data.startswith(_GZIP_MAGIC):
        return data
    try:
        return gzip.decompress(data)
    except _BROKEN as error:
        raise MockgwError(
            f"the gzip file is cut or broken: {error}",
            "Restore it from version control, or record it again.",
        ) from error


def _is_text(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _joined(parts: Iterator[Any]) -> bytes:
    # An iterator over bytes gives numbers.
    return b"".join(bytes((p,)) if isinstance(p, int) else to_bytes(p) for p in parts)


def _inflated(body: bytes) -> bytes:
    try:
        return zlib.decompress(body)
    except zlib.error:  # some servers send deflate without the zlib wrapping
        return zlib.decompress(body, wbits=-zlib.MAX_WBITS)


def _decoder(coding: str) -> Callable[[bytes], bytes]:
    if coding in {"gzip", "x-gzip"}:
        return gzip.decompress
    if coding == "deflate":
        return _inflated
    modules = _OPTIONAL.get(coding)
    if modules is None:
        raise MockgwError(
            f"the response body has an unknown content-encoding, {coding!r}",
            "Record it again with `accept-encoding: gzip`.",
        )
    for name in modules:
        try:
            decode: Callable[[bytes], bytes] = importlib.import_module(name).decompress
        except ImportError:
            continue
        return decode
    raise MockgwError(
        f"the response body is compressed with {coding}, which needs the package {modules[-1]}",
        f"Type: pip install {modules[-1]}",
    )
