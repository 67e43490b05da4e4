"""Secrets that the log probabilities of tokens spell, letters and bytes alike."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import accumulate, pairwise
from typing import Any

from mockgw.redaction.event import Event, events
from mockgw.redaction.leaf import Path, leaves, lists
from mockgw.redaction.span import Edit, Span

_Token = tuple[Event, Path, str]


def emptied(text: str, find: Callable[[str], list[Span]]) -> list[Edit]:
    """Return the edits that empty each list of log probabilities which spells out a secret."""
    said: dict[Any, list[_Token]] = defaultdict(list)
    for event in events(text, '"logprobs"', '"token"'):
        for path, token in leaves(event.value):
            if path[-1] == "token" and "logprobs" in path and "top_logprobs" not in path:
                said[event.frame, path[:-2]].append((event, path[:-2], token))
    found = {
        (event.start, event.end, path)
        for tokens in said.values()
        for event, path, _ in _spelling(tokens, find)
    }
    return [
        Edit(start + first, start + last, "")
        for start, end, path in found
        for inside, first, last in lists(text[start:end])
        if inside == path
    ]


def _spelling(tokens: list[_Token], find: Callable[[str], list[Span]]) -> Iterator[_Token]:
    """Yield the tokens that have a part in a secret."""
    borders = [0, *accumulate(len(token) for *_, token in tokens)]
    for span in find("".join(token for *_, token in tokens)):
        for token, (start, end) in zip(tokens, pairwise(borders), strict=True):
            if start < span.end and span.start < end:
                yield token
