"""A run's progress that does with it what a test wants."""

from collections.abc import Callable


class Heed:
    """Told by an engine, it tells `tell`."""

    def __init__(self, tell: Callable[[float], None] = lambda fraction: None) -> None:
        self.pages_read = 0
        self._tell = tell

    def __call__(self, fraction: float) -> None:
        self._tell(fraction)
