"""Help, version and completion stay quick: what runs a server is not imported for them."""

import os
import subprocess
import sys

import pytest

HEAVY = ("aiohttp", "faker", "vcr", "yaml", "splintr", "jsonschema_rs")
PROGRAM = f"""
import atexit, sys
atexit.register(
    lambda: print("imported:", *[name for name in {HEAVY} if name in sys.modules], file=sys.stderr)
)
from mockgw.cli import main
main(prog_name="mockgw")
"""


@pytest.mark.parametrize(
    ("arguments", "environment", "shown"),
    [
        (["--help"], {}, "serve"),
        (["--version"], {}, "mockgw, version "),
        (["serve", "--help"], {}, "MOCKGW_MAX_BODY"),
        ([], {"_MOCKGW_COMPLETE": "bash_complete", "COMP_WORDS": "mockgw s"}, "plain,serve"),
        (
            [],
            {"_MOCKGW_COMPLETE": "bash_complete", "COMP_WORDS": "mockgw serve --mode "},
            "plain,replay",
        ),
    ],
)
def test_what_runs_no_server_imports_nothing_heavy(
    arguments: list[str], environment: dict[str, str], shown: str
) -> None:
    words = environment.get("COMP_WORDS", "").split(" ")

    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, *arguments],
        env={**os.environ, **environment, "COMP_CWORD": str(len(words) - 1)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert shown in done.stdout
    assert done.stderr.splitlines()[-1:] == ["imported:"]
