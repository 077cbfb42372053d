"""What the tests of sick peers share: one installation with little patience."""

from collections.abc import Iterator

import pytest

from tests.contract.installing import installed
from tests.installation import Installation
from tests.peers.process import Peer

SILENCE, DEADLINE = 3, 40
"""OPENAI_TIMEOUT and JOB_TIMEOUT, in seconds."""


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """A running installation; none may leave it busy."""
    folder = tmp_path_factory.mktemp("sick")
    with installed(folder, openai_process, OPENAI_TIMEOUT=SILENCE, JOB_TIMEOUT=DEADLINE) as installation:
        yield installation
