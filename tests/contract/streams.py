"""A client of server-sent events: reads a stream by the standard's own rules [WHATWG HTML 9.2.6]."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import requests

from tests.installation import Installation


@dataclass(frozen=True)
class Told:
    """One event as it was dispatched; `id` is the last event id at that moment."""

    id: str
    kind: str
    data: dict[str, Any]


class Stream:
    """An open stream; iterating it gives its events until it ends. `last_id` is what a browser would send next time."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        self.last_id = ""
        self.retry = 0
        self.comments = 0
        self._lines = response.iter_lines(chunk_size=1)

    def __iter__(self) -> Iterator[Told]:
        while (block := self._block()) is not None:
            if block["data"]:
                yield Told(self.last_id, block["event"][-1], json.loads("\n".join(block["data"])))

    def begin(self) -> None:
        """Read up to the next blank line: what stands before the first event, or a comment."""
        self._block()

    def _block(self) -> dict[str, list[str]] | None:
        """The fields up to the next blank line; None at the end of the stream."""
        block: dict[str, list[str]] = {"event": ["message"], "data": []}
        for raw in self._lines:
            if not raw:
                return block
            name, _, value = raw.decode().partition(":")
            self._note(name, value.removeprefix(" "), block)
        return None

    def _note(self, name: str, value: str, block: dict[str, list[str]]) -> None:
        if name in block:
            block[name].append(value)
        elif name == "id":
            self.last_id = value
        elif name == "retry":
            self.retry = int(value)
        elif not name:
            self.comments += 1

    def take(self, count: int) -> list[Told]:
        """The next so many events."""
        events = iter(self)
        return [next(events) for _ in range(count)]


@contextmanager
def following(service: Installation, path: str, **headers: str) -> Iterator[Stream]:
    """The stream at a path below /background; it must be one."""
    url = f"{service.url}/background/{path}"
    with requests.Session() as http:
        http.trust_env = False
        with http.get(url, headers=headers, stream=True, timeout=30) as response:
            assert response.status_code == 200, response.text
            assert response.headers["content-type"].startswith("text/event-stream")
            yield Stream(response)
