"""What runs a Worker: plain workerd, and Miniflare."""

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from mockgw.cli.workers import configuration
from tests.wire import post, send
from tests.workers.installed import packages

HERE = Path(__file__).parent
PROBE = HERE / "probe.mjs"
_SECONDS = 30


class Worker:
    """A Worker that runs at `url`."""

    def __init__(self, url: str) -> None:
        self.url = url

    def call(self, name: str, *args: Any, on: tuple[Any, ...] = ()) -> Any:
        """Return what the probe tells of `env.AI.name(…args)`; `on` are calls that lead there."""
        reply = post(self.url, {"call": name, "args": list(args), "on": list(on)})
        assert reply.status == 200, reply.body
        return reply.json()

    def get(self, path: str) -> bytes:
        """Return what the Worker answers."""
        return send("GET", self.url + path).body


@contextmanager
def workerd(mockgw: str, *modules: Path) -> Iterator[Worker]:
    """Run the modules, the first of them the Worker, in workerd as `mockgw workers` sets it up."""
    program = the_workerd()
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "config.capnp"
        for module in modules:
            (Path(folder) / module.name).write_bytes(module.read_bytes())
        config.write_text(configuration("workerd", mockgw, [one.name for one in modules]))
        # It tells where it listens as soon as it does.
        options = ["--socket-addr=http=127.0.0.1:0", "--control-fd=1"]
        with running([str(program), "serve", str(config), *options]) as told:
            yield Worker(f"http://127.0.0.1:{json.loads(told)['port']}")


@contextmanager
def miniflare(mockgw: str, *modules: Path) -> Iterator[Worker]:
    """Run the first module, which imports the others, in Miniflare with its `ai` option."""
    script = packages().parent / "miniflare.mjs"
    # Beside the packages, where node looks for what it imports.
    script.write_bytes((HERE / "miniflare.mjs").read_bytes())
    # Below its folder a module has a name.
    main = modules[0]
    with running(["node", str(script), main.name, mockgw], cwd=main.parent) as told:
        yield Worker(told.rstrip("/"))


@contextmanager
def service(mockgw: str, *modules: Path) -> Iterator[Worker]:
    """Run the first module with the Worker that stands in for its binding under Wrangler."""
    script = packages().parent / "service.mjs"
    script.write_bytes((HERE / "service.mjs").read_bytes())
    with tempfile.TemporaryDirectory() as folder:
        double = Path(folder) / "ai.mjs"
        double.write_text(configuration("wrangler", mockgw, ["worker.mjs"]))
        for module in modules:
            (Path(folder) / module.name).write_bytes(module.read_bytes())
        with running(["node", str(script), modules[0].name, double.name], cwd=folder) as told:
            yield Worker(told.rstrip("/"))


def the_workerd() -> Path:
    """Return the program itself, which its launcher would leave behind when it is stopped."""
    (found,) = packages().glob("@cloudflare/workerd-*/bin/workerd*")
    return found


Run = Callable[..., AbstractContextManager[Worker]]
RUNTIMES: Mapping[str, Run] = {"workerd": workerd, "miniflare": miniflare}


@contextmanager
def running(command: list[str], **options: Any) -> Iterator[str]:
    """Run a program until the end of the block, which begins with its first line."""
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline().strip()
        assert line, f"{command[0]} ended with {process.wait(_SECONDS)} and said nothing"
        yield line
    finally:
        # A runtime has processes of its own, which end with it.
        os.killpg(process.pid, signal.SIGTERM)
        process.communicate(timeout=_SECONDS)
