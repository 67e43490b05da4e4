"""What is another in every run and means the same: ids, UUIDs and moments."""

import re
from functools import cache

# Ids that the API's own fields hold, whatever they look like. The fields' names cannot stand
# unescaped in a text.
_FIELD = re.compile(
    rb'("(?:id|call_id|tool_call_id|item_id|previous_response_id|conversation|approval_request_id)'
    rb'":")([^"\\]+)'
)
_HEX = rb"[0-9a-fA-F]"
_PREFIXES = b"resp msg rs fc ctc call conv chatcmpl".split()


def _begun(*told: bytes) -> bytes:
    """Return the pattern that looks back at any of these, each at the beginning of a word."""
    # A word begins after a letter too when that letter is the end of an escape, as of a line break.
    looks = (rb"(?<=%b)(?:(?<=\\[bfnrt]%b)|(?<![0-9A-Za-z_]%b))" % (one, one, one) for one in told)
    return rb"(?:%b)" % b"|".join(looks)


# Every kind is found at a character that is rare in a text, from where the rest is looked at: a
# text is walked through several times as fast.
_VOLATILE = (
    rb"[-_0-9](?:"
    rb"(?P<uuid>" + _begun(_HEX + b"{8}-") + rb"(?:" + _HEX + rb"{4}-){3}" + _HEX + rb"{12})"
    # Without a digit it is a word, such as the name of a function.
    rb"|" + _begun(*(one + b"[_-]" for one in _PREFIXES)) + rb"(?=[A-Za-z]*\d)"
    rb"(?P<id>[0-9A-Za-z]{8,})"
    rb"|(?P<time>" + _begun(rb"\d") + rb"\d{3}-\d\d-\d\d[T ]\d\d:\d\d"
    rb"(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)"
    # Unix seconds or milliseconds from 2017 to 2033; a phone number has a + before it.
    rb"|(?P<epoch>" + _begun(b"1") + rb"(?<![+.\-]1)[5-9]\d{8}(?:\d{3})?(?:\.\d{1,6})?(?!\.\d))"
    rb")(?![0-9A-Za-z_])"
)
_ID, _UUID = "id", "uuid"
_BEFORE_HYPHEN = 8


@cache
def _volatile() -> re.Pattern[bytes]:
    # It takes long to compile, and most calls are found letter by letter, without it.
    return re.compile(_VOLATILE)


def steady(text: bytes) -> bytes:
    """Return compact JSON with ids numbered as they appear, and UUIDs and moments as words.

    The words hold a byte that JSON cannot hold, so that nobody's text can be mistaken for one.
    """
    seen: dict[bytes, bytes] = {}

    def number(identifier: bytes) -> bytes:
        return seen.setdefault(identifier, b"\0id %d" % len(seen))

    numbered = _FIELD.sub(lambda found: found[1] + number(found[2]), text)
    parts: list[bytes] = []
    done = 0
    for found in _volatile().finditer(numbered):
        kind, start = found.lastgroup or "", found.start()
        if kind == _ID:
            start = _id_start(numbered, start)
        elif kind == _UUID:
            start -= _BEFORE_HYPHEN
        word = number(numbered[start : found.end()]) if kind == _ID else b"\0" + kind.encode()
        parts += (numbered[done:start], word)
        done = found.end()
    return b"".join([*parts, numbered[done:]])


def _id_start(text: bytes, separator: int) -> int:
    """Return where the id begins whose prefix ends before the separator."""
    told = text[max(separator - max(map(len, _PREFIXES)), 0) : separator]
    return separator - max(len(one) for one in _PREFIXES if told.endswith(one))
