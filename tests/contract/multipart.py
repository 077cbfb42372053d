"""Multipart bodies put together by hand, right and wrong, and sent as they are."""

import json
import socket
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import requests

from tests.installation import Installation

BOUNDARY = "border"
TYPE = f"multipart/form-data; boundary={BOUNDARY}"
END = f"--{BOUNDARY}--\r\n".encode()


def field(name: str, value: str | bytes) -> bytes:
    """A text field's part."""
    return part(f'form-data; name="{name}"', value.encode() if isinstance(value, str) else value)


def file(content: bytes, filename: str | bytes = "image.png", name: str = "file") -> bytes:
    """A file's part."""
    raw = filename.encode() if isinstance(filename, str) else filename
    return part(f'form-data; name="{name}"; filename="'.encode() + raw + b'"', content)


def part(disposition: str | bytes, content: bytes) -> bytes:
    """Any part."""
    raw = disposition.encode() if isinstance(disposition, str) else disposition
    head = b"Content-Disposition: " + raw + b"\r\nContent-Type: image/png\r\n\r\n"
    return f"--{BOUNDARY}\r\n".encode() + head + content + b"\r\n"


def post(
    service: Installation, body: bytes | Iterable[bytes], kind: str = TYPE, path: str = "analyze-image", **headers: str
) -> requests.Response:
    """Send a body; one that comes in pieces is sent chunked, without its length."""
    named = {name.replace("_", "-"): value for name, value in headers.items()} | (
        {"Content-Type": kind} if kind else {}
    )
    return service.http.post(f"{service.url}/background/{path}", data=body, headers=named, timeout=60)


@contextmanager
def begun(service: Installation, length: int, path: str = "analyze-image", **headers: str) -> Iterator[socket.socket]:
    """A connection on which the head of a submission of `length` bytes has been sent; closed at the end."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=30) as connection:
        lines = [
            f"POST /background/{path} HTTP/1.1",
            f"Host: 127.0.0.1:{service.port}",
            f"Content-Type: {TYPE}",
            f"Content-Length: {length}",
            *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items()),
        ]
        connection.sendall("\r\n".join([*lines, "", ""]).encode())
        yield connection


def answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Status and JSON of an answer, read until its body is whole."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += _more(connection)
    head, _, body = received.partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}
    while len(body) < int(headers["content-length"]):
        body += _more(connection)
    return int(lines[0].split()[1]), json.loads(body)


def _more(connection: socket.socket) -> bytes:
    data = connection.recv(65536)
    assert data, "the connection ended before the answer"
    return data
