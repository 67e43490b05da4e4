"""A whole interaction: headers, address and bodies; and a second pass that changes nothing."""

import base64
import json
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mockgw.cassette.interaction import Interaction
from mockgw.errors import MockgwError
from mockgw.model import Raw
from mockgw.redaction.redactor import redactor
from mockgw.redaction.rules import Rules
from tests.redaction.planted import ACCOUNT, KEY, SHAPED, TOLD, VALUE

REDACTOR = redactor({"A_SECRET": VALUE}, "salt")
PLACEHOLDER = REDACTOR.text(KEY)
RECORDED = Interaction(
    method="POST",
    uri=f"https://gateway.ai.cloudflare.com/v1/{ACCOUNT}/my-gateway/openai/responses",
    request_headers={
        "content-type": ("application/json",),
        "cf-consn-model-id": ("openai/gpt-5.5",),
        "authorization": (f"Bearer {KEY}",),
        "cf-aig-authorization": (f"Bearer {KEY}",),
        "openai-organization": ("org-1234",),
        "cookie": ("session=abc",),
        "x-unheard-of": (KEY,),
    },
    request_body=json.dumps({"input": f"My key is {KEY}"}).encode(),
    status=200,
    reason="OK",
    response_headers={
        "content-type": ("application/json",),
        "cf-aig-log-id": ("01JADMCQQQBWH3NXZ5GCRN98DP",),
        "cf-aig-authorization": (KEY,),
        "cf-aig-metadata": (f'{{"key": "{KEY}"}}',),
        "x-ratelimit-remaining-requests": ("59",),
        "retry-after-ms": ("20",),
        "x-request-id": ("req_1234",),
        "set-cookie": ("a=b", "c=d"),
        "x-error-json": (base64.b64encode(KEY.encode()).decode(),),
        "openai-processing-ms": ("12",),
        "openai-organization": ("org-1234",),
    },
    response_body=json.dumps({"output_text": f"You said {KEY}"}).encode(),
    extra={"source": f"https://x.example/?api_key={KEY}", "v": 1, "notes": [KEY]},
    path="a.yaml",
    position=1,
)


def test_an_interaction_keeps_what_may_be_kept() -> None:
    told = REDACTOR.interaction(RECORDED)
    assert told == replace(
        RECORDED,
        uri="https://gateway.ai.cloudflare.com/v1/ACCOUNT/GATEWAY/openai/responses",
        request_headers={
            "content-type": ("application/json",),
            "cf-consn-model-id": ("openai/gpt-5.5",),
        },
        request_body=json.dumps({"input": f"My key is {PLACEHOLDER}"}).encode(),
        response_headers={
            "content-type": ("application/json",),
            "cf-aig-log-id": ("01JADMCQQQBWH3NXZ5GCRN98DP",),
            "cf-aig-metadata": (f'{{"key": "{PLACEHOLDER}"}}',),
            "x-ratelimit-remaining-requests": ("59",),
            "retry-after-ms": ("20",),
            "x-request-id": ("req_1234",),
            "openai-processing-ms": ("12",),
        },
        response_body=json.dumps({"output_text": f"You said {PLACEHOLDER}"}).encode(),
        extra={
            "source": f"https://x.example/?api_key={PLACEHOLDER}",
            "v": 1,
            "notes": [PLACEHOLDER],
        },
    )
    assert REDACTOR.interaction(told) == told


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        (
            "/client/v4/accounts/acc-1/ai/run/openai/gpt-5.5",
            "/client/v4/accounts/ACCOUNT/ai/run/openai/gpt-5.5",
        ),
        (
            "/client/v4/accounts/a/ai-gateway/gateways/g/logs",
            "/client/v4/accounts/ACCOUNT/ai-gateway/gateways/GATEWAY/logs",
        ),
        ("/v1/acc/gw/openai/v1/responses", "/v1/ACCOUNT/GATEWAY/openai/v1/responses"),
        ("/v1/acc/gw/compat/chat/completions", "/v1/ACCOUNT/GATEWAY/compat/chat/completions"),
        (f"/v1/{ACCOUNT}/gw", "/v1/ACCOUNT/GATEWAY"),
        ("/_s/one/v1/acc/gw/openai/responses", "/_s/one/v1/ACCOUNT/GATEWAY/openai/responses"),
        ("/ai-gateway/gateways/gw/logs/1", "/ai-gateway/gateways/GATEWAY/logs/1"),
        ("/v1/responses/resp_1/input_items", "/v1/responses/resp_1/input_items"),
        ("/v1/chat/completions/chatcmpl-1/messages", "/v1/chat/completions/chatcmpl-1/messages"),
        ("/v1/conversations/conv_1/items/msg_1", "/v1/conversations/conv_1/items/msg_1"),
        ("/v1/models/gpt-5.5", "/v1/models/gpt-5.5"),
        ("/run?version=3", "/run?version=3"),
        (
            "/v1/responses?key=1&limit=2&sig=%2B&Token=x#a",
            "/v1/responses?key=REDACTED&limit=2&sig=REDACTED&Token=REDACTED#a",
        ),
        (
            "/v1/responses?access_token=a&api_key=&q=a%20b",
            "/v1/responses?access_token=REDACTED&api_key=&q=a%20b",
        ),
    ],
)
def test_an_address_loses_its_account_and_the_secrets_of_its_query(uri: str, expected: str) -> None:
    for host in ("https://api.cloudflare.com", "http://127.0.0.1:8787"):
        assert REDACTOR.uri(host + uri) == host + expected
        assert REDACTOR.uri(host + expected) == host + expected


def test_a_request_is_matched_by_its_redacted_body() -> None:
    raw = Raw("POST", "/v1/responses", "", {"authorization": "Bearer x"}, RECORDED.request_body)
    told = REDACTOR.request(raw)
    assert told.body == REDACTOR.interaction(RECORDED).request_body
    assert told.headers == raw.headers
    assert REDACTOR.request(told) is told


def test_rules_keep_more_headers_and_hide_more() -> None:
    rules = Rules(
        keep_headers=frozenset({"x-unheard-of", "cookie"}),
        query_keys=frozenset({"who"}),
        patterns={"order": r"order (\d{6})"},
    )
    own = redactor(rules=rules)
    assert list(own.interaction(RECORDED).request_headers) == [
        "content-type",
        "cf-consn-model-id",
        "x-unheard-of",
    ]
    assert own.uri("/run?who=me&q=1") == "/run?who=REDACTED&q=1"
    assert own.text("order 123456").startswith("order REDACTED-order-")


def test_a_match_in_which_the_group_takes_no_part_is_hidden_whole() -> None:
    own = redactor(rules=Rules(patterns={"order": r"order (\d{6})|ORD-\d{6}"}))
    told = own.text("order 123456, ORD-123456")
    assert "123456" not in told
    assert told.startswith("order REDACTED-order-")
    assert own.scan(b"ORD-123456")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ('{"card": 4111111111111111}', '{"card": 0}'),
        ('{"card":"4111111111111111"}', '{"card":"REDACTED-card-3acc"}'),
        ("[-4111111111111111 , 12.41111111111111115e3]", "[0 , 0]"),
        (r'{"arguments": "{\"card\": 4111111111111111}"}', r'{"arguments": "{\"card\": 0}"}'),
        ('data: {"card": 4111111111111111}\n\n', 'data: {"card": 0}\n\n'),
    ],
)
def test_a_secret_that_is_a_bare_number_leaves_the_json_whole(said: str, kept: str) -> None:
    own = redactor(rules=Rules(patterns={"card": r"\d{16}"}))

    assert own.body(said.encode()) == kept.encode()
    assert own.body(kept.encode()) == kept.encode()
    assert own.scan(kept.encode()) == []
    assert {one.kind for one in own.scan(said.encode())} <= {"card", "card number"}
    assert own.scan(said.encode())


@pytest.mark.parametrize("patterns", [{"open": "("}, {"A Name": "x"}])
def test_a_rule_that_cannot_be_kept_is_refused_by_name(patterns: dict[str, str]) -> None:
    with pytest.raises(MockgwError, match=next(iter(patterns))):
        redactor(rules=Rules(patterns=patterns))


SNIPPETS = st.sampled_from(
    [
        *(one.text.format(one.secret) for one in (*SHAPED, *TOLD)),
        *(one.secret for one in SHAPED),
        *(KEY[:20], KEY[20:], VALUE, base64.b64encode(KEY.encode()).decode(), PLACEHOLDER),
        *("REDACTED", "ACCOUNT", '{"password":"', '","token":"', "api_key=", "Bearer ", "\\", '"'),
        *("\\u0041", "%2F", "data: ", '{"delta":"', '"}\n\n', "\n", "://a:", "@", "'", "=", "-"),
    ]
)
TEXTS = st.lists(SNIPPETS | st.text(max_size=8), max_size=8).map("".join)


@settings(deadline=None, max_examples=300)
@given(TEXTS)
@example(f"password=abc{PLACEHOLDER}xyz1")
@example(f"{PLACEHOLDER}{KEY}{PLACEHOLDER}")
def test_a_second_pass_changes_nothing(text: str) -> None:
    once = REDACTOR.text(text)
    assert REDACTOR.text(once) == once
    body = REDACTOR.body(text.encode("utf-8", "surrogatepass"))
    assert REDACTOR.body(body) == body
    assert REDACTOR.scan(body) == []


@settings(deadline=None, max_examples=300)
@given(st.dictionaries(TEXTS, TEXTS | st.lists(TEXTS, max_size=2), max_size=4), st.booleans())
def test_json_stays_json_of_the_same_form(value: dict[str, object], ascii_only: bool) -> None:
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    after = json.loads(REDACTOR.body(body).decode("utf-8", "surrogatepass"))
    assert [type(one) for one in after.values()] == [type(one) for one in value.values()]
