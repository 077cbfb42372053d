"""One installation for many tests: the OpenAI engine at the test peer, callbacks allowed to this host."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.installation import Installation
from tests.peers.process import Peer

SECRET = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
MODEL = "gpt-5.6-terra"


@contextmanager
def installed(folder: Path, peer: Peer, **settings: object) -> Iterator[Installation]:
    """A running installation whose engine is `openai` at the peer; its connections are closed at the end."""
    installation = Installation(folder, **(_settings(peer) | settings))
    with closing_connections(installation), installation.running():
        yield installation


@contextmanager
def closing_connections(installation: Installation) -> Iterator[None]:
    """Close the client's connections at the end: one left open would be a warning, and so a failure."""
    try:
        yield
    finally:
        installation.http.close()


def _settings(peer: Peer) -> dict[str, object]:
    return {
        "OPENAI_API_KEY": "sk-test",
        "OPENAI_BASE_URL": f"{peer.url}/v1",
        "OPENAI_MODEL": MODEL,
        "CALLBACK_ALLOWED_HOSTS": "127.0.0.1",
        "CALLBACK_SECRETS": SECRET,
        "MAX_WORKERS": 2,
    }
