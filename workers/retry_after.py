"""Retry-After: the wait that a server asks for."""

import time
from email.utils import parsedate_to_datetime


def seconds_asked_for(value: str | None) -> float | None:
    """Retry-After in seconds, whether given as a number or as a date [RFC 9110 10.2.3]; None where it is neither."""
    if value is None:
        return None
    try:
        wait = float(value) if value.strip().isdigit() else parsedate_to_datetime(value).timestamp() - time.time()
    except (ValueError, TypeError, OverflowError):
        return None
    return max(wait, 0.0)
