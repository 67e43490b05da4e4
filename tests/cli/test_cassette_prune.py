import json
from pathlib import Path

import httpx
import pytest

from mockgw.runner import running
from mockgw.settings import Settings
from tests.cli.tapes import call, cassette, comments, refused, tape, told


@pytest.fixture
def path(tmp_path: Path) -> Path:
    calls = [
        call("one"),
        call("one", id="resp_another"),
        call("one", "Other."),
        call("two", days=100),
        call("three", days=None),
    ]
    return tape(tmp_path / "tape.yaml", calls)


def test_without_yes_nothing_is_written(path: Path) -> None:
    before = path.read_bytes()
    done = cassette("prune", path, "--older-than", "90d")
    assert done.exit_code == 1
    assert done.output.splitlines()[-1] == "1 recording would go. To take them out, add --yes."
    assert path.read_bytes() == before


def test_what_is_older_goes_and_what_has_no_age_stays(path: Path) -> None:
    done = cassette("prune", path, "--older-than", "90d", "--yes")
    assert (done.exit_code, done.output.splitlines()[-1]) == (0, "1 recording taken out")
    assert comments(path) == ["number 1", "number 2", "number 3", "number 5"]
    again = cassette("prune", path, "--older-than", "90d")
    assert (again.exit_code, again.output) == (0, "nothing to take out\n")


def test_the_second_of_two_that_say_the_same_goes(path: Path) -> None:
    [gone] = told("prune", path, "--duplicates", "--yes")
    assert gone["reason"] == f"same as {path}:5"
    assert comments(path) == ["number 1", "number 3", "number 4", "number 5"]


def test_another_form_or_status_is_no_duplicate(tmp_path: Path) -> None:
    path = tape(tmp_path / "t.yaml", [call("a"), refused("a", 400), refused("a", 404)])
    assert told("prune", path, "--duplicates") == []


def test_what_a_journal_does_not_tell_of_goes(path: Path, tmp_path: Path) -> None:
    with running(Settings(port=0, mode="replay", cassettes=(str(path),))) as gateway:
        body = {"model": "gpt-5.5", "input": "two"}
        assert httpx.post(f"{gateway.url}/v1/responses", json=body).status_code == 200
        journal = httpx.get(f"{gateway.url}/_mockgw/journal").text
    (tmp_path / "journal.json").write_text(journal)
    cassette("prune", path, "--unused", tmp_path / "journal.json", "--yes")
    assert comments(path) == ["number 4"]


def test_a_journal_that_has_forgotten_is_refused(path: Path, tmp_path: Path) -> None:
    journal = {"counts": {"requests": 2}, "entries": [{"where": f"{path}:5"}]}
    (tmp_path / "journal.json").write_text(json.dumps(journal))
    done = cassette("prune", path, "--unused", tmp_path / "journal.json")
    assert done.exit_code == 2
    assert "--journal-size 2" in done.output


def report(folder: Path, **tests: dict[str, list[str]]) -> Path:
    path = folder / "report.json"
    path.write_text(json.dumps({"answers": {}, "tests": tests}))
    return path


def test_what_no_test_played_goes_and_what_one_of_them_played_stays(
    path: Path, tmp_path: Path
) -> None:
    lines = [one["where"] for one in told("show", path)]
    found = report(
        tmp_path,
        first={"played": lines[:1], "unused": lines[1:]},
        second={"played": lines[1:2], "unused": [*lines[:1], *lines[2:]]},
    )
    cassette("prune", path, "--unused", found, "--yes")
    assert comments(path) == ["number 1", "number 2"]


def test_a_cassette_that_no_test_took_up_is_left_alone(path: Path, tmp_path: Path) -> None:
    other = tape(tmp_path / "other.yaml", [call("x")])
    [line] = [one["where"] for one in told("show", other)]
    found = report(tmp_path, first={"played": [line], "unused": []})
    assert told("prune", path, "--unused", found) == []


def test_a_report_of_another_state_of_the_file_is_refused(path: Path, tmp_path: Path) -> None:
    found = report(tmp_path, first={"played": [], "unused": [f"{path}:7"]})
    done = cassette("prune", path, "--unused", found, "--yes")
    assert done.exit_code == 2
    assert "none begins there" in done.output
    assert len(comments(path)) == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "neither a report of pytest nor a journal"),
        ("[", "not JSON"),
        ('{"tests": {}}', "tell of no recording"),
    ],
)
def test_what_is_no_report_is_refused(path: Path, tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "report.json").write_text(text)
    done = cassette("prune", path, "--unused", tmp_path / "report.json")
    assert (done.exit_code, said in done.output) == (2, True)
    assert "--mockgw-report" in done.output


def test_a_cassette_of_which_nothing_is_left_goes(path: Path) -> None:
    tape(path, [call("a", days=9)])
    assert cassette("prune", path.parent, "--older-than", "1w", "--yes").exit_code == 0
    assert not path.exists()


def test_all_is_written_or_nothing(path: Path) -> None:
    other = path.with_name("other.json")
    interactions = [
        {
            "request": {"method": "POST", "uri": "https://h/v1/responses", "body": "{}"},
            "response": {
                "status": {"code": 200, "message": ""},
                "body": {"string": "{}"},
                "mockgw": {"at": "2020-01-01T00:00:00Z"},
            },
        }
    ]
    other.write_text(json.dumps({"version": 1, "interactions": interactions}))
    done = cassette("prune", path, other, "--older-than", "1d", "--yes")
    assert done.exit_code == 2
    assert "cannot be edited in place" in done.output
    assert len(comments(path)) == 5


@pytest.mark.parametrize("age", ["90", "d", "9 days", "-1d", "99999999999w"])
def test_an_age_that_is_none_is_told(path: Path, age: str) -> None:
    done = cassette("prune", path, f"--older-than={age}")
    assert done.exit_code == 2
    assert "90d, 12h, 2w or 30m" in done.output


def test_without_a_reason_there_is_nothing_to_do(path: Path) -> None:
    done = cassette("prune", path)
    assert done.exit_code == 2
    assert "--unused REPORT, --duplicates or --older-than AGE" in done.output
