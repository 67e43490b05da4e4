"""The file that tells others where the server is, for as long as it is there."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mockgw.errors import MockgwError


@contextmanager
def ready_file(name: str | None, url: str) -> Iterator[None]:
    """Keep the URL in the file while the block runs; without a name, do nothing.

    A reader finds no file or the whole URL. Raises MockgwError when the file cannot be written.
    """
    if name is None:
        yield
        return
    path = Path(name)
    try:
        _write(path, f"{url}\n")
    except OSError as error:
        raise MockgwError(
            f"The ready file {path} cannot be written: {error.strerror}.",
            "Give --ready-file a path in a folder that exists and is writable.",
        ) from None
    try:
        yield
    finally:
        with suppress(OSError):
            remove(path, url)


def remove(path: Path, url: str) -> None:
    """Delete the file unless another server has put its own URL there meanwhile."""
    if path.read_text("utf-8").strip() == url:
        path.unlink()


def _write(path: Path, text: str) -> None:
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(draft).chmod(0o644)
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
