"""A service manager, as systemd would be: starts the Procfile's processes again whenever they have ended."""

from tests.installation import Installation

_TRIES = 5


class Manager:
    """Keeps one installation up."""

    def __init__(self, service: Installation) -> None:
        self._service = service
        self.starts = 0
        self.failed_starts = 0

    def start(self) -> None:
        for _ in range(_TRIES):
            self.starts += 1
            try:
                return self._service.start()
            except AssertionError:
                if not self._service.manager_ended():
                    raise
                self.failed_starts += 1
        raise AssertionError(f"not up after {_TRIES} starts\n{self._service.output()[-6000:]}")

    def start_again(self) -> None:
        """honcho stops everything when one of its processes ends: wait for that, then start."""
        self._service.wait_for(self._service.manager_ended, 20)
        self.start()
