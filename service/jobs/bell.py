"""A bell: a named pipe that wakes a waiting process at once. It carries no news, only "look"."""

import os
import select
from pathlib import Path
from typing import Self


class Bell:
    """One bell in the data folder; any process may ring it, any may wait for it.

    A lost ring is never an error: whoever waits also looks by itself now and then.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._fd: int | None = None
        self._poll: select.epoll | None = None

    def ring(self, times: int = 1) -> None:
        """Wake up to `times` waiting readers; never blocks."""
        try:
            os.write(self.fileno(), b"!" * times)
        except BlockingIOError:
            pass  # 64 KiB of rings are waiting to be heard: it is ringing already

    def wait(self, seconds: float) -> bool:
        """Wait for one ring and take it; False when none came in time or another reader took it."""
        if self._poll is None:
            self._poll = select.epoll()
            # Or every ring would wake everybody who waits, for one to take it.
            self._poll.register(self.fileno(), select.EPOLLIN | select.EPOLLEXCLUSIVE)
        return bool(self._poll.poll(seconds)) and self.take(1)

    def take(self, most: int = 65536) -> bool:
        """Take up to `most` waiting rings without waiting."""
        try:
            return bool(os.read(self.fileno(), most))
        except BlockingIOError:
            return False

    def fileno(self) -> int:
        """The pipe, opened at first use: read and write, so that it never ends and never blocks at opening."""
        if self._fd is None:
            try:
                os.mkfifo(self._path, 0o600)
            except FileExistsError:
                pass
            self._fd = os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        return self._fd

    def close(self) -> None:
        if self._poll is not None:
            self._poll.close()
            self._poll = None
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
