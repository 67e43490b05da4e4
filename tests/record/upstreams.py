"""Upstreams to record from: an odd server, and the settings that lead to it."""

import asyncio
import gzip
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from aiohttp import web

EVENTS = [b'event: response.created\ndata: {"type":"response.created"}\n\n']


class Odd:
    """A server that answers by the words of the question; `seen` is what it was sent."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, dict[str, str], bytes]] = []
        self.go_on = asyncio.Event()
        self.begun = asyncio.Event()
        self.url = ""
        self.word = "completed"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Answer as the question says."""
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        self.seen.append((str(request.rel_url), headers, body))
        self.begun.set()
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

    async def silent(self, request: web.Request, word: str) -> web.StreamResponse:
        """Begin a stream, and say the first word of it only when told."""
        answer = await self._begun(request)
        await self.go_on.wait()
        await answer.write(
            b'event: response.completed\ndata: {"type":"response.completed",'
            b'"response":{"id":"resp_s","status":"completed"}}\n\n'
        )
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

    async def moved(self, request: web.Request, word: str) -> web.Response:
        """Say that another place is the right one."""
        place = "https://user:hunter2hunter2@elsewhere.example/v1/responses?token=abcdefgh12345678"
        return web.Response(status=307, headers={"location": place})

    async def late(self, request: web.Request, word: str) -> web.Response:
        """Answer only when told."""
        await self.go_on.wait()
        return web.json_response({"id": "resp_l", "object": "response", "status": "completed"})

    async def page(self, request: web.Request, word: str) -> web.Response:
        """Answer 200 with a page, as a portal does that wants a login."""
        return web.Response(text="<html>Log in</html>", content_type="text/html")

    async def big(self, request: web.Request, word: str) -> web.Response:
        """Answer with 10 MB."""
        return web.json_response({"id": "resp_b", "object": "response", "pad": "x" * 10_000_000})

    async def says(self, request: web.Request, word: str) -> web.Response:
        """Answer with the text after the colon, in as many words of output."""
        text = word.partition(":")[2]
        part = {"type": "output_text", "text": text, "annotations": []}
        item = {"type": "message", "id": "msg_1", "role": "assistant", "content": [part]}
        usage = {"input_tokens": 3, "output_tokens": len(text.split())}
        told = {"id": "resp_1", "object": "response", "status": self.word, "output": [item]}
        return web.json_response({**told, "usage": usage})

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


@asynccontextmanager
async def raw(*answer: bytes | float, lets_go: bool = True) -> AsyncIterator[str]:
    """Run a server that writes these bytes in these pieces, and waits for that many seconds.

    Gives its URL. It closes the connection at the end, by a reset when it does not let go.
    """

    under_way: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        under_way.add(task)
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            await _speak(reader, writer, answer)
        if lets_go:
            writer.close()
        else:
            writer.transport.abort()
        with suppress(ConnectionError):
            await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.wait_for(asyncio.gather(*under_way), 20)
        await server.wait_closed()


async def _speak(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, answer: Sequence[bytes | float]
) -> None:
    """Read one request whole, and write the answer piece by piece."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-len")]
    await reader.readexactly(int(length[0].split(b":")[1]) if length else 0)
    for part in answer:
        if isinstance(part, bytes):
            writer.write(part)
            await writer.drain()
        else:
            await asyncio.sleep(part)


def chunks(pieces: Sequence[bytes]) -> bytes:
    """Return the pieces as HTTP chunks, without the end."""
    return b"".join(b"%x\r\n%b\r\n" % (len(piece), piece) for piece in pieces)
