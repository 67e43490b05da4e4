"""Counting how often something came by."""

from mockgw.occurrences import Occurrences


def test_each_place_counts_for_itself() -> None:
    seen = Occurrences()
    told = [seen.next(*place) for place in [("a",), ("a",), ("b",), ("a", "b"), ("a",), ("ab",)]]
    assert told == [1, 2, 1, 1, 3, 1]


def test_the_place_not_seen_for_longest_is_forgotten_first() -> None:
    seen = Occurrences(most=2)
    assert [seen.next(place) for place in "abac"] == [1, 1, 2, 1]
    assert seen.next("a") == 3
    assert seen.next("b") == 1
