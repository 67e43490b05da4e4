from itertools import combinations

from mockgw.synth.chance import chance


def test_the_same_parts_give_the_same_draws() -> None:
    one, other = chance("seed", 1, b"key"), chance("seed", 1, b"key")
    assert [one.random() for _ in range(5)] == [other.random() for _ in range(5)]


def test_values_kinds_and_borders_of_the_parts_all_count() -> None:
    parts: list[tuple[str | int | bytes, ...]] = [
        (), ("",), ("", ""), ("ab",), ("a", "b"), ("b", "a"), ("1",), (1,), (b"1",), (-1,),
        ("a", "s1:b"), ("as1:b",), (2**80,), ("\ud800",), ("é",), (b"\xc3\xa9",),
    ]  # fmt: skip
    draws = {part: chance(*part).getrandbits(64) for part in parts}
    assert all(draws[one] != draws[other] for one, other in combinations(parts, 2))


def test_the_draws_do_not_change_between_releases() -> None:
    assert chance("seed", 1, b"key").getrandbits(32) == 2_690_097_433
