"""The keeper: `python -m workers.cage FD`, a process with nothing but readers in it, which bears caged children.

It is started by the supervisor with an empty environment and never forked from it: no key, no setting, no open
database is in its memory, so none is in a child's.
"""

from service import startup  # isort: skip

import json
import os
import signal
import socket
import sys

from workers.cage.life import bear
from workers.cage.reading import work_of
from workers.tether import be_known_as, tie_to_parent

_ORDER_BYTES = 4096
_HANDLES = 3


def keep(orders: socket.socket) -> None:
    """Bear a child for every order, until nobody can order any more."""
    while True:
        data, handles, _, _ = socket.recv_fds(orders, _ORDER_BYTES, _HANDLES)
        if not data:
            return
        bear(work_of, json.loads(data), handles)
        for handle in handles:
            os.close(handle)


def main() -> None:
    tie_to_parent(os.getppid())
    be_known_as("keeper")
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the children
    startup.end()
    keep(socket.socket(fileno=int(sys.argv[1])))


if __name__ == "__main__":
    main()
