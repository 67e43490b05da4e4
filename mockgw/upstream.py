"""The only way out: asks the real thing, and hands back what it says as it comes."""

import asyncio
import zlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import aiohttp

from mockgw.cassette.packed import CODINGS, Packed
from mockgw.errors import ApiError
from mockgw.outgoing import Outgoing

_CONNECT, _SILENCE = 30.0, 600.0
_PLAIN = frozenset({"", "identity"})
_TORN = "broke off in the middle of its answer"
_Headers = dict[str, tuple[str, ...]]
# The URL of the proxy by which an address is reached, or None.
Proxy = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Arriving:
    """An answer whose head is here and whose body is still to come.

    Header names are lower case; the body is decompressed as it comes.
    """

    status: int
    reason: str
    headers: _Headers
    content: AsyncIterator[bytes]

    @property
    def streamed(self) -> bool:
        """Whether it is an event stream."""
        return "event-stream" in self.headers.get("content-type", ("",))[0]


class Upstream:
    """Asks over connections that it keeps; `close` ends them.

    `patience` is how many seconds an answer may take to begin.
    """

    def __init__(self, patience: float, proxy: Proxy) -> None:
        self._patience = patience
        self._proxy = proxy
        self._proxies: dict[str, str | None] = {}
        self._client: aiohttp.ClientSession | None = None

    @asynccontextmanager
    async def ask(self, request: Outgoing) -> AsyncIterator[Arriving]:
        """Send the request, and give its answer as it arrives.

        Raises ApiError 502 when the upstream cannot be reached, cannot be trusted or breaks off,
        504 when it does not begin in time or is silent for too long.
        """
        try:
            answer = await self._begun(request)
            async with answer:
                headers: _Headers = {}
                for name, value in answer.headers.items():
                    headers[name.lower()] = (*headers.get(name.lower(), ()), value)
                content = _unpacked(answer, headers, request)
                yield Arriving(answer.status, answer.reason or "", headers, content)
        except aiohttp.ConnectionTimeoutError:
            raise failed(request, f"could not be reached within {_CONNECT:g} s", 504) from None
        except TimeoutError:
            raise failed(request, "fell silent in the middle of its answer", 504) from None
        except aiohttp.ClientError as problem:
            raise failed(request, _told(problem), 502) from None

    async def _begun(self, request: Outgoing) -> aiohttp.ClientResponse:
        """Return the answer as soon as its head is there."""
        try:
            async with asyncio.timeout(self._patience):
                return await self._session().request(
                    request.method,
                    request.url,
                    headers=request.headers,
                    data=request.body or None,
                    allow_redirects=False,
                    proxy=self._proxy_of(request.url),
                )
        except aiohttp.ClientError:
            raise
        except TimeoutError:
            reason = f"did not begin to answer within {self._patience:g} s"
            raise failed(request, reason, 504) from None
        except ValueError as problem:
            # aiohttp's own words for an address that is none, and for a proxy that it cannot use.
            raise failed(request, f"cannot be asked: {type(problem).__name__}", 502) from None

    def _proxy_of(self, url: str) -> str | None:
        """Return the proxy for an address, which is looked up once for each host: that costs."""
        host = "/".join(url.split("/", 3)[:3])
        if host not in self._proxies:
            self._proxies[host] = self._proxy(url)
        return self._proxies[host]

    def _session(self) -> aiohttp.ClientSession:
        if self._client is None:
            silence = max(_SILENCE, self._patience)
            timeout = aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT, sock_read=silence)
            # Unpacked here, for aiohttp takes half of a gzip for all of it. Nothing is taken from
            # the environment: a .netrc would put its own key beside the caller's.
            self._client = aiohttp.ClientSession(
                timeout=timeout,
                # Clients decide how much they ask at once; by itself aiohttp takes a hundred.
                connector=aiohttp.TCPConnector(limit=0),
                auto_decompress=False,
                headers={"accept-encoding": "gzip, deflate"},
                cookie_jar=aiohttp.DummyCookieJar(),
                read_bufsize=2**20,
            )
        return self._client

    async def close(self) -> None:
        """End the connections."""
        if self._client is not None:
            await self._client.close()
            self._client = None
            # aiohttp closes its sockets in the next turn of the loop.
            await asyncio.sleep(0)


async def _unpacked(
    answer: aiohttp.ClientResponse, headers: _Headers, request: Outgoing
) -> AsyncGenerator[bytes, None]:
    """Yield the body as it comes, decompressed.

    Raises ApiError 502 for one that is cut, or in a coding that nobody asked for.
    """
    coding = ", ".join(headers.get("content-encoding", ())).strip().lower()
    if coding in _PLAIN:
        async for part in answer.content.iter_any():
            yield part
        return
    if coding not in CODINGS:
        raise failed(request, f"answered in a coding that nobody asked for ({coding[:40]!r})", 502)
    packed = Packed(coding)
    try:
        async for part in answer.content.iter_any():
            if told := packed.opened(part):
                yield told
    except zlib.error:
        reason = f"answered with a body that is not the {coding} that it is said to be"
        raise failed(request, reason, 502) from None
    if not packed.whole:
        raise failed(request, _TORN, 502)


def failed(request: Outgoing, reason: str, status: int) -> ApiError:
    """Return what the caller is told of an upstream that failed."""
    host = urlsplit(request.url).netloc.rpartition("@")[2]
    return ApiError(
        status,
        f"The upstream {host} {reason}. Nothing was recorded.",
        type="mockgw_error",
        code="upstream_failed",
        origin="mockgw",
        source="live",
    )


def _told(problem: aiohttp.ClientError) -> str:
    if isinstance(problem, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "could not be trusted: its TLS certificate was refused"
    if isinstance(problem, aiohttp.ClientConnectorError):
        return f"could not be reached: {problem.os_error.strerror or problem.os_error}"
    if isinstance(problem, aiohttp.ClientPayloadError):
        return _TORN
    return f"failed: {type(problem).__name__}"
