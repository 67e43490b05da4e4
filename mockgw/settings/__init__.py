"""What can be set: every setting once, with its meaning and its bounds."""

import difflib
import ipaddress
from functools import cache, lru_cache

from mockgw.errors import MockgwError
from mockgw.setting import Setting, described
from mockgw.settings.kinds import FROZEN_AT as FROZEN_AT
from mockgw.settings.redacting import Redacting

UPSTREAM_MODES = frozenset({"record", "rerecord", "live", "diff"})
# What `upstreams` calls the doors; Cloudflare's REST API has two doors and one upstream.
UPSTREAM_DOORS = ("openai", "gateway", "rest", "binding")
CONFIG_VARIABLE = "MOCKGW_CONFIG"

_WEB = ("http://", "https://")


class Settings(Redacting, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything that can be set, with the value it has when nobody sets it."""

    @property
    def stands_at(self) -> float | None:
        """The unix seconds at which the clock stands still, or None when it is the real one."""
        if self.clock == "real":
            return None
        return FROZEN_AT if self.clock in {"frozen", "virtual"} else float(self.clock)

    def check(self, since: "Settings | None" = None, given: str = "Settings") -> None:
        """Raise MockgwError for a value that is not allowed or a bind that would be open to all.

        What is the same object as in `since`, which was found right, is not looked at again.
        `given` is what gave the values, for the message.
        """
        for setting in all_settings():
            value = getattr(self, setting.name)
            if since is None or value is not getattr(since, setting.name):
                setting.converted(value, f"{given}({setting.name}=…)", strict=True)
        if not (loopback(self.host) or self.api_keys or not self.auth):
            raise MockgwError(
                f"Refused to listen on {self.host!r}: others could reach it without a key.",
                "Give --api-key KEY (or MOCKGW_API_KEY), or --no-auth to serve anybody.",
            )
        if self.mode in UPSTREAM_MODES:
            self._check_upstream()

    def upstream_of(self, door: str) -> str | None:
        """Return the upstream's base URL for the calls of a door, or None when there is none."""
        named = dict(one.split("=", 1) for one in self.upstreams)
        return named.get(door) or named.get(door.partition("-")[0]) or self.upstream

    def _check_upstream(self) -> None:
        if self.upstream is None and not self.upstreams:
            raise MockgwError(
                f"Mode {self.mode} needs an upstream to ask, and got None.",
                "Give --upstream URL, such as https://api.openai.com/v1.",
            )
        if self.upstream is not None and not self.upstream.startswith(_WEB):
            named = self.upstream.partition("=")[0] in UPSTREAM_DOORS
            raise MockgwError(
                f"Mode {self.mode} needs an upstream to ask, and got {self.upstream!r}.",
                f"Give --upstream-for {self.upstream}."
                if named
                else "Give --upstream URL, such as https://api.openai.com/v1.",
            )
        for one in self.upstreams:
            _check_door(one)
        if self.mode in {"record", "rerecord"} and len(self.cassettes) != 1:
            raise MockgwError(
                f"Mode {self.mode} writes to one cassette, and got {len(self.cassettes)}.",
                "Give --cassettes tape.yaml once.",
            )


def _check_door(given: str) -> None:
    door, _, url = given.partition("=")
    if door not in UPSTREAM_DOORS:
        near = difflib.get_close_matches(door, UPSTREAM_DOORS, n=1)
        nearest = f" (nearest: {near[0]})" if near else ""
        raise MockgwError(
            f"--upstream-for: there is no door {door!r}.",
            f"Give one of {', '.join(UPSTREAM_DOORS)}{nearest}, then = and a URL.",
        )
    if not url.startswith(_WEB):
        raise MockgwError(
            f"--upstream-for: the door {door} needs an upstream to ask, and got {url!r}.",
            f"Give a URL, such as {door}=https://api.openai.com/v1.",
        )


@cache
def all_settings() -> tuple[Setting, ...]:
    """Return every setting in the order of the reference."""
    return described(Settings)


@lru_cache(maxsize=64)
def loopback(host: str) -> bool:
    """Return whether only this host can reach the address."""
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    mapped = getattr(address, "ipv4_mapped", None)
    return bool((mapped or address).is_loopback)
