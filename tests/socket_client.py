"""What a caller does with `responses.connect()`: `python socket_client.py BASE_URL` prints it.

A stand-alone script, for an interpreter that has the `openai` package and `websockets`.
"""

import asyncio
import json
import sys
from typing import Any

import openai

ENDS = {"response.completed", "response.failed", "response.incomplete", "error"}
ASKED: Any = {"model": "gpt-5.5", "input": "Name a lake.", "store": False}


def once(connection: Any, **further: Any) -> list[Any]:
    """Return the events of one response."""
    connection.response.create(**ASKED | further)
    told = []
    for event in connection:
        told.append(event)
        if event.type in ENDS:
            break
    return told


def chain(client: Any) -> dict[str, Any]:
    """Return what comes of responses one after the other, and of one too many."""
    with client.responses.connect() as connection:
        first = once(connection)
        name = first[-1].response.id
        second = once(connection, input="Another.", previous_response_id=name)
        late = once(connection, input="Another.", previous_response_id=name)
        warm = once(connection, generate=False) if "generate" in sys.argv else []
    with client.responses.connect() as connection:
        later = second[-1].response.id
        lost = once(connection, input="More.", previous_response_id=later)
        whole = once(connection, input=[{"role": "user", "content": "From the beginning."}])
    # The 2.x line has no type for it, and leaves it as it came.
    told = late[-1].to_dict()
    return {
        "numbers": [one.sequence_number for one in first],
        "last": [one[-1].type for one in (first, second, late, lost, whole)],
        "deltas": "".join(one.delta for one in first if one.type.endswith("text.delta")),
        "text": first[-1].response.output_text,
        "grows": second[-1].response.usage.input_tokens > first[-1].response.usage.input_tokens,
        "late": [told["status"], told["error"]["code"], told["error"]["param"]],
        "warm": [one.type for one in warm],
    }


async def beside(base: str) -> list[str]:
    """Return the ends of two responses that an asynchronous client asks for on two connections."""
    async with openai.AsyncOpenAI(base_url=base, api_key="sk-right") as client:

        async def one() -> str:
            async with client.responses.connect() as connection:
                await connection.response.create(**ASKED)
                async for event in connection:
                    if event.type in ENDS:
                        return str(event.type)
            return ""

        return list(await asyncio.gather(one(), one()))


def main() -> None:
    """Print what came of it as JSON."""
    base = sys.argv[1]
    with openai.OpenAI(base_url=base, api_key="sk-right") as client:
        told = chain(client)
    told["beside"] = asyncio.run(beside(base))
    told["version"] = openai.__version__
    try:
        with openai.OpenAI(base_url=base, api_key="sk-wrong") as client, client.responses.connect():
            told["wrong key"] = "let in"
    except Exception as problem:  # noqa: BLE001 - what it is is what is told
        told["wrong key"] = str(problem)
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
