"""A running service for the command line, and ways to run it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from service.client import Client
from tests.contract.installing import installed
from tests.installation import Installation
from tests.peers.process import Peer
from tests.pictures import picture

COMMAND = [sys.executable, "-m", "service.cli.main"]

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """The running service that these tests share."""
    with installed(tmp_path_factory.mktemp("cli"), openai_process) as installation:
        yield installation


@pytest.fixture
def client(service: Installation) -> Iterator[Client]:
    with Client(service.url, language="en") as client:
        yield client


@pytest.fixture
def environment(service: Installation) -> dict[str, str]:
    """Of a person who works where the service runs, in English."""
    own = {"DOCUMENT_ANALYSIS_URL": service.url, "DOCUMENT_ANALYSIS_LANG": "en", "TERM": "xterm-256color"}
    return {**service.environment, **own, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}


@pytest.fixture
def run(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run a command as a script would: no terminal."""

    def run(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *words],
            cwd=tmp_path,
            env={**environment, **variables},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """A picture in a folder of its own."""
    folder = tmp_path / "pictures"
    folder.mkdir()
    name, content = picture()
    path = folder / name
    path.write_bytes(content)
    return path


def parsed(finished: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    """The JSON that a command printed."""
    found: dict[str, Any] = json.loads(finished.stdout)
    return found
