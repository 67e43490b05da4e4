"""Runs in an environment of its own: asks by three clients below vcrpy, and prints what they got.

Arguments: the cassette, its serializer, the record mode, and then requests as `METHOD URL BODY`.
"""

import asyncio
import json
import sys
from base64 import b64encode
from typing import Any

import aiohttp
import httpx
import requests
import vcr

import mockgw.vcr


def by_requests(url: str, body: bytes) -> bytes:
    """Ask with requests, the answer as a stream."""
    headers = {"content-type": "application/json"}
    with requests.post(url, data=body, headers=headers, stream=True, timeout=30) as answer:
        return answer.content


def by_httpx(url: str, body: bytes) -> bytes:
    """Ask with httpx, the answer as a stream."""
    headers = {"content-type": "application/json"}
    with (
        httpx.Client(timeout=30) as client,
        client.stream("POST", url, content=body, headers=headers) as answer,
    ):
        return answer.read()


def by_aiohttp(url: str, body: bytes) -> bytes:
    """Ask with aiohttp."""
    return asyncio.run(_posted(url, data=body, headers={"content-type": "application/json"}))


def by_aiohttp_json(url: str, body: bytes) -> bytes:
    """Ask with aiohttp, the body as the value that it means."""
    return asyncio.run(_posted(url, json=json.loads(body)))


async def _posted(url: str, **given: Any) -> bytes:
    async with aiohttp.ClientSession() as client, client.post(url, **given) as answer:
        return await answer.read()


CLIENTS = {
    "requests": by_requests,
    "httpx": by_httpx,
    "aiohttp": by_aiohttp,
    "aiohttp json": by_aiohttp_json,
}


def main() -> None:
    """Ask everything by every client: below a cassette of its own, or the first three below one."""
    path, serializer, mode, told = sys.argv[1:]
    recorder = vcr.VCR(match_on=["method", "uri", "body"])
    recorder.register_serializer("mockgw", mockgw.vcr)
    found: dict[str, list[str]] = {}
    for name, client in CLIENTS.items():
        file = path.replace("CLIENT", name)
        if file == path and client is by_aiohttp_json:
            continue
        with recorder.use_cassette(file, serializer=serializer, record_mode=mode):
            found[name] = [
                b64encode(client(url, body.encode())).decode() for url, body in json.loads(told)
            ]
    sys.stdout.write(json.dumps({"version": vcr.__version__, "found": found}))


if __name__ == "__main__":
    main()
