"""`--verdict`: what is told of the client when a run ends, and what becomes of the exit code."""

import signal
import subprocess
import sys
from collections.abc import Callable
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

Start = Callable[..., subprocess.Popen[str]]
LONG = 20
# Asks again what was refused for good.
BAD = """
import os, urllib.error, urllib.request
for _ in range(3):
    request = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/responses", b'{"model": 1}')
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        error.close()
"""
# Gives up at once, which only deserves a warning.
WEAK = BAD.replace("range(3)", "range(1)")
GOOD = WEAK.replace('{"model": 1}', '{"model": "gpt-5.5", "input": "Hi"}')
FAULTY = ("--fault", "server_error")


@pytest.mark.parametrize(
    ("options", "program", "code", "said"),
    [
        ((), BAD, 0, None),
        (("--verdict=off",), BAD, 0, None),
        (("--verdict=tell",), BAD, 0, "1 failure in 3 calls."),
        (("--verdict",), BAD, 1, "1 failure in 3 calls."),
        (("--verdict", "--quiet"), BAD, 1, "1 failure in 3 calls."),
        (("--verdict=fail",), GOOD, 0, "nothing against it in 1 call"),
        (("--verdict=fail", *FAULTY), GOOD, 0, "1 warning in 1 call."),
        (("--verdict=warn", *FAULTY), GOOD, 1, "1 warning in 1 call."),
        (("--verdict=warn",), "raise SystemExit(7)", 7, "nothing against it in no calls"),
        (("--verdict",), BAD + "raise SystemExit(7)", 7, "1 failure in 3 calls."),
    ],
)
def test_the_verdict_is_told_after_the_command(
    start_mockgw: Start, options: tuple[str, ...], program: str, code: int, said: str | None
) -> None:
    process = start_mockgw("exec", "--mode", "synth", *options, "--", sys.executable, "-c", program)
    _, told = process.communicate(timeout=LONG)
    assert process.returncode == code, told
    lines = [line for line in told.splitlines() if "verdict on the client" in line]
    assert lines == ([] if said is None else [f"mockgw: verdict on the client: {said}"])
    assert ("fail retried_refusal: asked again, 2 times" in told) is bool(
        said and "failure" in said
    )


def test_a_quiet_run_says_nothing_of_a_good_client(start_mockgw: Start) -> None:
    options = ("--mode", "synth", "--verdict", "--quiet")
    process = start_mockgw("exec", *options, "--", sys.executable, "-c", GOOD)
    assert process.communicate(timeout=LONG) == ("", "")
    assert process.returncode == 0


def test_a_word_that_there_is_not_is_told_the_nearest(start_mockgw: Start) -> None:
    process = start_mockgw("exec", "--verdict=fial", "--", "true")
    _, told = process.communicate(timeout=LONG)
    assert process.returncode != 0
    assert "--verdict: 'fial' is not allowed." in told
    assert "nearest: fail" in told


def test_a_server_tells_it_when_it_stops(start_mockgw: Start) -> None:
    process = start_mockgw("serve", "--port", "0", "--mode", "synth", "--verdict")
    assert process.stdout is not None
    url = process.stdout.readline().split()[-1]
    for _ in range(2):
        with pytest.raises(HTTPError) as caught:
            urlopen(Request(f"{url}/v1/responses", b"{}"))
        caught.value.close()
    process.send_signal(signal.SIGTERM)
    _, told = process.communicate(timeout=LONG)
    assert process.returncode == 1
    assert "fail retried_refusal: asked again, once" in told
