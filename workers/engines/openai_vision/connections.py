"""The connections to the model's server, so that a thread that waits at one can be woken from another."""

import contextlib
import socket
import threading
import weakref
from collections.abc import Mapping
from typing import Any

import httpx2
import openai

_OPENED = ("connect_tcp.complete", "start_tls.complete")
"""Ends of the names of the HTTP library's trace events that tell of a new connection."""


class Connections:
    """What one client has open. A worker is on one run at a time, so they are all that run's."""

    def __init__(self) -> None:
        self._open: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._lock = threading.Lock()

    def client(self, timeout: httpx2.Timeout) -> httpx2.Client:
        """An HTTP client whose connections are known here; none is kept for another question."""
        return openai.DefaultHttpxClient(
            timeout=timeout,
            limits=httpx2.Limits(max_keepalive_connections=0),
            event_hooks={"request": [self._watch]},
        )

    def cut(self) -> None:
        """Shut every open connection: who waits at one gets an error at once, and the server sees it closed."""
        with self._lock:
            found = list(self._open)
        for one in found:
            with contextlib.suppress(OSError):  # it was closed meanwhile
                socket.socket.shutdown(one, socket.SHUT_RDWR)  # not TLS's own, which first takes its layer off

    def _watch(self, request: httpx2.Request) -> None:
        request.extensions["trace"] = self._note

    def _note(self, event: str, facts: Mapping[str, Any]) -> None:
        if event.endswith(_OPENED):
            with self._lock:
                self._open.add(facts["return_value"].get_extra_info("socket"))
