"""o200k tokens: how many a text has, and the pieces a stream sends it in."""

from functools import lru_cache
from typing import Any

import splintr


@lru_cache(maxsize=1)
def _tokenizer() -> Any:
    # 60 ms and 40 MB: paid by the first answer that counts, not by every start.
    return splintr.Tokenizer.from_pretrained("o200k_base")


def count(text: str) -> int:
    """Return the number of o200k tokens of a text, special tokens read as plain text."""
    return len(_tokenizer().encode_ordinary(text)) if text else 0


def encoded(text: str) -> list[int]:
    """Return the numbers of a text's o200k tokens."""
    return list(_tokenizer().encode_ordinary(text)) if text else []


def parts(text: str) -> list[bytes]:
    """Return the bytes of each o200k token; a character may be spread over several of them."""
    decode = _tokenizer().decode_token_bytes
    return [bytes(decode(token)) for token in encoded(text)]


def pieces(text: str) -> list[str]:
    """Return the text cut at token borders, as the API streams it.

    A character that takes several tokens is sent whole with its last one, so every piece is
    valid Unicode and the pieces joined give the text.
    """
    if not text:
        return []
    tokenizer = _tokenizer()
    decoder = tokenizer.streaming_decoder()
    cut = [decoder.add_token(token) for token in tokenizer.encode_ordinary(text)]
    cut.append(decoder.flush())
    return [piece for piece in cut if piece]
