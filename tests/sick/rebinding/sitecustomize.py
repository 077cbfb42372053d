"""A name server that changes its answers, for processes with this file on their path: Python loads it first."""

import socket
from collections import Counter
from typing import Any

_ask = socket.getaddrinfo
_asked: Counter[str] = Counter()


def _answer(host: Any, port: Any, *more: Any, **named: Any) -> Any:
    name = host.decode() if isinstance(host, bytes) else host
    if name in _ANSWERS:
        _asked[name] += 1
        name = _ANSWERS[name][min(_asked[name], 2) - 1]
    return _ask(name, port, *more, **named)


_ANSWERS = {"pinned.test": ("127.0.0.1", "127.255.255.254"), "moving.test": ("nowhere.invalid", "127.0.0.1")}
"""For each name what it leads to at first, and ever after."""

socket.getaddrinfo = _answer
