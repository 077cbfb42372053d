"""How often to look whether something has come about."""

import time

SHORTEST, LONGEST = 0.01, 0.1
"""Seconds between two looks."""


def pause(begun: float) -> None:
    """Wait a tenth of the time since `begun`, on the monotonic clock: each look takes processor time, also from what
    is waited for."""
    time.sleep(min(max((time.monotonic() - begun) / 10, SHORTEST), LONGEST))
