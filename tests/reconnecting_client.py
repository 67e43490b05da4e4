"""What a caller whose connection breaks does: `python reconnecting_client.py BASE_URL` prints it.

A stand-alone script, for an interpreter that has `openai` 3.x and `websockets`. The package opens
the connection again by itself; what was under way has to be ordered again.
"""

import asyncio
import json
import sys
from typing import Any

import openai

ENDS = {"response.completed", "response.failed", "response.incomplete", "error"}
ASKED: Any = {"model": "gpt-5.5", "input": "Name a lake.", "store": True}
QUICK: Any = {"initial_delay": 0.01}


def in_turn(base: str) -> dict[str, Any]:
    """Return what a caller hears who goes on with a stored response after a cut."""
    breaks: list[int] = []
    with openai.OpenAI(base_url=base, api_key="any") as client:
        first = client.responses.create(**ASKED)
        further = {"input": "Another.", "previous_response_id": first.id}

        def again(event: Any) -> None:
            breaks.append(event.close_code)
            # It waits in the package until the connection is there again.
            connection.response.create(**ASKED | further)

        with client.responses.connect(on_reconnecting=again, **QUICK) as connection:
            connection.response.create(**ASKED | further)
            heard: list[Any] = []
            for event in connection:
                heard.append(event)
                if event.type in ENDS:
                    break
    last = heard[-1].response
    return {
        "breaks": breaks,
        "numbers": [one.sequence_number for one in heard],
        "last": [heard[-1].type, last.previous_response_id == first.id],
    }


async def beside(base: str) -> dict[str, Any]:
    """Return what an asynchronous caller hears whose connection breaks."""
    breaks: list[int] = []
    async with openai.AsyncOpenAI(base_url=base, api_key="any") as client:

        def again(event: Any) -> None:
            breaks.append(event.close_code)

        async with client.responses.connect(on_reconnecting=again, **QUICK) as connection:
            await connection.response.create(**ASKED)
            heard: list[str] = []
            stream = aiter(connection)
            while not heard or heard[-1] not in ENDS:
                ordered = len(breaks)
                waits = asyncio.ensure_future(anext(stream))
                while not waits.done():
                    await asyncio.wait({waits}, timeout=0.05)
                    if len(breaks) > ordered and not waits.done():
                        ordered = len(breaks)
                        await connection.response.create(**ASKED)
                heard.append(waits.result().type)
    return {"breaks": breaks, "begun": heard.count("response.created"), "last": heard[-1]}


def main() -> None:
    """Print what came of it as JSON; the second address is for the asynchronous caller."""
    told = {"in turn": in_turn(sys.argv[1]), "beside": asyncio.run(beside(sys.argv[2]))}
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main()
