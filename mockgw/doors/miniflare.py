"""Miniflare's way of sending what a binding asks for: to one address, the real one in a header."""

from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from msgspec.structs import replace

from mockgw.model import Raw, Wire

_URL = "mf-url"
_HEADER = "mf-header-"
_PROBE = "MF-Binding="
NO_CHANNEL = Wire(404, (("content-type", "text/plain"),), b"There is no channel of RPC here.\n")


class _Bare(Mapping[str, str]):
    """A binding's own headers, without what Miniflare puts in front of their names."""

    def __init__(self, sent: Mapping[str, str]) -> None:
        lower = {name.lower(): value for name, value in sent.items()}
        own = {
            name.removeprefix(_HEADER): value
            for name, value in lower.items()
            if name.startswith(_HEADER)
        }
        kept = {name: value for name, value in lower.items() if not name.startswith("mf-")}
        # By `host` the caller has found this server, which the binding itself knows nothing of.
        self._told = {**kept, **own, "host": kept.get("host", "")}

    def __getitem__(self, name: str) -> str:
        return self._told[name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._told)

    def __len__(self) -> int:
        return len(self._told)


def unwrapped(raw: Raw) -> Raw:
    """Return the request that Miniflare's `ai` binding means, any other as it is.

    Miniflare asks the address that it was given, which may be a session's; the request's own
    target is in `MF-URL`, and its headers have `MF-Header-` in front of their names
    (workers-sdk, packages/miniflare/src/workers/shared/remote-bindings-utils.ts).
    """
    if not _may_be(raw) or _URL not in raw.headers:
        return raw
    try:
        target = urlsplit(raw.headers[_URL])
    except ValueError:
        return raw
    path = raw.path.rstrip("/") + (target.path or "/")
    return replace(raw, path=path, query=target.query, headers=_Bare(raw.headers))


def probes(raw: Raw) -> bool:
    """Tell whether Miniflare asks for a channel of RPC, as it does before every call.

    It goes on by HTTP when it is given none, so this is no request of the Worker's.
    """
    return raw.query.startswith(_PROBE) and _may_be(raw) and _URL not in raw.headers


def _may_be(raw: Raw) -> bool:
    """Tell whether it is worth to look at the headers; most requests are not Miniflare's."""
    return raw.path == "/" or raw.path.startswith("/_s/")
