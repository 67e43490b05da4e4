"""Whatever is sent to a gateway's own path and in its headers is answered or refused."""

import json
import string
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockgw.runner import Gateway
from tests.gateways.ground import HI
from tests.wire import post

VALUES: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)
STEPS = st.fixed_dictionaries(
    {},
    optional={
        "provider": st.sampled_from(["openai", "compat", "anthropic", "..", "", "a/b", "\n"])
        | VALUES,
        "endpoint": st.sampled_from(
            ["chat/completions", "responses?a=b", "/", "v1/responses/x", "é/\r\n"]
        )
        | VALUES,
        "headers": st.dictionaries(
            st.sampled_from(["cf-aig-cache-ttl", "cf-aig-metadata", "authorization", "x"]), VALUES
        )
        | VALUES,
        "config": st.dictionaries(st.sampled_from(["requestTimeout", "maxAttempts"]), VALUES)
        | VALUES,
        "query": st.just({"model": "gpt-5.5", **HI})
        | st.just({"model": "dynamic/x", **HI})
        | VALUES,
    },
)
NAMES = (
    "cache-ttl cache-key skip-cache metadata collect-log custom-cost event-id request-timeout "
    "max-attempts retry-delay backoff byok-alias"
).split()
HEADERS = st.dictionaries(
    st.sampled_from([f"cf-aig-{name}" for name in NAMES]),
    st.text(string.digits + string.ascii_letters + '.,-+:"[]{} ', max_size=12),
)


@settings(
    max_examples=150, derandomize=True, database=None, deadline=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
@given(body=VALUES | STEPS | st.lists(STEPS, max_size=3), headers=HEADERS)
def test_no_steps_whatever_get_a_server_error(
    synth: Gateway, body: Any, headers: dict[str, str]
) -> None:
    sent = json.dumps(body).encode()
    for path in ("/v1/acc/gw", "/ai-gateway/universal/run/gw"):
        reply = post(synth.url + path, sent, headers)

        assert reply.status in range(200, 500), reply.body
        assert b"mockgw_defect" not in reply.body
