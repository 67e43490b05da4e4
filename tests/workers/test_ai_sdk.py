"""The AI SDK inside a Worker, whose `workers-ai-provider` goes by `run` and by the gateway."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockgw.runner import Gateway, running
from mockgw.settings import Settings
from tests.npm.packages import packages as sdk
from tests.wire import Json, post
from tests.workers.installed import packages
from tests.workers.runtimes import Worker, workerd

PROGRAM = Path(__file__).parent / "ai-sdk.mjs"
# As Wrangler bundles a Worker; the SDK has a part for Vercel's machines, which is not reached.
_BUNDLE = "--bundle --format=esm --platform=browser --conditions=workerd,worker,browser"
GATEWAYS: Json = {"gw": {"routes": {"support": ["openai/gpt-5.4"]}}}
RUN, STEPS = "/ai-gateway/run", "/ai-gateway/universal/run/gw"


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the Worker and the packages that it imports as one module."""
    # A module finds the packages beside itself.
    main = shutil.copy(PROGRAM, sdk().parent)
    command = [str(packages() / ".bin/esbuild"), main, *_BUNDLE.split()]
    whole = tmp_path_factory.mktemp("bundle") / "worker.mjs"
    subprocess.run([*command, f"--outfile={whole}"], check=True, capture_output=True, timeout=60)
    return whole


@pytest.fixture(scope="module")
def gateway() -> Iterator[Gateway]:
    """Return a gateway that answers by synthesis."""
    with running(Settings(port=0, mode="synth", gateways=GATEWAYS)) as gateway:
        yield gateway


@pytest.fixture(scope="module")
def worker(bundle: Path, gateway: Gateway) -> Iterator[Worker]:
    """Return the Worker as it runs."""
    with workerd(gateway.url, bundle) as worker:
        yield worker


def ask(worker: Worker, **asked: Any) -> Json:
    told: Json = post(worker.url, asked).json()
    return told


@pytest.mark.parametrize(
    ("asked", "path"),
    [
        ({"model": "openai/gpt-5.5"}, RUN),
        ({"model": "openai/gpt-5.5", "plugin": True}, RUN),
        ({"model": "openai/gpt-5.5", "plugin": True, "settings": {"cacheTtl": 300}}, STEPS),
        (
            {
                "model": "openai/gpt-5.5",
                "plugin": True,
                "settings": {"fallback": {"mode": "server", "models": ["openai/gpt-5.4"]}},
            },
            STEPS,
        ),
        ({"model": "dynamic/support"}, RUN),
        ({"model": "dynamic/support", "plugin": True}, RUN),
    ],
)
def test_it_generates_streams_and_calls_tools(
    asked: Json, path: str, worker: Worker, gateway: Gateway
) -> None:
    before = len(gateway.journal)
    told = ask(worker, **asked)

    assert "Name a lake." in told["text"] == "".join(told["pieces"])
    assert (told["finish"], told["streamFinish"]) == ("stop", "stop")
    assert told["tokens"] > 0
    ((name, given),) = told["calls"]
    assert (name, list(given)) == ("weather", ["city"])
    made = [one for one in gateway.journal.entries() if one.number > before]
    assert {(one.path, one.status) for one in made} == {(path, 200)}


@pytest.mark.parametrize("plugin", [False, True])
def test_it_tells_a_model_that_is_not_there(plugin: bool, worker: Worker) -> None:
    told = ask(worker, model="openai/nope", plugin=plugin)

    assert told["error"] == "AI_APICallError"
    assert (told.get("status"), told["message"]) == (
        (404, "Not Found") if plugin else (None, "7003: User Input Error")
    )


def test_it_takes_up_a_stream_that_is_cut(bundle: Path) -> None:
    settings = Settings(port=0, mode="synth", faults=("cut_after_events:4:reset stream=true",))
    with running(settings) as gateway, workerd(gateway.url, bundle) as worker:
        told = ask(worker, model="openai/gpt-5.5", plugin=True)
        paths = [one.path for one in gateway.journal.entries()]

    assert "".join(told["pieces"]) == told["text"]
    assert sum(path.endswith("/resume") for path in paths) == 1
