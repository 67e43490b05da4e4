"""What an answer costs, against a bare aiohttp handler that returns the same bytes.

    python benchmarks/gateway.py [--rounds 5] [--requests 2000]

Both servers run at once, each a process of its own, and are asked in turns. Printed are ratios of
the processor time per request (bare ÷ mockgw): 1.3 means that mockgw needs 1.3 times less.
"""

import argparse
import asyncio
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import load

HERE = Path(__file__).parent
THREE_LAWS = "What are the three laws of thermodynamics?"
CONNECTIONS = 16
WARM = 320
MARK = "#########"
RECORDED = {"model": "gpt-5.5-pro", "input": THREE_LAWS}
ASKED = {"model": "gpt-5.5", "input": "Hello", "text": {"verbosity": "low"}}
OTHER = {**ASKED, "input": f"Hello {MARK}"}
CASES = {
    "replay, JSON": ("replay", RECORDED),
    "replay, SSE from JSON": ("replay", {**RECORDED, "stream": True}),
    "synthesis, JSON": ("synth", ASKED),
    "synthesis, SSE": ("synth", {**ASKED, "stream": True}),
    "synthesis, JSON, all new": ("synth", OTHER),
    "synthesis, SSE, all new": ("synth", {**OTHER, "stream": True}),
}


def start(*command: str) -> tuple[subprocess.Popen[str], int]:
    process = subprocess.Popen(
        [sys.executable, *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    return process, int(line.rsplit(":", 1)[1])


def dechunked(body: bytes) -> bytes:
    out = b""
    while body:
        size, _, rest = body.partition(b"\r\n")
        length = int(size, 16)
        if not length:
            break
        out, body = out + rest[:length], rest[length + 2 :]
    return out


async def measure(mode: str, body: object, rounds: int, requests: int) -> tuple[float, float, int]:
    wires = load.requests("/v1/responses", body, MARK if MARK in json.dumps(body) else "")
    ours, port = start("-m", "mockgw", "serve", "--port", "0", "--mode", mode, "--quiet")
    try:
        answer = await load.once(port, wires)
        head, _, content = answer.partition(b"\r\n\r\n")
        streamed = b"event-stream" in head
        with tempfile.NamedTemporaryFile() as file:
            file.write(dechunked(content) if streamed else content)
            file.flush()
            kind = "text/event-stream" if streamed else "application/json"
            bare, bare_port = start(str(HERE / "bare.py"), file.name, kind)
            try:
                cpus, walls = [], []
                for server, place in ((ours, port), (bare, bare_port)):
                    await spent(server.pid, place, wires, WARM)
                for _ in range(rounds):
                    own = await spent(ours.pid, port, wires, requests)
                    theirs = await spent(bare.pid, bare_port, wires, requests)
                    cpus.append(theirs[0] / max(own[0], load.TICK))
                    walls.append(theirs[1] / own[1])
            finally:
                bare.kill()
                bare.wait()
        events = content.count(b"event: ") if streamed else 0
        return statistics.median(cpus), statistics.median(walls), events
    finally:
        ours.kill()
        ours.wait()


async def spent(
    process: int, port: int, wires: Iterator[bytes], requests: int
) -> tuple[float, float]:
    before = load.cpu(process)
    wall = await load.load(port, wires, CONNECTIONS, max(requests // CONNECTIONS, 1))
    return load.cpu(process) - before, wall


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=2000)
    chosen = parser.parse_args()
    print(f"{'answer':<26}{'processor':>10}{'wall':>8}{'events':>8}")
    for name, (mode, body) in CASES.items():
        cpu, wall, events = asyncio.run(measure(mode, body, chosen.rounds, chosen.requests))
        print(f"{name:<26}{cpu:>9.2f}x{wall:>7.2f}x{events or '':>8}")


if __name__ == "__main__":
    main()
