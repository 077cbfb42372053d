"""A clock that a test can set, for an installation of its own: not that of the machine, which others go by too."""

import os
from pathlib import Path

from tests.installation import Installation

VARIABLE = "CLOCK_SHIFTED_BY"
"""Names the file in which the seconds stand that the clock is put forward, or back where they are negative."""


class Clock:
    """The clock of one installation, to be made before that starts."""

    def __init__(self, service: Installation) -> None:
        self._path = service.folder / "clock"
        self.shift(0)
        service.environment[VARIABLE] = str(self._path)
        service.load_first(Path(__file__).parent)

    def shift(self, seconds: int) -> None:
        """At once: a process must not read half a file."""
        fresh = self._path.with_suffix(".new")
        fresh.write_text(str(seconds))
        os.replace(fresh, self._path)
