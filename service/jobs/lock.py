"""A lock on the data folder for what may run only once."""

import fcntl
import os
import sys
from pathlib import Path


def hold_alone(path: Path, what: str) -> int:
    """Hold a lock file for as long as this process lives; where another holds it, end with a remedy.

    `what` names the process for a person, and the file holds its pid. The kernel lets go of the lock when the process
    dies, however it dies.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        pid = os.read(handle, 20).decode() or "not yet known"
        sys.exit(
            f"Another {what} process ({pid}) already serves this DATA_DIR. Stop it first, or use another DATA_DIR."
        )
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle
