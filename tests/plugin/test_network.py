"""A run that is kept on loopback: what leaves it is refused, whatever the client."""

import socket

import pytest

from mockgw.testing.network import Guard, NetworkBlockedError
from tests.plugin.suites import Suite

pytest_plugins = ["pytester"]

# 192.0.2.0/24 and 2001:db8::/32 are nobody's; a name ending in .invalid is nobody's either.
AWAY = """
import asyncio
import http.client
import socket
import urllib.request

import aiohttp
import httpx2
import requests

from mockgw.testing.network import NetworkBlockedError


def by_socket(host, port):
    socket.create_connection((host, port), 0.1)

def by_connect_ex(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as plain:
        plain.connect_ex((host, port))

def by_datagram(host, port):
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as plain:
        plain.sendto(b"x", (host, port))

def by_http_client(host, port):
    http.client.HTTPConnection(host, port, timeout=0.1).request("GET", "/")

def at(host, port):
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"

def by_urllib(host, port):
    urllib.request.build_opener(urllib.request.ProxyHandler({})).open(at(host, port), timeout=0.1)

def by_requests(host, port):
    with requests.Session() as session:
        session.trust_env = False
        session.get(at(host, port), timeout=0.1)

def by_httpx(host, port):
    httpx2.get(at(host, port), timeout=0.1, trust_env=False)

def by_openai(host, port):
    http = httpx2.Client(trust_env=False)
    with OpenAI(base_url=at(host, port), api_key="x", max_retries=0, http_client=http) as client:
        client.responses.create(model="gpt-5.5", input="x")

def by_aiohttp(host, port):
    async def get():
        async with aiohttp.ClientSession() as session:
            await session.get(at(host, port))
    asyncio.run(get())

WAYS = [value for name, value in list(globals().items()) if name.startswith("by_")]
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
hosts = pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7", "api.openai.invalid"])

def let_go():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        try:
            plain.sendto(b"", ("192.0.2.7", 9))
        except OSError:
            pass
        except NetworkBlockedError:
            return False
        return True

def told(problem):
    while problem is not None:
        yield str(problem)
        problem = problem.__cause__ or problem.__context__

def blocked(way, host):
    with pytest.raises(Exception) as caught:
        way(host, 8080)
    return f"refused a connection to {host}:8080" in " ".join(told(caught.value))
"""
TRIED = """
@ways
@hosts
def test_away(way, host):
    if way in (by_connect_ex, by_datagram) and "invalid" in host:
        pytest.skip("these look nothing up in Python")
    assert blocked(way, host)

def test_asks(mockgw):
    mockgw.reply("still here")
    assert ask().output_text == "still here"

@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "127.9.9.9", "::1"])
def test_loopback(name):
    family = socket.AF_INET6 if ":" in name else socket.AF_INET
    bound = "127.0.0.1" if name == "localhost" else name
    with socket.socket(family) as listening:
        try:
            listening.bind((bound, 0))
        except OSError:
            pytest.skip("this host has no such address")
        listening.listen()
        port = listening.getsockname()[1]
        socket.create_connection((name, port), 5).close()

def test_unix(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as listening, socket.socket(socket.AF_UNIX) as calling:
        listening.bind("s")
        listening.listen()
        calling.connect("s")
"""


def let_go() -> bool:
    """Tell whether a connection is tried: port 9 of this network's own address has no service."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plain:
        try:
            plain.sendto(b"", ("192.0.2.7", 9))
        except NetworkBlockedError:
            return False
        except OSError:
            pass
        return True


@pytest.mark.parametrize("how", ["option", "ini", "mark"])
def test_whatever_the_client_nothing_leaves_loopback(suite: Suite, how: str) -> None:
    mark = "pytestmark = pytest.mark.mockgw(block_network=True)\n" if how == "mark" else ""
    suite.write(AWAY + mark + TRIED)
    if how == "ini":
        suite.ini("mockgw_block_network = true")
    ran = suite.run(*(["--mockgw-block-network"] if how == "option" else []))
    assert ran.counts.get("failed") is None, ran.text
    assert ran.counts["passed"] >= 28
    assert ("network blocked" in ran.text) == (how != "mark")
    assert let_go()


def test_a_test_without_the_mark_is_let_go_again(suite: Suite) -> None:
    suite.write(
        AWAY
        + """
@pytest.mark.mockgw(block_network=True)
class TestBlocked:
    def test_blocked(self):
        assert blocked(by_socket, "192.0.2.7")

    @pytest.mark.mockgw(block_network=False)
    def test_let_go(self):
        assert let_go()

    @pytest.fixture
    def late(self):
        yield
        assert blocked(by_socket, "192.0.2.7")

    def test_blocked_to_its_end(self, late):
        pass

def test_free():
    assert let_go()
"""
    )
    suite.run().passed(4)
    assert let_go()


def test_the_mark_lets_a_test_go_that_the_ini_file_keeps_and_the_option_does_not(
    suite: Suite,
) -> None:
    suite.ini("mockgw_block_network = true")
    suite.write(
        AWAY
        + """
@pytest.mark.mockgw(block_network=False)
def test_let_go():
    assert let_go()

def test_kept():
    assert blocked(by_socket, "192.0.2.7")
"""
    )
    suite.run().passed(2)
    assert suite.run("--mockgw-block-network").counts == {"passed": 1, "failed": 1}
    assert let_go()


def test_the_guard_leaves_no_trace_and_may_be_put_up_twice() -> None:
    guard = Guard()
    guard.switch(on=True)
    guard.switch(on=True)
    assert guard.on
    plain = socket.socket()
    with pytest.raises(TypeError):
        plain.connect()  # type: ignore[call-arg] # as wrong as without the guard
    with pytest.raises(NetworkBlockedError, match=r"to 192\.0\.2\.7:80\. Point the client at"):
        plain.connect(("192.0.2.7", 80))
    assert plain.fileno() == -1
    with pytest.raises(NetworkBlockedError):
        socket.getaddrinfo(b"example.invalid", 80)
    with pytest.raises(NetworkBlockedError):
        socket.gethostbyname("example.invalid")
    assert socket.getaddrinfo(None, 80)
    assert socket.getaddrinfo("192.0.2.7", 80)
    guard.switch(on=False)
    guard.switch(on=False)
    assert let_go()


def test_a_refused_connection_is_shown_where_it_was_tried(suite: Suite) -> None:
    suite.write(
        "def test_away():\n    import socket\n    socket.create_connection(('192.0.2.1', 80), 1)\n"
    )

    ran = suite.run("--mockgw-block-network")

    assert ran.counts == {"failed": 1}
    assert "refused a connection to 192.0.2.1:80" in ran.text
    assert "network.py" not in ran.text
