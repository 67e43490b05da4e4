"""`mockgw workers`: what it prints, and what it refuses."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

URL = "http://10.0.0.7:99"


def mockgw(
    *arguments: str, folder: Path, environment: dict[str, str]
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "mockgw", "workers", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, check=False, capture_output=True, text=True
    )


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("workerd", ['(name = "src/a.mjs", esModule = embed "src/a.mjs"),', 'address = "10.0.0.7']),
        ("miniflare", ['scriptPath: "src/a.mjs"', f'new URL("{URL}/")']),
        ("wrangler", [f'const MOCKGW = "{URL}";', "export class AI extends WorkerEntrypoint"]),
    ],
)
def test_it_prints_what_each_runtime_needs(
    kind: str, shown: list[str], tmp_path: Path, environment: dict[str, str]
) -> None:
    given = ("--kind", kind, "--url", f"{URL}/", "src/a.mjs", "src/b.mjs")

    done = mockgw(*given, folder=tmp_path, environment=environment)

    assert (done.returncode, done.stderr) == (0, "")
    assert [one for one in shown if one not in done.stdout] == []
    assert "%" not in done.stdout


def test_it_knows_the_server_that_it_runs_under(
    tmp_path: Path, environment: dict[str, str]
) -> None:
    done = mockgw(folder=tmp_path, environment={**environment, "MOCKGW_URL": URL})

    assert 'external = (address = "10.0.0.7:99", http = ())' in done.stdout
    assert 'embed "worker.mjs"' in done.stdout


@pytest.mark.parametrize(
    "url", ["https://x", "x", "http://x:y", "http://", 'http://x"+y', "http://a b", "http://[::1"]
)
def test_what_is_no_url_of_a_server_is_refused(
    url: str, tmp_path: Path, environment: dict[str, str]
) -> None:
    done = mockgw("--url", url, folder=tmp_path, environment=environment)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"mockgw: error: {url!r} is no URL of mockgw.\n"
        "  Give what it says first, as http://127.0.0.1:8787.\n"
    )


def test_a_name_that_needs_it_is_quoted(tmp_path: Path, environment: dict[str, str]) -> None:
    done = mockgw('a"b.mjs', folder=tmp_path, environment=dict(environment, PATH=os.defpath))

    assert r'embed "a\"b.mjs"' in done.stdout
