"""`mockgw demo` shows the main job and succeeds."""

import subprocess
from collections.abc import Callable

Start = Callable[..., subprocess.Popen[str]]


def test_the_demo_succeeds_and_shows_the_calls_and_their_cost(start_mockgw: Start) -> None:
    process = start_mockgw("demo")

    said, told = process.communicate(timeout=60)

    assert (process.returncode, told) == (0, "")
    words = ("incomplete", "usage", "binding", "compat", "refuses")
    assert [word for word in words if word not in said] == []
    assert "\x1b" not in said
    assert max(map(len, said.splitlines())) <= 80


def test_the_demo_is_not_swayed_by_settings(start_mockgw: Start) -> None:
    process = start_mockgw("demo", MOCKGW_MODE="synth", MOCKGW_PORT="x")

    process.communicate(timeout=60)

    assert process.returncode == 0
