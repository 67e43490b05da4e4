"""One writer at a time, among threads and processes."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

if sys.platform == "win32":
    import msvcrt

    # Locks there keep others from reading: take a byte that no cassette reaches.
    _BYTE = (1 << 31) - 2

    def _lock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_LOCK, 1)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked(descriptor: int) -> Iterator[None]:
    """Hold an open file for oneself, and wait while another holds it.

    The lock is advisory and belongs to the descriptor: two threads need one each. It ends with
    the process, however that ends. Raises OSError when the file system has no locks.
    """
    _lock(descriptor)
    try:
        yield
    finally:
        _unlock(descriptor)
