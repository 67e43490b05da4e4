"""Our own description of the doors, held against the doors by schemathesis."""

import json
import logging
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from mockgw.runner import running
from mockgw.settings import Settings

# Left out: `positive_data_acceptance`, because what is refused beyond the schema (a model that
# does not reason, a tool that is not there) no schema can say; the rest needs security schemes or
# links between operations, and the description has none.
CHECKS = (
    "not_a_server_error,status_code_conformance,negative_data_rejection,missing_required_header,"
    "unsupported_method"
)
# What counting, compacting and conversations take are parts of what creating takes, and the gateway
# has the provider's paths twice more: once is enough of each.
COVERED = r"^/v1/(responses|chat/completions)(/\{.*)?$|^/v1/models"
TWICE = "/openai/(v1/)?(conversations|models|responses/|chat/completions/)"
PHASES = [
    ("coverage", ("--include-path-regex", COVERED)),
    ("fuzzing", ("--max-examples", "25", "--exclude-path-regex", TWICE)),
]


@pytest.mark.slow
@pytest.mark.parametrize(("phase", "options"), PHASES)
def test_schemathesis_finds_nothing_wrong_with_our_description(
    phase: str, options: tuple[str, ...], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    with running(Settings(port=0)) as gateway:
        written = tmp_path / "openapi.json"
        written.write_text(json.dumps(described(gateway.url)))
        command = [sys.executable, "-m", "schemathesis.cli", "run", str(written)]
        command += ["--url", gateway.url, "--phases", phase, "--checks", CHECKS, *options]
        command += ["--generation-deterministic", "--continue-on-failure", "--no-color"]
        told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert told.returncode == 0, told.stdout[-4000:] + told.stderr[-2000:]
        assert len(gateway.journal) >= 300
    assert caplog.records == []


def described(url: str) -> Any:
    """Return our description with the models that exist, so that more than the model is tried."""
    with urllib.request.urlopen(f"{url}/_mockgw/openapi.json") as answer:
        found = json.load(answer)
    for schema in found["components"]["schemas"].values():
        schema["properties"]["model"] = {"enum": ["gpt-5.5", "openai/gpt-5.5", "gpt-4.1"]}
    return found
