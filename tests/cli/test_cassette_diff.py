from pathlib import Path

from mockgw.cassette.interaction import Interaction
from tests.cli.tapes import call, cassette, refused, tape, told


def two(folder: Path, one: list[Interaction], other: list[Interaction]) -> tuple[Path, Path]:
    return tape(folder / "a.yaml", one), tape(folder / "b.yaml", other)


def test_ids_times_order_and_style_make_no_difference(tmp_path: Path) -> None:
    first = tape(tmp_path / "a.yaml", [call("one"), call("two")])
    second = tape(
        tmp_path / "b.yaml", [call("two", id="resp_x"), call("one", created_at=1)], "compact"
    )
    done = cassette("diff", first, second)
    assert (done.exit_code, done.output) == (
        0,
        "2 calls alike, 0 with another answer, 0 only in A, 0 only in B\n",
    )


def test_what_is_in_one_only_is_told(tmp_path: Path) -> None:
    first, second = two(tmp_path, [call("one"), call("two")], [call("two"), call("three")])
    done = cassette("diff", first, second)
    assert done.exit_code == 1
    where = told("show", second)[1]["where"]
    assert done.output.splitlines() == [
        f"only in {first}:  {first}:5  responses.create gpt-5.5 200 json  one",
        f"only in {second}:  {where}  responses.create gpt-5.5 200 json  three",
        "1 call alike, 0 with another answer, 1 only in A, 1 only in B",
    ]


def test_another_answer_is_told_place_by_place(tmp_path: Path) -> None:
    first, second = two(tmp_path, [call("one", "Yes.")], [call("one", "No!", status="incomplete")])
    done = cassette("diff", first, second)
    assert done.exit_code == 1
    assert done.output.splitlines()[1:] == [
        "  value  status: 'completed' in A, 'incomplete' in B",
        "  wording  output[0].content[0].text: 'Yes.' in A, 'No!' in B",
        "  usage  usage.output_tokens: 4 in A, 3 in B",
        "0 calls alike, 1 with another answer, 0 only in A, 0 only in B",
    ]
    [changed] = told("diff", first, second)["changed"]
    assert changed["differences"][0] == {
        "path": "status",
        "kind": "value",
        "a": "completed",
        "b": "incomplete",
    }


def test_kinds_can_be_ignored(tmp_path: Path) -> None:
    first, second = two(tmp_path, [call("one", "Yes.")], [call("one", "No!")])
    assert cassette("diff", first, second, "--ignore", "wording").exit_code == 1
    done = cassette("diff", first, second, "--ignore", "wording", "--ignore", "usage")
    assert done.exit_code == 0
    unknown = cassette("diff", first, second, "--ignore", "words")
    assert unknown.exit_code == 2
    assert "status, shape, tools, value, usage, wording" in unknown.output


def test_another_status_is_the_only_difference_told(tmp_path: Path) -> None:
    first, second = two(tmp_path, [call("one")], [refused("one", 429)])
    assert (
        cassette("diff", first, second).output.splitlines()[1]
        == "  status  status: 200 in A, 429 in B"
    )


def test_repeated_calls_are_compared_in_their_order(tmp_path: Path) -> None:
    first, second = two(
        tmp_path, [call("a", "1"), call("a", "2")], [call("a", "1"), call("a", "2"), call("a", "3")]
    )
    found = told("diff", first, second)
    assert (found["same"], len(found["only_in_b"]), found["changed"]) == (2, 1, [])


def test_folders_are_compared_as_a_whole(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        tape(tmp_path / name / f"{name}.yaml", [call("one")])
    assert cassette("diff", tmp_path / "a", tmp_path / "b").exit_code == 0
