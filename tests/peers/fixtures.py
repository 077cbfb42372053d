"""The peers as pytest fixtures: a process for the session, an empty log for each test."""

from collections.abc import Iterator

import pytest

from tests.peers.process import Peer


@pytest.fixture(scope="session")
def openai_process() -> Iterator[Peer]:
    """The OpenAI endpoint's process."""
    with Peer.start("openai_server") as peer:
        yield peer


@pytest.fixture
def openai_peer(openai_process: Peer) -> Peer:
    """The OpenAI endpoint, its log empty; its base URL is `openai_peer.url + "/v1"`."""
    openai_process.reset()
    return openai_process


@pytest.fixture(scope="session")
def receiver_process() -> Iterator[Peer]:
    """The callback receiver's process."""
    with Peer.start("receiver") as peer:
        yield peer


@pytest.fixture
def receiver(receiver_process: Peer) -> Peer:
    """The callback receiver, its log empty."""
    receiver_process.reset()
    return receiver_process
