"""Shared memory: some bytes that a process and its forked children all read and write, one at a time."""

import fcntl
import mmap
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Shared:
    """Made before the workers are forked; lives as long as their supervisor. All zero at first."""

    def __init__(self, name: str, size: int) -> None:
        self._file = os.memfd_create(name)
        os.ftruncate(self._file, size)
        self.memory = mmap.mmap(self._file, size)
        self._lock = threading.Lock()

    @contextmanager
    def alone(self) -> Iterator[mmap.mmap]:
        """`memory`, while nobody else is at it."""
        # Two locks, held for microseconds: one among the threads of this process, to which the kernel's is the same for
        # all, and the kernel's among the processes, which it drops when the holder is killed.
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
            try:
                yield self.memory
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN)
