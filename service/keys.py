"""API keys: which are known, whose each is, and how one that was sent is compared with them."""

import hashlib
import hmac
import re
from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import SecretStr

SHORTEST = 16
"""Characters of a key."""

_KEY = re.compile(rf"[A-Za-z0-9._~+/-]{{{SHORTEST},}}={{0,2}}")  # what may follow "Bearer" [RFC 6750 2.1]
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True)
class ApiKey:
    """A key and the client it belongs to. Several keys of one client are how a key is replaced."""

    client: str
    secret: SecretStr


def read_keys(words: Iterable[str]) -> tuple[ApiKey, ...]:
    """Each word is `name:key` or a bare key, whose client is named by its fingerprint.

    Raises ValueError, which names faulty words by their place only.
    """
    keys = tuple(_read(number, word) for number, word in enumerate(words, 1))
    if len({key.secret for key in keys}) < len(keys):
        raise ValueError("the same key stands there twice; each client needs keys of its own")
    return keys


def client_of_key(given: bytes, keys: Iterable[ApiKey]) -> str | None:
    """The client whose key was given, if any. Takes as long for any key that was given, right, nearly so or wrong."""
    digest, found = _digest(given), None
    for key in keys:
        if hmac.compare_digest(digest, _digest(key.secret.get_secret_value().encode())):
            found = key.client
    return found


def _read(number: int, word: str) -> ApiKey:
    name, colon, key = word.rpartition(":")
    if not _KEY.fullmatch(key):
        raise ValueError(f"entry {number}: a key has at least {SHORTEST} characters, of A-Z a-z 0-9 . _ ~ + / - only")
    if colon and not _NAME.fullmatch(name):
        raise ValueError(f"entry {number}: a name has 1 to 64 characters, of A-Z a-z 0-9 . _ - only")
    return ApiKey(name if colon else _fingerprint(key), SecretStr(key))


def _fingerprint(key: str) -> str:
    return f"key-{_digest(key.encode()).hex()[:12]}"


def _digest(key: bytes) -> bytes:
    # Digests have one length, so that not even a key's length can be told from the time.
    return hashlib.sha256(key).digest()
