"""What every test may ask for: the outside world as real processes, and installations to try."""

from service import startup  # isort: skip

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from xdist.remote import Producer
from xdist.scheduler import LoadFileScheduling

from tests.installation import Installation
from tests.lending import Lend, Lender
from tests.peers.fixtures import openai_peer, openai_process, receiver, receiver_process
from tests.peers.process import Peer

__all__ = ["openai_peer", "openai_process", "receiver", "receiver_process"]

MakeInstallation = Callable[..., Installation]

TOGETHER = tuple(f"tests/{name}/" for name in ("cli", "console", "contract", "doors", "engines", "reference", "sick"))
"""Folders whose files share what takes seconds to make: a browser, a service, or models."""

LONG = (
    "tests/contract/",
    "tests/sick/",
    "tests/openapi/",
    "tests/console/",
    "tests/reference/",
    "tests/test_demo.py",
    "tests/lifecycle/test_slow_clients.py",
    "tests/lifecycle/test_memory.py",
    "tests/lifecycle/test_crashes.py",
    "tests/doors/",
    "tests/decoding/",
    "tests/engines/",
)
"""What takes longest in one piece, and waits much, goes first: at the end it would run alone."""


class Scheduling(LoadFileScheduling):  # type: ignore[misc]
    """Each file, or such a folder, is run by one of the processes that run tests side by side."""

    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """For `-n`."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long ones first."""
    items.sort(key=lambda item: [item.nodeid.startswith(name) for name in LONG], reverse=True)


@pytest.fixture
def make_installation(tmp_path: Path, openai_peer: Peer) -> MakeInstallation:
    """Make an installation that asks the model peer and may call back to loopback; settings by keyword."""
    return partial(_installation, tmp_path, openai_peer)


@pytest.fixture(scope="session")
def lender(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Lender]:
    """Who lends such installations."""
    lender = Lender(lambda **settings: _installation(tmp_path_factory.mktemp("lent"), openai_process, **settings))
    yield lender
    lender.close()


@pytest.fixture
def lend(lender: Lender, openai_peer: Peer) -> Lend:
    """Borrow a running installation, for a test that leaves it running and looks at its own tasks only."""
    return lender.lend


def _installation(folder: Path, model: Peer, **settings: object) -> Installation:
    outside = {
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": f"{model.url}/v1",
        "CALLBACK_ALLOWED_HOSTS": "127.0.0.1",
    }
    return Installation(folder, **(outside | settings))


def pytest_collection_finish() -> None:
    """Now that every test module is there, let the garbage collector run, and look at none of them."""
    startup.end()
