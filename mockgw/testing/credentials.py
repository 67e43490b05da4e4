"""The keys that a test's clients show: some that open nothing, or for an upstream the real ones."""

import os
from collections.abc import Mapping
from dataclasses import dataclass

from mockgw.environment import ACCOUNT_ID, TEST_KEY, child_environment
from mockgw.settings import Settings

_PROXIES = ("NO_PROXY", "no_proxy")
_OPENAI, _CLOUDFLARE = "OPENAI_API_KEY", "CLOUDFLARE_API_TOKEN"
_ACCOUNT = "CLOUDFLARE_ACCOUNT_ID"


class Key(str):
    """A key that nobody reads by accident: its repr, which pytest shows, does not hold it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "'(a key)'"


@dataclass(frozen=True, slots=True)
class Credentials:
    """The keys for both SDKs, and the account."""

    openai: str = TEST_KEY
    cloudflare: str = TEST_KEY
    account: str = ACCOUNT_ID

    def environment(self, url: str) -> dict[str, str]:
        """Return the environment that leads both SDKs to `url` with these keys."""
        kept = {name: os.environ[name] for name in _PROXIES if name in os.environ}
        own = {_OPENAI: str(self.openai), _CLOUDFLARE: str(self.cloudflare)}
        return child_environment(kept, url, ()) | own | {_ACCOUNT: self.account}


def credentials(settings: Settings, *, real: bool) -> Credentials:
    """Return what the test's clients show: with `real` the keys that the environment has.

    Those are for an upstream, which is asked with what the test sends.
    """
    if settings.api_keys:
        return Credentials(settings.api_keys[0], settings.api_keys[0])
    return _of(os.environ) if real else Credentials()


def _of(environment: Mapping[str, str]) -> Credentials:
    openai, cloudflare = environment.get(_OPENAI), environment.get(_CLOUDFLARE)
    return Credentials(
        Key(openai) if openai else TEST_KEY,
        Key(cloudflare) if cloudflare else TEST_KEY,
        environment.get(_ACCOUNT) or ACCOUNT_ID,
    )
