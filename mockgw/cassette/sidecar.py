"""What is known of large cassettes from the last time, kept beside nobody's files.

A sidecar is found by the digest of a cassette's whole content, so it is never of another content,
wherever the file is and whenever it was written. That it is there says that this content was read
from end to end, without an error, by this very mockgw. It holds places, names of operations and
models, and digests: no text of a cassette. Whatever is wrong with a sidecar, the cassette is read.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import cache
from hashlib import blake2b, sha256
from pathlib import Path

import msgspec

import mockgw
from mockgw.cassette.held import put
from mockgw.errors import MockgwError

_DIGEST = 16
_MOST = 100
_SUFFIX = ".index"


class Row(msgspec.Struct, array_like=True):
    """One interaction of a cassette that is a call of ours.

    `start` and `end` are its place in the content, `line` and `position` its place for people.
    `key` and `normal` are the keys by which it is found, `normal` "" where it is not known yet;
    `mark` is the digest of the call and its answer.
    """

    start: int
    end: int
    line: int
    position: int
    key: str
    mark: str
    operation: str
    model: str
    normal: str = ""


class _Kept(msgspec.Struct, array_like=True):
    seal: str
    rows: list[Row]


class Sidecars:
    """The sidecars in a folder.

    `seal` gives a digest of everything beside the code that normal keys depend on, above all of the
    secrets that are taken out of what is compared: with another seal the normal keys of a sidecar
    are as if they were not there. It is asked only when there is a large cassette.
    """

    def __init__(self, folder: Path, seal: Callable[[], str] = str) -> None:
        self._folder = folder
        self._seal = seal

    def get(self, content: str) -> list[Row] | None:
        """Return the rows of the content with that digest, or None when they are not known."""
        try:
            data = self._path(content).read_bytes()
            if _sum(data[_DIGEST:]) != data[:_DIGEST]:
                return None
            kept = msgspec.msgpack.decode(data[_DIGEST:], type=_Kept)
        except (OSError, ValueError):  # what msgspec raises is a ValueError
            return None
        if kept.seal != self._sealed(content):
            for row in kept.rows:
                row.normal = ""
        return kept.rows

    def put(self, content: str, rows: Iterable[Row]) -> None:
        """Keep the rows of the content with that digest, if that is possible."""
        data = msgspec.msgpack.encode(_Kept(self._sealed(content), list(rows)))
        with suppress(OSError, MockgwError):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            put(self._path(content), _sum(data) + data)
            self._prune()

    def _path(self, content: str) -> Path:
        return self._folder / f"{_sum(f'{content} {_edition()}'.encode()).hex()}{_SUFFIX}"

    def _sealed(self, content: str) -> str:
        # With the content, so that two sidecars do not tell that they know the same secrets.
        return _sum(f"{content} {self._seal()}".encode()).hex()

    def _prune(self) -> None:
        """Let the oldest go: contents change, and nobody looks into this folder."""
        found = sorted(self._folder.glob(f"*{_SUFFIX}"), key=lambda one: one.stat().st_mtime_ns)
        for one in found[:-_MOST]:
            one.unlink(missing_ok=True)


def content_digest(data: bytes) -> str:
    """Return the digest by which a content is known."""
    return sha256(data).hexdigest()


def cache_folder(environment: Mapping[str, str], platform: str) -> Path | None:
    """Return the folder for sidecars of the user whose environment that is, None without one.

    `platform` is Python's name of the system, as `linux`, `darwin` or `win32`.
    """
    named = environment.get("LOCALAPPDATA" if platform == "win32" else "XDG_CACHE_HOME", "")
    if named and Path(named).is_absolute():
        return Path(named, "mockgw")
    home = environment.get("USERPROFILE" if platform == "win32" else "HOME", "")
    if not home or not Path(home).is_absolute():
        return None
    below = {"win32": "AppData/Local", "darwin": "Library/Caches"}.get(platform, ".cache")
    return Path(home, below, "mockgw")


@cache
def _edition() -> str:
    """Return the digest of this very mockgw: of another one, keys may be others."""
    import yaml  # noqa: PLC0415 - a hundredth of a second, and only for large cassettes

    told = [mockgw.__version__, msgspec.__version__, yaml.__version__]
    for path in sorted(Path(mockgw.__file__).parent.rglob("*.py")):
        with suppress(OSError):
            told.append(_sum(path.read_bytes()).hex())
    return _sum(" ".join(told).encode()).hex()


def _sum(data: bytes) -> bytes:
    return blake2b(data, digest_size=_DIGEST).digest()
