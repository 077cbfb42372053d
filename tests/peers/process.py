"""A peer as its own process: started, asked what it saw, ended by its own pid."""

import json
import selectors
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tests.looking import pause

ROOT = Path(__file__).resolve().parents[2]

Seen = dict[str, Any]
"""One received request, as `GET /_seen` shows it."""

# Loopback must never go through a proxy that the environment names.
_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Peer:
    """A running peer. `url` has no slash at its end; `pid` is its process."""

    def __init__(self, url: str, pid: int) -> None:
        self.url = url
        self.pid = pid

    @classmethod
    @contextmanager
    def start(cls, name: str, *, port: int = 0, timeout: float = 60.0) -> Iterator["Peer"]:
        """Run the peer `name` (`openai_server` or `receiver`) while the context is open.

        Raises TimeoutError when it does not listen within `timeout` seconds, RuntimeError when it ends instead.
        """
        command = [sys.executable, "-m", f"tests.peers.{name}", "--port", str(port), "--until-stdin-closes"]
        process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        try:
            yield cls(f"http://127.0.0.1:{_announced_port(process, timeout)}", process.pid)
        finally:
            _end(process)

    def seen(self, last: int | None = None) -> list[Seen]:
        """What was received since the last reset, newest last; only the `last` newest if that is given."""
        query = "" if last is None else f"?last={last}"
        entries: list[Seen] = json.loads(self._ask("GET", query))
        return entries

    def reset(self) -> None:
        """Forget what was received, and every script's counts."""
        self._ask("DELETE")

    def fail(self, status: int | None) -> None:
        """Have the model's endpoint answer everything with that status; None: answer again."""
        self._ask("DELETE" if status is None else "POST", f"?status={status}", "_outage")

    def answer(self, to: str, text: str) -> None:
        """Have the model's endpoint answer questions that hold the words `to` with `text`, until the next reset."""
        self._ask("POST", f"?{urllib.parse.urlencode({'to': to})}", "_answer", text.encode())

    def wait_seen(self, condition: Callable[[list[Seen]], bool], timeout: float = 20.0) -> list[Seen]:
        """Wait until `condition` holds of what was received, and return that.

        Raises AssertionError, which shows what was received, after `timeout` seconds.
        """
        begun = time.monotonic()
        while not condition(entries := self.seen()):
            if time.monotonic() > begun + timeout:
                raise AssertionError(f"not seen within {timeout} s; received: {json.dumps(entries, indent=1)}")
            pause(begun)
        return entries

    def _ask(self, method: str, query: str = "", path: str = "_seen", body: bytes | None = None) -> bytes:
        request = urllib.request.Request(f"{self.url}/{path}{query}", body, method=method)
        with _opener.open(request, timeout=10) as response:
            body: bytes = response.read()
        return body


def _announced_port(process: subprocess.Popen[bytes], timeout: float) -> int:
    assert process.stdout is not None
    if not _readable(process.stdout, timeout):
        raise TimeoutError(f"no port announced within {timeout} s by {process.args!r}")
    line = process.stdout.readline()
    if not line:
        raise RuntimeError(f"{process.args!r} ended with {process.wait()}")
    return int(json.loads(line)["port"])


def _readable(stream: IO[bytes], timeout: float) -> bool:
    with selectors.DefaultSelector() as selector:
        selector.register(stream, selectors.EVENT_READ)
        return bool(selector.select(timeout))


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=3)
    except subprocess.TimeoutExpired:
        process.kill()
    process.communicate()
