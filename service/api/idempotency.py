"""`Idempotency-Key` [draft-ietf-httpapi-idempotency-key-header]: a request that comes again gets the answer it had."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated, Any

from pydantic import BeforeValidator, WithJsonSchema

from service.api.faults import Unfit
from service.api.problems import Problem
from service.api.reading import SHOWN
from service.jobs.client import Client
from service.jobs.text import Text

LONGEST_KEY = 255
"""Characters of a key."""

# The bare key, or a structured field's string [RFC 9651 3.3.3], parameters passed over.
_PATTERN = r'^([!#-+\--~]{1,255}|"((?:[ !#-\[\]-~]|\\["\\]){1,255})"\s*(;.*)?)$'


class KeyReused(Problem):
    """The key belongs to a request of other content."""

    status = 422
    code = "idempotency_key_reused"
    text = Text(
        "Idempotency-Key '{key}'은(는) 내용이 다른 요청에 이미 쓰였습니다. 새 요청에는 새 키를 보내 주세요.",
        "The Idempotency-Key '{key}' was used for a request of other content. Send a new key with a new request.",
    )


class KeyInUse(Problem):
    """The first request with this key has not been answered yet."""

    status = 409
    code = "idempotency_key_in_use"
    retryable = True
    retry_after = 1
    text = Text(
        "Idempotency-Key '{key}'의 첫 요청을 아직 받고 있습니다. 잠시 후 다시 보내 주세요.",
        "The first request with the Idempotency-Key '{key}' is still being taken in. Send it again a little later.",
    )


class Keys:
    """The keys of requests that this process is taking in. Those answered are in the database."""

    def __init__(self) -> None:
        self._in_hand: set[tuple[str | None, str]] = set()

    @contextmanager
    def in_hand(self, client: str | None, key: str | None) -> Iterator[None]:
        """Be the only request of the client with this key. Raises KeyInUse."""
        if key is None:
            yield
            return
        if (client, key) in self._in_hand:
            raise KeyInUse(key=key)
        self._in_hand.add((client, key))
        try:
            yield
        finally:
            self._in_hand.remove((client, key))


def fingerprint(*content: Any) -> str:
    """What tells a request from others: SHA-256 of its content, which is given as what JSON can hold."""
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def answered(client: Client, key: str | None, of: str) -> dict[str, Any] | None:
    """The answer that a request with this key and fingerprint had, if it had any. Raises KeyReused."""
    found = None if key is None else client.kept(key)
    if found is None:
        return None
    known, answer = found
    if known != of:
        raise KeyReused(key=key)
    return answer


def _key(value: str) -> str:
    found = re.fullmatch(_PATTERN, value)
    if found is None:
        raise Unfit(_NO_KEY, limit=LONGEST_KEY, actual=value[:SHOWN])
    return value if found[2] is None else re.sub(r"\\(.)", r"\1", found[2])


_NO_KEY = Text(
    '{name}은(는) 따옴표로 묶은 ASCII 글자 1~{limit}개여야 합니다(예: "8e03978e-40d5"). 받은 값: {actual}',
    '{name} must be 1 to {limit} ASCII characters in quotes, such as "8e03978e-40d5", not {actual}',
)

IdempotencyKey = Annotated[str, BeforeValidator(_key), WithJsonSchema({"type": "string", "pattern": _PATTERN})]
"""A key in quotes as the draft has it, or bare; the key alone."""
