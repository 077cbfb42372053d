"""One installation with keys and one without, for all tests of the doors."""

from collections.abc import Iterator

import pytest

from tests.contract.conftest import language
from tests.contract.installing import installed
from tests.doors.keys import API_KEYS
from tests.installation import Installation
from tests.peers.process import Peer

__all__ = ["language"]


@pytest.fixture(scope="package")
def guarded(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """It listens on every address, as only an installation with keys may."""
    folder, settings = tmp_path_factory.mktemp("guarded"), {"HOST": "0.0.0.0", "API_KEYS": API_KEYS, "MAX_WORKERS": 1}
    with installed(folder, openai_process, **settings) as installation:
        yield installation


@pytest.fixture(scope="package")
def keyless(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """It knows the name that a proxy gives it."""
    settings = {"PUBLIC_URL": "https://documents.example.com/", "MAX_WORKERS": 1}
    with installed(tmp_path_factory.mktemp("keyless"), openai_process, **settings) as installation:
        yield installation
