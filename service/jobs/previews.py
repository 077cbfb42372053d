"""The line on which the serving side asks the running side for the picture of a page.

A Unix socket in the data folder: one line of JSON there, one back. Nothing is lost when nobody listens: whoever wants
to see the page asks again.
"""

import asyncio
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

NAME = "previews.sock"

WAITING = 32
"""Askers that may wait for their turn; one more is refused at once."""


class Wish(NamedTuple):
    """The page of a task's file that somebody wants to see; pages count from 1."""

    task_id: str
    client: str | None
    media_type: str
    page: int


class Outcome(StrEnum):
    """What became of a wish."""

    MADE = "made"
    NO_PAGE = "no such page"
    UNREADABLE = "the file cannot be read"
    NOT_NOW = "not now"


async def ask(data_dir: Path, wish: Wish) -> Outcome:
    """Have a picture made. Raises OSError where nobody answers."""
    with _short(data_dir) as path:
        reader, writer = await asyncio.open_unix_connection(path)
    try:
        writer.write(json.dumps(wish).encode() + b"\n")
        line = await reader.readline()
    finally:
        writer.close()
    if not line:
        raise ConnectionResetError
    return Outcome(json.loads(line))


def listen(data_dir: Path) -> socket.socket:
    """The other end: what an earlier one left there is taken away."""
    (data_dir / NAME).unlink(missing_ok=True)
    server = socket.socket(socket.AF_UNIX)
    with _short(data_dir) as path:
        server.bind(path)
    server.listen(WAITING)
    return server


def wish_of(line: bytes) -> Wish:
    """What was asked for. Raises ValueError when the line was cut off."""
    words: list[Any] = json.loads(line)
    return Wish(*words)


def answer_of(outcome: Outcome) -> bytes:
    """The line that answers."""
    return json.dumps(outcome).encode() + b"\n"


@contextmanager
def _short(data_dir: Path) -> Iterator[str]:
    """The socket's path by a handle of its folder: spelled out it could be longer than 107 bytes [unix(7)]."""
    handle = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{handle}/{NAME}"
    finally:
        os.close(handle)
