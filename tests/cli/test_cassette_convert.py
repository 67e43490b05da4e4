import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openai import OpenAI

from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.interaction import Interaction
from mockgw.cassette.reader import interactions, read
from mockgw.runner import running
from mockgw.settings import Settings
from tests.cassette.recordings import VCRPY, bare
from tests.cassette.recordings import interactions as any_interactions
from tests.cassette.test_har import entry
from tests.cli.tapes import call, cassette, refused, tape, told

SECRET = "sk-" + "proj-" + "a1B2" * 12


def test_styles_change_into_each_other_and_back(tmp_path: Path) -> None:
    first = tape(tmp_path / "a.yaml", [call("Grüße 😀"), refused("no", 400)])
    assert cassette("convert", first, tmp_path / "b.yaml", "--style", "compact").exit_code == 0
    assert (tmp_path / "b.yaml").read_text("utf-8").count("\n- {") == 2
    assert cassette("convert", tmp_path / "b.yaml", tmp_path / "c.yaml").exit_code == 0
    assert cassette("diff", first, tmp_path / "c.yaml").exit_code == 0
    assert [bare(one) for one in read(tmp_path / "c.yaml")] == [bare(one) for one in read(first)]


def in_style(held: list[Interaction], style: str) -> bytes:
    return (HEAD + "".join(item(one, style) for one in held)).encode()


@given(st.lists(any_interactions, max_size=3))
def test_readable_and_compact_lose_nothing_of_each_other(held: list[Interaction]) -> None:
    path = Path("t.yaml")
    readable = in_style(held, "readable")
    compact = in_style(interactions(readable, path), "compact")
    assert in_style(interactions(compact, path), "readable") == readable
    one, other = interactions(readable, path), interactions(compact, path)
    assert [bare(it) for it in one] == [bare(it) for it in other]


def test_a_cassette_of_vcrpy_becomes_readable(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(VCRPY + "version: 1\n", "utf-8")
    [made] = told("convert", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert (made["form"], made["interactions"]) == ("vcrpy", 1)
    text = (tmp_path / "b.yaml").read_text("utf-8")
    assert text.startswith(HEAD)
    assert "\n        data: café 😀 and a text that goes on until it is folded\n" in text


def test_a_folder_becomes_a_folder(tmp_path: Path) -> None:
    (tmp_path / "in/sub").mkdir(parents=True)
    tape(tmp_path / "in/one.yml", [call("one")])
    (tmp_path / "in/sub/two.json").write_text(
        json.dumps(
            {
                "version": 1,
                "interactions": [
                    {
                        "request": {"method": "GET", "uri": "https://h/"},
                        "response": {
                            "status": {"code": 200, "message": "OK"},
                            "body": {"string": "x"},
                        },
                    }
                ],
            }
        )
    )
    (tmp_path / "in/three.har").write_text(json.dumps({"log": {"entries": [entry()]}}))
    assert cassette("convert", tmp_path / "in", tmp_path / "out").exit_code == 0
    made = sorted(
        str(path.relative_to(tmp_path / "out")) for path in (tmp_path / "out").rglob("*.*")
    )
    assert made == ["one.yaml", "sub/two.yaml", "three.yaml"]


def test_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    first = tape(tmp_path / "a.yaml", [call("one")])
    second = tape(tmp_path / "b.yaml", [call("two")])
    done = cassette("convert", first, second)
    assert done.exit_code == 2
    assert "add --force" in done.output
    assert cassette("convert", first, second, "--force").exit_code == 0
    assert cassette("diff", first, second).exit_code == 0


def test_secrets_are_taken_out_unless_told_otherwise(tmp_path: Path) -> None:
    first = tape(tmp_path / "a.yaml", [call(f"My key is {SECRET}")])
    cassette("convert", first, tmp_path / "b.yaml")
    assert SECRET not in (tmp_path / "b.yaml").read_text("utf-8")
    cassette("convert", first, tmp_path / "c.yaml", "--no-redact")
    assert SECRET in (tmp_path / "c.yaml").read_text("utf-8")


def har(folder: Path, *entries: Any) -> Path:
    path = folder / "calls.har"
    path.write_text(json.dumps({"log": {"version": "1.2", "entries": entries}}), "utf-8")
    return path


def test_calls_in_a_har_are_taken_and_others_are_counted_and_named(tmp_path: Path) -> None:
    cors = entry(request={"method": "OPTIONS"})
    page = entry(request={"method": "GET", "url": "https://chat.example/app.js?v=1"})
    stream = entry(response={"content": {"size": 4000}})
    path = har(tmp_path, page, cors, entry(), page, stream)
    done = cassette("convert", path, tmp_path / "b.yaml")
    assert done.exit_code == 0
    assert done.output.splitlines() == [
        f"{tmp_path}/b.yaml: 1 interaction from {path} (har)",
        "  left out: GET https://chat.example/app.js, 2 times: it is no call that a door knows",
        "  left out: OPTIONS https://api.openai.com/v1/responses: it is no call that a door knows",
        "  left out: POST https://api.openai.com/v1/responses: the answer's body was not saved",
    ]
    assert "set-cookie" not in (tmp_path / "b.yaml").read_text("utf-8")


def test_a_har_that_is_cut_is_told_as_one(tmp_path: Path) -> None:
    path = har(tmp_path, entry())
    path.write_text(path.read_text()[:-20])
    done = cassette("convert", path, tmp_path / "b.yaml")
    assert done.exit_code == 2
    assert "it is no HAR" in done.output


def test_a_converted_har_answers(tmp_path: Path) -> None:
    text = json.dumps({"model": "gpt-5.5", "input": "Hi"})
    cassette(
        "convert", har(tmp_path, entry(request={"postData": {"text": text}})), tmp_path / "b.yaml"
    )
    with running(replay(tmp_path / "b.yaml")) as gateway:
        answer = httpx.post(f"{gateway.url}/v1/responses", content=text)
    assert answer.text == '{"id": "resp_1", "object": "response", "output": []}'


def replay(path: Path) -> Settings:
    return Settings(port=0, mode="replay", cassettes=(str(path),))


FIXTURES: list[dict[str, Any]] = [
    {
        "match": {"userMessage": "weather", "hasToolResult": False},
        "response": {"toolCalls": [{"name": "get_weather", "arguments": {"city": "Oslo"}}]},
    },
    {"match": {"userMessage": "weather", "hasToolResult": True}, "response": {"content": "Snow."}},
    {
        "match": {"userMessage": "busy"},
        "response": {"error": {"message": "Slow down.", "type": "requests"}, "status": 429},
    },
    {
        "match": {"userMessage": "hi", "systemMessage": ["Be", "kind."]},
        "response": {
            "content": {"a": 1},
            "finishReason": "length",
            "usage": {"prompt_tokens": 50, "completion_tokens": 7},
        },
    },
    {
        "match": {"userMessage": "both"},
        "response": {
            "blocks": [
                {"type": "toolCall", "name": "f", "arguments": "{}"},
                {"type": "text", "text": "Done."},
            ]
        },
    },
    {"match": {"inputText": "hi"}, "response": {"embedding": [1]}},
    {"match": {"userMessage": "draw", "endpoint": "image"}, "response": {"image": {}}},
    {"match": {"userMessage": "json"}, "response": {"json": {}}},
]


@pytest.fixture
def fixtures(tmp_path: Path) -> Path:
    path = tmp_path / "fixtures.json"
    path.write_text(json.dumps({"fixtures": FIXTURES}), "utf-8")
    return path


def test_fixtures_of_aimock_become_whole_answers_of_both_apis(
    fixtures: Path, tmp_path: Path
) -> None:
    done = cassette("convert", fixtures, tmp_path / "b.yaml")
    assert (
        done.output.splitlines()[0] == f"{tmp_path}/b.yaml: 8 interactions from {fixtures} (aimock)"
    )
    assert [line.partition(": ")[2] for line in done.output.splitlines()[1:]] == [
        "fixture 2 (weather): it matches a later turn, whose turns before are not there",
        "fixture 6 (without userMessage): it has no userMessage that is a text",
        "fixture 7 (draw): it is for image",
        "fixture 8 (json): its response is json",
    ]
    assert cassette("check", tmp_path / "b.yaml").exit_code == 0


def test_converted_fixtures_answer_the_official_client(fixtures: Path, tmp_path: Path) -> None:
    cassette("convert", fixtures, tmp_path / "b.yaml")
    with running(replay(tmp_path / "b.yaml")) as gateway:
        client = OpenAI(base_url=f"{gateway.url}/v1", api_key="any", max_retries=0)
        first = client.responses.create(model="gpt-5.5", input="weather").output[-1]
        assert first.type == "function_call"
        assert (first.name, first.arguments) == ("get_weather", '{"city": "Oslo"}')
        cut = client.responses.create(model="gpt-5.5", instructions="Be\nkind.", input="hi")
        assert (cut.status, cut.output_text) == ("incomplete", '{"a": 1}')
        assert cut.usage is not None
        assert (cut.usage.input_tokens, cut.usage.output_tokens) == (50, 7)
        chat = client.chat.completions.create(
            model="gpt-5.5", messages=[{"role": "user", "content": "both"}]
        )
        message = chat.choices[0].message
        assert message.content == "Done."
        assert [one.type for one in message.tool_calls or ()] == ["function"]
        busy = httpx.post(f"{gateway.url}/v1/responses", json={"model": "gpt-5.5", "input": "busy"})
        assert (busy.status_code, busy.json()["error"]["message"]) == (429, "Slow down.")


def test_what_every_request_holds_can_be_given(fixtures: Path, tmp_path: Path) -> None:
    tools = [{"type": "function", "name": "get_weather", "parameters": {"type": "object"}}]
    body = tmp_path / "body.json"
    body.write_text(json.dumps({"model": "gpt-5.5-pro", "tools": tools}))
    cassette("convert", fixtures, tmp_path / "b.yaml", "--body", body)
    found = told("show", tmp_path / "b.yaml")
    assert {one["model"] for one in found} == {"gpt-5.5-pro"}
    assert {one["operation"] for one in found} == {"responses.create"}  # a pro has no chat
    assert json.loads(read(tmp_path / "b.yaml")[0].request_body)["tools"] == tools


def test_the_same_fixtures_give_the_same_bytes(fixtures: Path, tmp_path: Path) -> None:
    for name in ("b.yaml", "c.yaml"):
        cassette("convert", fixtures, tmp_path / name)
    assert (tmp_path / "b.yaml").read_bytes() == (tmp_path / "c.yaml").read_bytes()


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--style", "pretty"), "readable, compact"),
        (("--from", "harr"), "vcrpy, har, aimock"),
        (("--from", "har"), "no HAR"),
        (("--from", "aimock"), "no list `fixtures`"),
        (("--body", "missing.json"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path: Path, options: tuple[str, ...], said: str) -> None:
    done = cassette("convert", tape(tmp_path / "a.yaml", []), tmp_path / "b.yaml", *options)
    assert (done.exit_code, said in done.output) == (2, True)
    assert not (tmp_path / "b.yaml").exists()


def test_an_unwritable_form_is_refused_before_anything_is_read(tmp_path: Path) -> None:
    done = cassette("convert", tape(tmp_path / "a.yaml", [call("x")]), tmp_path / "b.json")
    assert done.exit_code == 2
    assert "b.yaml" in done.output
