"""Files: what is a cassette, where it is, and what is wrong with it."""

import gc
import gzip
import json
import subprocess
import sys
from pathlib import Path

import pytest

from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import find_cassettes, read
from mockgw.errors import MockgwError

TWO = """\
# mockgw cassette - vcrpy v1
version: 1
interactions:
- request:
    method: POST
    uri: "https://h/a"
    headers:
      content-type: ["application/json"]
    body: |-
      {
        "input": "Grüße 😀"
      }
  response:
    headers:
      content-type: ["text/event-stream"]
    body:
      string: |+
        data: {"a":1}

        data: [DONE]

    mockgw: {v: 1, sse_ms: "0 12"}
    status: {code: 200, message: "OK"}
- request:
    method: GET
    uri: "https://h/b"
    headers: {}
    body: null
  response:
    headers: {}
    body:
      string: "gone"
    status: {code: 404, message: "Not Found"}
"""


def meanings(found: list[Interaction]) -> list[tuple[str, bytes, int, bytes]]:
    return [(i.uri, i.request_body, i.status, i.response_body) for i in found]


def test_interactions_know_file_place_and_line(tmp_path: Path) -> None:
    path = tmp_path / "two.yaml"
    path.write_text(TWO, encoding="utf-8")
    found = read(path)
    assert [(i.path, i.position, i.line) for i in found] == [(str(path), 1, 4), (str(path), 2, 24)]
    assert found[1].where == f"{path}:24"
    assert found[0].response_body == b'data: {"a":1}\n\ndata: [DONE]\n\n'
    assert found[0].request_body == '{\n  "input": "Grüße 😀"\n}'.encode()


@pytest.mark.parametrize(
    ("name", "packed"),
    [
        ("a.yaml", False),
        ("a.yml.gz", True),
        ("a.gz", True),
        ("a.yaml", True),
        ("test_x[gpt-5.5].yaml", False),
        ("no-suffix", False),
    ],
)
def test_gzip_is_known_by_its_content_and_not_by_the_name(
    tmp_path: Path, name: str, packed: bool
) -> None:
    path = tmp_path / name
    data = TWO.encode()
    path.write_bytes(gzip.compress(data) if packed else data)
    (tmp_path / "plain").write_bytes(data)
    assert meanings(read(path)) == meanings(read(tmp_path / "plain"))
    assert find_cassettes(path) == [path]


def test_json_cassettes_are_read_with_their_escapes(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    request = {"method": "GET", "uri": "u", "body": "😀", "headers": {}}
    response = {"status": {"code": 200, "message": None}, "headers": {}, "body": {"string": "é"}}
    document = {"version": 1, "interactions": [{"request": request, "response": response}]}
    path.write_text(json.dumps(document))
    (found,) = read(path)
    assert (found.request_body, found.response_body) == ("😀".encode(), "é".encode())
    assert (found.line, found.where) == (0, f"{path}, item 1")


@pytest.mark.parametrize("text", ["", "\n", "# nothing yet\n", "version: 1\ninteractions: []\n"])
def test_an_empty_file_is_an_empty_cassette(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(text)
    assert read(path) == []


def test_a_file_cut_anywhere_gives_whole_interactions_or_an_error(tmp_path: Path) -> None:
    path = tmp_path / "cut.yaml"
    data = TWO.encode()
    path.write_bytes(data)
    whole = meanings(read(path))
    refused = 0
    for end in range(len(data)):
        path.write_bytes(data[:end])
        try:
            found = meanings(read(path))
        except MockgwError as error:
            refused += 1
            assert str(path) in error.message  # noqa: PT017 - most cuts raise, a few must not
        else:
            assert found == whole[: len(found)]
    assert refused > len(data) // 2


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.yaml", b"interactions:\n- request: 'cut", "a.yaml:2: not YAML"),
        ("a.yaml", b"interactions:\n- {a: [}\n", "a.yaml:2: not YAML"),
        ("a.yaml", b"a: 1\n---\nb: 2\n", "a.yaml:2: not YAML"),
        ("a.yaml", b"a: b\nc: \x07\n", "a.yaml:2: not YAML"),
        ("a.yaml", b"a: !!int x\n", "a.yaml: a value does not fit its tag"),
        ("a.yaml", b"a: !!timestamp x\n", "a.yaml: a value does not fit its tag"),
        ("a.yaml", b"a: !!python/object/apply:os.system [ls]\n", "a.yaml:1: not YAML"),
        ("a.yaml", b"a: !ruby/object:X {}\n", "a.yaml:1: not YAML"),
        ("a.yaml", b"a: \xff\n", "not UTF-8: byte 0xff at offset 3"),
        ("a.yaml", b"version: 1\nrecordings: []\n", "its keys are version, recordings"),
        ("a.yaml", b"interactions: {a: 1}\n", "`interactions` is no list"),
        ("a.yaml", b"just text\n", "it holds 'just text'"),
        ("a.yaml", b"- one\n- two\n", "a.yaml:1: interaction 1: it is 'one'"),
        ("a.yaml", b"requests: [{}]\nresponses: []\n", "1 requests but 0 responses"),
        ("a.yaml", b"[" * 20000, "a.yaml: values nested too deeply"),
        ("a.json", b'{"interactions": [\n', "a.json:2: not JSON"),
        ("a.json", b"[" * 200000, "a.json: values nested too deeply"),
        ("a.gz", gzip.compress(TWO.encode())[:-9], "a.gz: the gzip file is cut or broken"),
        ("a.gz", b"\x1f\x8bnot gzip", "a.gz: the gzip file is cut or broken"),
    ],
)
def test_a_broken_file_is_an_error_with_place_and_remedy(
    tmp_path: Path, name: str, data: bytes, words: str
) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(MockgwError) as caught:
        read(path)
    assert words in caught.value.message
    assert caught.value.message.startswith(str(path))
    assert caught.value.hint


def test_a_folder_is_no_cassette(tmp_path: Path) -> None:
    with pytest.raises(MockgwError, match="cannot be read"):
        read(tmp_path)


def test_a_folder_gives_its_cassettes_in_order_without_hidden_ones(tmp_path: Path) -> None:
    names = ["b.yaml", "a/z.yml", "a/[x]/y.json", "a.yaml.gz", "c.YAML"]
    others = [".git/x.yaml", "a/.hidden/x.yaml", ".x.yaml", "notes.md", "x.gz"]
    for name in names + others:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert find_cassettes(tmp_path) == sorted(tmp_path / name for name in names)


def test_signs_that_mean_something_to_a_shell_mean_nothing_in_a_name(tmp_path: Path) -> None:
    path = tmp_path / "test_[x]*" / "test_it[gpt-5.5-a?b].yaml"
    path.parent.mkdir()
    path.write_text(TWO, encoding="utf-8")
    assert find_cassettes(tmp_path) == find_cassettes(path.parent) == find_cassettes(path) == [path]
    assert len(read(path)) == 2


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ("tapes/gpt.yml", "Did you mean {0}/tapes/gpt.yaml?"),
        ("tape/gpt.yaml", "Did you mean {0}/tapes?"),
        ("tapes/zzz", "{0}/tapes holds gpt.yaml."),
    ],
)
def test_a_missing_path_is_an_error_with_the_nearest_name(
    tmp_path: Path, asked: str, hint: str
) -> None:
    (tmp_path / "tapes").mkdir()
    (tmp_path / "tapes/gpt.yaml").touch()
    for look in (find_cassettes, read):
        with pytest.raises(MockgwError) as caught:
            look(tmp_path / asked)
        assert caught.value.hint == hint.format(tmp_path)
        assert str(tmp_path / asked) in caught.value.message


def test_the_garbage_collector_runs_again_after_a_broken_file(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: [")
    with pytest.raises(MockgwError):
        read(path)
    assert gc.isenabled()


def test_reading_a_plain_cassette_does_not_import_vcr(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(TWO, encoding="utf-8")
    program = (
        "import sys, pathlib; from mockgw.cassette.reader import read;"
        "assert len(read(pathlib.Path(sys.argv[1]))) == 2; assert 'vcr' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program, str(path)], check=True)


def test_without_libyaml_the_same_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(TWO, encoding="utf-8")
    program = (
        "import sys, pathlib, yaml; del yaml.CSafeLoader;"
        "from mockgw.cassette.reader import read;"
        "print([(i.line, i.response_body) for i in read(pathlib.Path(sys.argv[1]))])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)], check=True, capture_output=True, text=True
    )
    assert run.stdout.strip() == str([(i.line, i.response_body) for i in read(path)])
