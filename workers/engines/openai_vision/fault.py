"""What the model's server did wrong: what clients are told of it, what the log may say, and whether to ask again."""

import socket
import ssl
from collections.abc import Iterator
from typing import Any

import httpx2
import openai

from service.jobs.errors import ModelAnswerInvalid, ModelError, ModelQuotaExceeded, ModelRejected, ModelUnavailable
from workers.retry_after import seconds_asked_for

_BUSY = (408, 409, 429)
_DOWN = (429, 502, 503, 504)
"""Statuses by which a server speaks of itself; a 500 may be the fault of the one request."""

_NO_MONEY = 402
_CONNECTION: tuple[tuple[type[BaseException], str, bool], ...] = (
    (socket.gaierror, "name not found", True),
    (ssl.SSLError, "TLS", True),
    (httpx2.ConnectError, "no connection", True),
    (httpx2.ConnectTimeout, "no connection", True),
    (httpx2.TimeoutException, "timeout", False),
)

_DETAIL = 300
_TELLING = 4
"""Characters: the most of a server's message that is logged; the least of a prompt's line that is kept out of it."""


class Fault(Exception):
    """A question that failed. Its text is fit for a log: neither the key nor the prompt is in it.

    `error` is what the client sees. `passing`: asking again may help. `down`: the server as a whole is out of service,
    whatever it is asked. `retry_after`: seconds it asked to be left alone.
    """

    def __init__(
        self,
        error: ModelError,
        detail: str = "",
        *,
        passing: bool = False,
        down: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(detail)
        self.error = error
        self.passing = passing
        self.down = down
        self.retry_after = retry_after

    @property
    def reason(self) -> str:
        """The short name of what happened."""
        return str(self.error.values.get("reason", self.error.code))


def fault_of(error: Exception, question: dict[str, Any], key: str) -> Fault:
    """The fault that an exception of the client stands for; `key` and the question's words are kept out of it."""
    if isinstance(error, openai.APIStatusError):
        return _of_status(error, question, _detail(error, question, key))
    if isinstance(error, openai.APIConnectionError | httpx2.HTTPError):
        reason, down = _connection_reason(error)
        return Fault(ModelUnavailable(reason=reason), passing=True, down=down)
    if isinstance(error, openai.APIError):  # an error object in the middle of a stream
        if _names_quota(error):
            return Fault(ModelQuotaExceeded())
        reason = "error in the stream"
        return Fault(ModelUnavailable(reason=reason), _detail(error, question, key), passing=True)
    # The client lets a chunk that is not JSON through as it is.
    return Fault(ModelAnswerInvalid(), type(error).__name__, passing=True)


def _of_status(error: openai.APIStatusError, question: dict[str, Any], detail: str) -> Fault:
    status = error.status_code
    if status == _NO_MONEY or _names_quota(error):
        return Fault(ModelQuotaExceeded(), detail)
    if status in _BUSY or status >= 500:
        retry_after = seconds_asked_for(error.response.headers.get("retry-after"))
        unavailable = ModelUnavailable(reason=f"HTTP {status}")
        return Fault(unavailable, detail, passing=True, down=status in _DOWN, retry_after=retry_after)
    return Fault(ModelRejected(status=status, model=str(question["model"])), detail)


def _names_quota(error: openai.APIError) -> bool:
    return "insufficient_quota" in (error.code, error.type)


def _connection_reason(error: BaseException) -> tuple[str, bool]:
    """What became of the connection, and whether it shows the server to be out of service."""
    for cause in _causes(error):
        for kind, reason, down in _CONNECTION:
            if isinstance(cause, kind):
                return reason, down
    return "connection", False


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """The root first."""
    chain = []
    while error is not None:
        chain.append(error)
        error = error.__cause__ or error.__context__
    return reversed(chain)


def _detail(error: openai.APIError, question: dict[str, Any], key: str) -> str:
    """What the server says of the error, without what it may repeat of the request."""
    message = error.body.get("message") if isinstance(error.body, dict) else None
    told = str(message or type(error).__name__).replace(key, "(key)")
    for words in _words(question):
        told = told.replace(words, "(prompt)")
    return " ".join(str(part) for part in (error.type, error.code, error.param, told[:_DETAIL]) if part)


def _words(question: dict[str, Any]) -> Iterator[str]:
    """Each line of the texts of a question that says something, the longest first."""
    lines: set[str] = set()
    for message in question["messages"]:
        content = message["content"]
        for part in content if isinstance(content, list) else [{"text": content}]:
            lines.update(line.strip() for line in part.get("text", "").splitlines())
    return iter(sorted((line for line in lines if len(line) >= _TELLING), key=len, reverse=True))
