"""honcho, where it started this process: when it dies, as with the terminal it ran in, nobody is left who would stop
what it started, and that would keep the port and the data folder from its successors."""

import os
import select
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

_NAME = "HONCHO_PROCESS_NAME"
"""What honcho sets for each process it starts."""


class Manager:
    """The honcho above this process; what anything else started is let alone, and goes on when that dies."""

    def __init__(self) -> None:
        found = [pid for pid in _ancestors() if b"honcho" in _words(pid)] if _NAME in os.environ else []
        # The last: between honcho and this process stands a fork of it, which lives on without it.
        self._handle = os.pidfd_open(found[-1]) if found else None

    def gone(self, within: float | None = 0) -> bool:
        """Whether it has died; waits for that up to `within` seconds, None for as long as it takes."""
        if self._handle is None:
            return False
        poller = select.poll()
        poller.register(self._handle, select.POLLIN)
        return bool(poller.poll(None if within is None else within * 1000))

    def followed(self) -> None:
        """Have this process get a SIGTERM when it dies."""
        threading.Thread(target=self._follow, daemon=True, name="manager").start()

    def _follow(self) -> None:
        if self.gone(within=None):
            os.kill(os.getpid(), signal.SIGTERM)


def _ancestors() -> Iterator[int]:
    pid = os.getppid()
    while pid > 1:
        yield pid
        pid = int(Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[1])


def _words(pid: int) -> list[bytes]:
    """Its command line, the path of each word left out."""
    return [word.rpartition(b"/")[2] for word in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")]
