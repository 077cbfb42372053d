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


def confine(keep: Collection[int], memory_mb: int, parent: int) -> None:
    """Keep the open files `keep` and nothing else: no other file, no privilege, no core dump, no more memory.

    `memory_mb` is what may be added to the memory the process has now. The child dies with its `parent`.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)
    _close_others(keep)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    room = _address_space() + memory_mb * _MIB
    resource.setrlimit(resource.RLIMIT_AS, (room, room))
    libc.prctl(_PR_SET_DUMPABLE, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    landlock.give_up_everything()


def _close_others(keep: Collection[int]) -> None:
    """The child must hold neither the database nor a socket of its parent."""
    start = 0
    for handle in [*sorted(keep), os.sysconf("SC_OPEN_MAX")]:
        os.closerange(start, handle)
        start = handle + 1


def _address_space() -> int:
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    return pages * resource.getpagesize()
