"""What the child gives up before it touches a file from outside."""

import ctypes
import os
import resource
import signal
from collections.abc import Collection
from pathlib import Path

from workers.cage import landlock

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_MIB = 1024 * 1024

libc = ctypes.CDLL(None, use_errno=True)


def confine(keep: Collection[int], room: int, parent: int) -> None:
    """Keep the open files `keep` and nothing else: no other file, no privilege, no core dump, no more memory.

    `room` is the address space in bytes that it may have in all. The child dies with its `parent`.
    """
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    _close_others(keep)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    libc.prctl(_PR_SET_DUMPABLE, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    landlock.give_up_everything()


def _close_others(keep: Collection[int]) -> None:
    """The child must hold neither the database nor a socket of its parent."""
    start = 0
    for handle in [*sorted(keep), os.sysconf("SC_OPEN_MAX")]:
        if start < handle:  # to close_range(2), an empty range that begins at 0 is every file
            os.closerange(start, handle)
        start = handle + 1


def room_for(memory_mb: int) -> int:
    """The address space in bytes that this process has, and `memory_mb` more."""
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize() + memory_mb * _MIB
