"""Cassettes for the tests of the commands on them, and the commands."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from mockgw.cassette.emitter import HEAD, item
from mockgw.cassette.interaction import Interaction
from mockgw.cli import main

JSON = {"content-type": ("application/json",)}


def cassette(*arguments: str | Path) -> Result:
    """Return what `mockgw cassette` says to the arguments."""
    return CliRunner().invoke(main, ["cassette", *map(str, arguments)])


def told(*arguments: str | Path) -> Any:
    """Return what `mockgw cassette` says as JSON."""
    return json.loads(cassette(*arguments, "--json").output)


def call(text: str, says: str = "Fine.", days: float | None = 0, **more: Any) -> Interaction:
    """Return a call of Responses with its answer, recorded so many days ago."""
    answer = {
        "id": f"resp_{len(text):03}{len(says):017}",
        "object": "response",
        "created_at": 1777054206,
        "status": "completed",
        "output": [{"type": "message", "content": [{"type": "output_text", "text": says}]}],
        "usage": {"input_tokens": 5, "output_tokens": len(says)},
        **more,
    }
    extra: dict[str, Any] = {"v": 1}
    if days is not None:
        now = datetime.now(UTC)  # noqa: TID251 - the commands compare with it
        extra["at"] = (now - timedelta(days=days)).isoformat()
    body = {"model": "gpt-5.5", "input": text}
    return Interaction(
        method="POST",
        uri="https://api.openai.com/v1/responses",
        request_headers=JSON,
        request_body=json.dumps(body).encode(),
        status=200,
        reason="OK",
        response_headers=JSON,
        response_body=json.dumps(answer).encode(),
        extra=extra,
    )


def refused(text: str, status: int) -> Interaction:
    """Return a call that was refused."""
    error = {"message": "No.", "type": "t", "param": None, "code": None}
    body = json.dumps({"error": error}).encode()
    return replace(call(text), status=status, reason="No", response_body=body)


def tape(path: Path, calls: Iterable[Interaction], style: str = "readable") -> Path:
    """Write a cassette of these calls, each with a comment above it."""
    text = "".join(f"# number {n}\n{item(one, style)}" for n, one in enumerate(calls, 1))
    path.write_text(HEAD + text, "utf-8")
    return path


def comments(path: Path) -> list[str]:
    """Return the comments that are left of those that `tape` wrote."""
    lines = path.read_text("utf-8").splitlines()
    return [line.removeprefix("# ") for line in lines if line.startswith("# number")]
