"""The clients of the guarded installation and their keys."""

from tests.installation import Installation

ALICE, ALICE_NEW = "alice-0123456789abcdef", "alice-new-0123456789=="
BOB = "bob.~+/-0123456789abc"
NAMELESS = "nobody-has-named-this-key"
API_KEYS = f"alice:{ALICE}, alice:{ALICE_NEW},bob:{BOB},{NAMELESS}"


def bearing(key: str) -> dict[str, str]:
    """The headers of a client with that key."""
    return {"Authorization": f"Bearer {key}"}


def as_client(service: Installation, key: str) -> Installation:
    """From now on the installation's own requests carry that key."""
    service.http.headers.update(bearing(key))
    return service
