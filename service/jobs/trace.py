"""Traces: where a request stands in its caller's, as W3C Trace Context writes it; each hop is a span of its own."""

import re
import secrets

_PARENT = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?")


def hop(traceparent: str | None) -> str:
    """The `traceparent` of what is done or asked for next: the same trace with a new span, or a new trace.

    A new one is not marked as sampled: nobody has said that it is recorded.
    """
    trace, flags = _parts(traceparent or "") or (secrets.token_hex(16), "00")
    return f"00-{trace}-{secrets.token_hex(8)}-{flags}"


def trace_id(traceparent: str | None) -> str | None:
    """The trace's id, for log lines."""
    parts = _parts(traceparent or "")
    return parts[0] if parts else None


def _parts(traceparent: str) -> tuple[str, str] | None:
    """Trace id and flags; None where it is not to be used. Of later versions what this one knows is read."""
    found = _PARENT.fullmatch(traceparent)
    if found is None:
        return None
    version, trace, span, flags, more = found.groups()
    if version == "ff" or (version == "00" and more) or not int(trace, 16) or not int(span, 16):
        return None
    return trace, f"{int(flags, 16) & 1:02x}"  # of the flags the only one that says something to who comes next
