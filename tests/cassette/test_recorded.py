"""What vcrpy itself records, from a small server on loopback, is read as it was seen."""

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import aiohttp
import httpx
import pytest
import requests
import vcr

from mockgw.cassette.reader import read

ASKED = {"model": "gpt-5.5", "input": "Grüße 😀"}
ANSWER = json.dumps({"text": "Hallo 😀", "top_p": 0.98}, ensure_ascii=False).encode()
EVENTS = [f'event: delta\ndata: {{"n":{n}}}\n\n'.encode() for n in range(3)]


class Handler(BaseHTTPRequestHandler):
    """Answers every POST by its path."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        if "chunked" in self.headers.get("transfer-encoding", ""):
            while (size := int(self.rfile.readline(), 16)) > 0:
                self.rfile.read(size + 2)
            self.rfile.readline()
        else:
            self.rfile.read(int(self.headers["content-length"]))
        getattr(self, f"send_{self.path.strip('/')}")()

    def send_json(self) -> None:
        self.start(201, "application/json", [("content-length", str(len(ANSWER)))])
        self.wfile.write(ANSWER)

    def send_gzip(self) -> None:
        packed = gzip.compress(ANSWER)
        length = ("content-length", str(len(packed)))
        self.start(200, "application/json", [("content-encoding", "gzip"), length])
        self.wfile.write(packed)

    def send_stream(self) -> None:
        self.start(200, "text/event-stream", [("transfer-encoding", "chunked")])
        for event in EVENTS:
            self.wfile.write(f"{len(event):x}\r\n".encode() + event + b"\r\n")
        self.wfile.write(b"0\r\n\r\n")

    def start(self, status: int, kind: str, headers: list[tuple[str, str]]) -> None:
        self.send_response(status)
        for name, value in [("Content-Type", kind), ("X-Two", "a"), *headers]:
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
        pass


@pytest.fixture(scope="module")
def upstream() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def recording(path: Path, serializer: str = "yaml") -> Iterator[None]:
    with vcr.VCR(serializer=serializer).use_cassette(str(path), record_mode="all"):
        yield


def by_requests(url: str) -> bytes:
    with requests.post(url, json=ASKED, stream=True, timeout=10) as response:
        return response.content


def by_httpx(url: str) -> bytes:
    with httpx.Client() as client, client.stream("POST", url, json=ASKED) as response:
        return response.read()


@pytest.mark.parametrize("client", [by_requests, by_httpx])
@pytest.mark.parametrize(
    ("route", "serializer"),  # vcrpy's JSON holds no bytes, so no gzip
    [("json", "yaml"), ("stream", "yaml"), ("gzip", "yaml"), ("json", "json"), ("stream", "json")],
)
def test_what_vcrpy_records_through_a_blocking_client_is_read(
    tmp_path: Path,
    upstream: str,
    client: Callable[[str], bytes],
    route: str,
    serializer: str,
) -> None:
    path = tmp_path / f"one.{serializer}"
    with recording(path, serializer):
        seen = client(f"{upstream}/{route}")
    check(path, f"{upstream}/{route}", seen)


@pytest.mark.parametrize("route", ["json", "stream", "gzip"])
async def test_what_vcrpy_records_through_aiohttp_is_read(
    tmp_path: Path, upstream: str, route: str
) -> None:
    url = f"{upstream}/{route}"
    with recording(tmp_path / "one.yaml"):
        async with aiohttp.ClientSession() as session, session.post(url, json=ASKED) as response:
            seen = await response.read()
    check(tmp_path / "one.yaml", url, seen)


def check(path: Path, url: str, seen: bytes) -> None:
    (found,) = read(path)
    assert (found.method, found.uri) == ("POST", url)
    assert json.loads(found.request_body) == ASKED
    assert found.response_body == seen
    assert seen in {ANSWER, b"".join(EVENTS)}
    assert found.status == (201 if url.endswith("json") else 200)
    assert found.reason in {"OK", "Created"}
    assert found.response_headers["x-two"] == ("a",)
    assert not {"content-length", "content-encoding", "transfer-encoding"} & set(
        found.response_headers
    )


@pytest.mark.parametrize(
    ("make", "tag"), [(lambda: BytesIO(b"abc"), "BytesIO"), (lambda: iter([b"a", b"bc"]), "iter")]
)
def test_what_vcrpy_records_of_files_and_generators_is_read(
    tmp_path: Path, upstream: str, make: Callable[[], Any], tag: str
) -> None:
    path = tmp_path / "one.yaml"
    with recording(path):
        requests.post(f"{upstream}/json", data=make(), timeout=10)
    assert tag in path.read_text()
    (found,) = read(path)
    assert found.request_body == b"abc"
    assert found.line == 2
