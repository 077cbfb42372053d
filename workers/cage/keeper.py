"""The keeper's process, as the supervisor holds it and the workers reach it."""

import subprocess
import sys

from workers.cage.channel import line


class Keeper:
    """One keeper for all workers. An order sent while there is none is taken by the next."""

    def __init__(self) -> None:
        self.orders, self._taken = line()
        self._process: subprocess.Popen[bytes] | None = None

    def ensure(self) -> bool:
        """Start the process unless it lives; True when it had to be started."""
        if self._process is not None and self._process.poll() is None:
            return False
        handle = self._taken.fileno()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "workers.cage", str(handle)], pass_fds=[handle], env=_environment()
        )
        return True

    def stop(self) -> None:
        """End the process, and with it every child."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        self.orders.close()
        self._taken.close()


def _environment() -> dict[str, str]:
    """What Python needs to find its modules, and nothing of ours: no key must be in the keeper's memory."""
    return {"PYTHONPATH": ":".join(path for path in sys.path if path), "LC_ALL": "C.UTF-8"}
