"""Upstreams to record from: an odd server, and the settings that lead to it."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

EVENTS = [b'event: response.created\ndata: {"type":"response.created"}\n\n']


class Odd:
    """A server that answers by the words of the question; `seen` is what it was sent."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.go_on = asyncio.Event()
        self.url = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as the question says."""
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append((str(request.rel_url), headers, body))
        asked = json.loads(body or b"{}")
        word = str(asked.get("input") or "")
        kind = getattr(self, word.split(":", maxsplit=1)[0], None)
        if kind is not None:
            told: web.StreamResponse = await kind(request, word)
            return told
        return web.json_response({"id": "resp_1", "object": "response", "status": "completed"})

    async def status(self, request: web.Request, word: str) -> web.Response:
        """Answer with the status after the colon."""
        error = {"message": "No.", "type": "t", "param": None, "code": None}
        return web.json_response({"error": error}, status=int(word.split(":")[1]))

    async def zipped(self, request: web.Request, word: str) -> web.Response:
        """Answer compressed, with headers that must not reach a tape."""
        whole = gzip.compress(b'{"id": "resp_z",  "object": "response"}')
        headers = {"content-encoding": "gzip", "content-type": "application/json"}
        answer = web.Response(body=whole, headers=headers)
        answer.headers.add("set-cookie", "session=abcdefgh")
        answer.headers.add("set-cookie", "other=ijklmnop")
        return answer

    async def slow(self, request: web.Request, word: str) -> web.StreamResponse:
        """Stream one event, wait until told, stream the rest."""
        answer = await self._begun(request)
        await answer.write(EVENTS[0])
        await self.go_on.wait()
        await answer.write(b'event: response.completed\r\ndata: {"type":"response.completed",')
        await answer.write(b'"response":{"id":"resp_s","status":"completed"}}\r\n\r\n')
        return answer

    async def torn(self, request: web.Request, word: str) -> web.StreamResponse:
        """Stream one event, and end as if that were all."""
        answer = await self._begun(request)
        await answer.write(EVENTS[0])
        return answer

    async def cut(self, request: web.Request, word: str) -> web.StreamResponse:
        """Stream one event, and break off."""
        answer = await self._begun(request)
        await answer.write(EVENTS[0])
        assert request.transport is not None
        request.transport.abort()
        return answer

    async def _begun(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"content-type": "text/event-stream"})
        await answer.prepare(request)
        return answer


@asynccontextmanager
async def odd() -> AsyncIterator[Odd]:
    """Run the odd server."""
    server = Odd()
    app = web.Application(client_max_size=2**26)
    app.router.add_route("*", "/{path:.*}", server.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        server.go_on.set()
        await runner.cleanup()
