import re

import pytest
from jsonschema import Draft202012Validator

from mockgw.synth.chance import chance
from mockgw.synth.pattern import NoMatch, found, matching

PATTERNS = [
    r"^[A-Z]{3}-\d{4}$",
    r"^\+?[1-9]\d{1,14}$",
    r"^(?=.*\d)(?=.*[A-Z])(?=.*[^A-Za-z0-9]).{8,}$",
    r"^(?!0000)\d{4}$",
    r"^#(?:[0-9a-fA-F]{3}){1,2}$",
    r"^[^\s@]+@[^\s@]+\.[^\s@]+$",
    r"^(\w+)-\1$",
    r"\bfoo\b|^bar$",
    r"^[\u4e00-\u9fff]{2}$",
    r"^\S+\s\S+$",
    r"^[^a-z]+$",
    r"^[\w.-]+\/\D$",
    r"^a{0}b*?c++$",
    r"^(?:19|20)\d\d-(?:0[1-9]|1[0-2])$",
    r"^(a|a)*$",
    r"^[[a]x?\]$",
    r"^$",
    "",
]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_every_text_matches_its_pattern(pattern: str) -> None:
    check = re.compile(pattern.replace("[[a]", r"[\[a]"))
    texts = [matching(pattern, chance(pattern, n)) for n in range(40)]
    assert [text for text in texts if not check.search(text)] == []


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        (r"^\p{Lu}\p{L}+$", "^[A-Z][a-z]+$"),
        (r"^[\p{L}\p{N}]{6}$", "^[a-z0-9]{6}$"),
        (r"^\P{L}$", "^[0-9]$"),
        (r"^(?<year>\d{4})$", r"^\d{4}$"),
        (r"^\u{1F600}$", "^😀$"),
    ],
)
def test_what_ecmascript_writes_otherwise_is_read(pattern: str, expected: str) -> None:
    for n in range(20):
        assert re.search(expected, matching(pattern, chance(pattern, n)))


@pytest.mark.parametrize(
    ("pattern", "least", "most"),
    [
        ("^[a-z]*$", 50, 50),
        ("^[a-z]+-[a-z]+$", 20, 21),
        ("^(ab)+$", 5, 7),
        (r"^\d+$", 1000, 1000),
        (r"^x?y?z?$", 0, 0),
        ("^[a-f]{2,40}$", 39, None),
    ],
)
def test_lengths_are_kept(pattern: str, least: int, most: int | None) -> None:
    schema = {"pattern": pattern, "minLength": least} | (
        {} if most is None else {"maxLength": most}
    )
    for n in range(30):
        text = matching(pattern, chance(pattern, n), least, most)
        Draft202012Validator(schema).validate(text)


def test_draws_repeat_with_the_chance() -> None:
    assert [matching(p, chance(p)) for p in PATTERNS] == [matching(p, chance(p)) for p in PATTERNS]


@pytest.mark.parametrize(
    ("pattern", "least", "most", "reason"),
    [
        ("(", 0, None, "cannot read"),
        ("(" * 4_999, 0, None, "cannot read"),
        ("a" * 5_001, 0, None, "too long"),
        ("((a{1000}){1000})", 0, None, "1000000 characters"),
        ("(((a?){99}){99}){99}", 0, None, "too long"),
        ("(?!)", 0, None, "found no text"),
        (r"[^\d\D]", 0, None, "is empty"),
        ("^[a-z]{2,8}$", 9, None, "at least 9"),
        ("^[a-z]{5}$", 0, 4, "at most 4"),
        ("^(a|a)*(?=b)$", 40, None, "takes too long"),
    ],
)
def test_a_pattern_without_a_text_is_refused_soon(
    pattern: str, least: int, most: int | None, reason: str
) -> None:
    with pytest.raises(NoMatch, match=reason):
        matching(pattern, chance(pattern), least, most)


def test_looking_for_a_pattern_is_bounded_too() -> None:
    assert found("b+", "abc")
    assert not found("^b+", "abc")
    with pytest.raises(NoMatch, match="takes too long"):
        found("^(a|a)*(?=b)$", "a" * 60)
