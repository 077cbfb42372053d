"""The life of a process: its tie to the one that started it, the name it goes by, its end."""

import ctypes
import os
import signal
from typing import NoReturn

_PR_SET_PDEATHSIG, _PR_SET_NAME = 1, 15
"""prctl(2): the signal this process gets when its parent dies; what it is called."""

_libc = ctypes.CDLL(None)


def tie_to_parent(parent: int) -> None:
    """Ignore the signals that stop a service, for the parent decides when; but die with it."""
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def be_known_as(name: str) -> None:
    """Be called so, in at most 15 characters, wherever processes are listed."""
    _libc.prctl(_PR_SET_NAME, name.encode())


def end_at_once() -> NoReturn:
    """End this process with success. Its work is done and its files are closed; for Python to take all its modules
    apart would only cost a stop half a second of a processor."""
    os._exit(0)
