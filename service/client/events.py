"""Server-sent events out of the lines of a stream [WHATWG HTML, 9.2.6]."""

import json
from collections.abc import Iterable, Iterator

from service.client.models import Event


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """The events of a stream that carries JSON; comments (pings) and retry times are passed over."""
    kind, number = "message", 0
    data: list[str] = []
    for line in lines:
        if not line:
            if data:
                yield Event(number, kind, json.loads("\n".join(data)))
            kind, data = "message", []
            continue
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        if name == "event":
            kind = value
        elif name == "id" and value.isdigit():
            number = int(value)
        elif name == "data":
            data.append(value)
