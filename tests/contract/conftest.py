"""What the contract's tests share: one running installation for those that need no settings."""

from collections.abc import Iterator

import pytest

from tests.contract.installing import installed
from tests.installation import Installation
from tests.peers.process import Peer


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """The running installation that tests share; none may leave it busy."""
    with installed(tmp_path_factory.mktemp("shared"), openai_process) as installation:
        yield installation


@pytest.fixture(params=["ko", "en"])
def language(request: pytest.FixtureRequest) -> str:
    """Each of the two languages."""
    return str(request.param)
