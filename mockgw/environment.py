"""The environment in which code under test finds the gateway."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

TEST_KEY = "mockgw-test-key"
ACCOUNT_ID = b"mockgw".hex().ljust(32, "0")
# A client that is given more than one credential sends them all; these would be real ones.
FOREIGN_KEYS = ("CLOUDFLARE_API_KEY", "CLOUDFLARE_EMAIL", "CLOUDFLARE_API_USER_SERVICE_KEY")


def child_environment(
    environment: Mapping[str, str], url: str, api_keys: Sequence[str]
) -> dict[str, str]:
    """Return the environment in which both SDKs talk to `url`, with keys that open nothing."""
    key = api_keys[0] if api_keys else TEST_KEY
    child = {name: value for name, value in environment.items() if name not in FOREIGN_KEYS}
    child |= {
        "MOCKGW_URL": url,
        "OPENAI_BASE_URL": f"{url}/v1",
        "OPENAI_API_KEY": key,
        "CLOUDFLARE_BASE_URL": f"{url}/client/v4",
        "CLOUDFLARE_API_TOKEN": key,
        "CLOUDFLARE_ACCOUNT_ID": ACCOUNT_ID,
    }
    hosts = dict.fromkeys(("127.0.0.1", "localhost", urlsplit(url).hostname or ""))
    for name, other in (("NO_PROXY", "no_proxy"), ("no_proxy", "NO_PROXY")):
        given = environment.get(name) or environment.get(other) or ""
        child[name] = given if given == "*" else _extended(given, hosts)
    return child


def _extended(given: str, hosts: Mapping[str, None]) -> str:
    listed = [part.strip() for part in given.split(",") if part.strip()]
    return ",".join(listed + [host for host in hosts if host and host not in listed])
