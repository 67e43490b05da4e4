# ruff: noqa: RUF001 - texts in many scripts look like one another
"""Tokens: what can be told of them without a second tokenizer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockgw import tokens

TEXTS = [
    "Hello, world!",
    "What are the three laws of thermodynamics?",
    "   leading and trailing   ",
    "\n\n\ttabs\tand\r\nlines\n",
    "don't can't we'll I'M",
    "1234567890 3.14159 0x1f",
    "camelCase snake_case kebab-case SCREAMING",
    '{"city":"Oslo","n":[1,2,3]}',
    "def f(x):\n    return x ** 2\n",
    "https://example.com/a?b=c#d",
    "Grüße aus Österreich",
    "L’été à la plage, ça va\N{NO-BREAK SPACE}?",
    "Señor, ¿dónde está?",
    "Ελληνικά γράμματα",
    "Русский текст с пробелами",
    "Українська мова",
    "שלום עולם",
    "مرحبا بالعالم",
    "नमस्ते दुनिया",
    "বাংলা ভাষা",
    "தமிழ் மொழி",
    "ภาษาไทยไม่มีช่องว่าง",
    "ខ្មែរ",
    "မြန်မာ",
    "ქართული ენა",
    "Հայերեն լեզու",
    "አማርኛ",
    "你好世界",
    "日本語のテキスト",
    "한국어 텍스트",
    "👋🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇳🇴",
    "∑ ∫ √2 ≈ 1.414",
    "e\u0301 u\u0308 n\u0303",
    "\u202eabc\u202c \u200bzero",
    "\x00\x01\x7f",
    "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𒀀",
    "a" * 300,
    "🧿" * 20,
    "<|endoftext|>",
    "<|start|>assistant<|channel|>final<|message|>",
]
# Of the wire: single tokens as recorded streams carried them.
RECORDED = {
    "Mont-Saint-Michel is one.": ["Mont", "-Saint", "-M", "ichel", " is", " one", "."],
    '{"city":"Oslo"}': ['{"', "city", '":"', "Os", "lo", '"}'],
    "I'll look up both cities.": ["I'll", " look", " up", " both", " cities", "."],
    "I'm sorry, but I can't help with that.": [
        *["I'm", " sorry", ",", " but", " I", " can't", " help", " with", " that", "."]
    ],
}


@pytest.mark.parametrize("text", TEXTS)
def test_pieces_join_to_the_text_and_are_at_most_one_to_a_token(text: str) -> None:
    pieces = tokens.pieces(text)
    assert "".join(pieces) == text
    assert all(pieces)
    assert 0 < len(pieces) <= tokens.count(text) <= len(text.encode())


@pytest.mark.parametrize("text", [text for text in TEXTS if text.isascii()])
def test_in_plain_ascii_every_token_is_a_piece(text: str) -> None:
    assert len(tokens.pieces(text)) == tokens.count(text)


@pytest.mark.parametrize(("text", "pieces"), RECORDED.items())
def test_recorded_streams_were_cut_at_the_same_places(text: str, pieces: list[str]) -> None:
    assert tokens.pieces(text) == pieces
    assert tokens.count(text) == len(pieces)


def test_the_words_of_special_tokens_are_counted_as_plain_text() -> None:
    assert tokens.count("<|endoftext|>") > 1
    assert tokens.pieces("<|endoftext|>") != ["<|endoftext|>"]


def test_nothing_has_no_tokens() -> None:
    assert (tokens.count(""), tokens.pieces("")) == (0, [])


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80))
def test_any_text_survives_being_cut(text: str) -> None:
    pieces = tokens.pieces(text)
    assert "".join(pieces) == text
    assert len(pieces) <= tokens.count(text)
    for piece in pieces:
        piece.encode()
