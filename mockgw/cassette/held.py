"""Cassettes held open for one writer, and put in place whole."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mockgw.cassette.lock import locked
from mockgw.errors import MockgwError

_MODE = 0o666  # less the umask
_REMEDIES = {
    errno.EACCES: "Give yourself the right to write there, or record into another file.",
    errno.EPERM: "Give yourself the right to write there, or record into another file.",
    errno.EROFS: "Record into a file on a disk that can be written.",
    errno.ENOSPC: "Make room on the disk; what was recorded so far is whole.",
    errno.EDQUOT: "Make room on the disk; what was recorded so far is whole.",
    errno.EFBIG: "Record into another file; what was recorded so far is whole.",
    errno.EISDIR: "Name a file in that folder.",
    errno.ENOTDIR: "Name a folder that is one: a part of the path is a file.",
    errno.EEXIST: "Name a folder that is one: a part of the path is a file.",
    errno.ENOENT: "Name a folder that can be made.",
    errno.ENAMETOOLONG: "Give the cassette a shorter name.",
    errno.ENOLCK: "Record onto a disk whose file system has locks.",
}


# Device, inode, size in bytes, and time in ns: a file with another stamp was written meanwhile.
Stamp = tuple[int, int, int, int]


def stamp(told: os.stat_result) -> Stamp:
    """Return what tells one state of a file from another."""
    return told.st_dev, told.st_ino, told.st_size, told.st_mtime_ns


@contextmanager
def held(path: Path, known_as: Path | None = None) -> Iterator[int]:
    """Open a cassette, made empty when missing, and hold it; yields the descriptor.

    What is written goes to the end. Raises MockgwError with place and remedy for whatever the
    system refuses; `known_as` is the name that people gave it.
    """
    with explained(known_as or path):
        descriptor = _opened(path)
        while True:
            try:
                with locked(descriptor):
                    if _is_at(descriptor, path):
                        yield descriptor
                        return
            finally:
                os.close(descriptor)
            descriptor = _opened(path)  # it was replaced while this one waited


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn the system's refusals into MockgwError with place and remedy."""
    try:
        yield
    except OSError as error:
        place = f" ({error.filename})" if str(error.filename or path) != str(path) else ""
        reason = (error.strerror or str(error)).lower()
        remedy = _REMEDIES.get(error.errno or 0, "")
        raise MockgwError(f"{path}: cannot be written: {reason}{place}", remedy) from error


def put(path: Path, data: bytes) -> None:
    """Put a whole file in the place of another, which is seen either old or new."""
    known_as, path = path, path.resolve() if path.is_symlink() else path
    beside = path.with_name(f".{path.name}.new")
    with held(beside, known_as) as descriptor:
        try:
            os.ftruncate(descriptor, 0)
            if path.exists():
                beside.chmod(stat.S_IMODE(path.stat().st_mode))
            written(descriptor, data)
            os.fsync(descriptor)
            beside.replace(path)
        except OSError:
            beside.unlink(missing_ok=True)
            raise


def written(descriptor: int, data: bytes) -> None:
    """Write all of it to the end of the file, or nothing; raises OSError."""
    size = os.fstat(descriptor).st_size
    try:
        # One call, but for a signal or a full disk: the next call then says which.
        while data:
            data = data[os.write(descriptor, data) :]
    except OSError:
        os.ftruncate(descriptor, size)
        raise


def _opened(path: Path) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | getattr(os, "O_BINARY", 0)
    try:
        descriptor = os.open(path, flags, _MODE)
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, flags, _MODE)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise MockgwError(f"{path}: cannot be written: it is no file", "Name a file.")
    return descriptor


def _is_at(descriptor: int, path: Path) -> bool:
    """Return whether the path still leads to the open file."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat())
    except FileNotFoundError:
        return False
