"""What every test may ask for: the outside world as real processes, and installations to try."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.installation import Installation
from tests.peers.fixtures import openai_peer, openai_process, receiver, receiver_process
from tests.peers.process import Peer

__all__ = ["openai_peer", "openai_process", "receiver", "receiver_process"]

MakeInstallation = Callable[..., Installation]


@pytest.fixture
def make_installation(tmp_path: Path, openai_peer: Peer) -> MakeInstallation:
    """Make an installation that asks the model peer and may call back to loopback; settings by keyword."""

    def make(**settings: object) -> Installation:
        outside = {
            "OPENAI_API_KEY": "sk-test",
            "OPENAI_BASE_URL": f"{openai_peer.url}/v1",
            "CALLBACK_ALLOWED_HOSTS": "127.0.0.1",
        }
        return Installation(tmp_path, **(outside | settings))

    return make
