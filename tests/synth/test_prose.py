import re

import pytest

from mockgw.synth.chance import chance
from mockgw.synth.prose import prose, thought


@pytest.mark.parametrize("count", [0, 1, 5, 40])
def test_prose_has_as_many_sentences_as_asked(count: int) -> None:
    text = prose(chance("prose", count), count)
    assert len(re.findall(r"[A-Z][a-zA-Z ,]+\.(?: |$)", text)) == count
    assert text.count(".") == count


def test_sentences_are_of_an_everyday_length() -> None:
    lengths = [len(prose(chance("length", n), 1).split()) for n in range(500)]
    assert min(lengths) >= 7
    assert max(lengths) <= 18
    assert 10 <= sum(lengths) / len(lengths) <= 14


def test_prose_varies_with_chance_and_repeats_with_it() -> None:
    texts = [prose(chance("varied", n), 2) for n in range(100)]
    assert len(set(texts)) == 100
    assert texts == [prose(chance("varied", n), 2) for n in range(100)]


def test_every_sentence_is_plain_words_with_single_spaces() -> None:
    for n in range(300):
        text = prose(chance("plain", n), 3)
        assert re.fullmatch(r"(?:[A-Z][a-z]*(?:,? [A-Za-z]+)+\.(?: (?=[A-Z])|$))+", text), text


def test_a_thought_is_a_short_heading_and_a_sentence() -> None:
    seen = set()
    for n in range(200):
        heading, sentence = thought(chance("thought", n))
        assert 2 <= len(heading.split()) <= 3
        assert heading[0].isupper()
        assert "." not in heading
        assert re.fullmatch(r"[A-Z][A-Za-z, ]+\.", sentence)
        seen.add((heading, sentence))
    assert len(seen) > 150
