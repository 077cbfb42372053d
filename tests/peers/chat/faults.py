"""A request OpenAI would refuse, in OpenAI's error shape."""

import json
from typing import Any


class Fault(Exception):
    """An answer that is an error: an HTTP status and OpenAI's error object."""

    def __init__(
        self,
        message: str,
        param: str | None = None,
        code: str | None = None,
        status: int = 400,
        type: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body: dict[str, Any] = {"error": {"message": message, "type": type, "param": param, "code": code}}

    def json(self) -> bytes:
        """The error object as a body."""
        return json.dumps(self.body).encode()


def fault_for(status: int) -> Fault:
    """The error OpenAI sends with that status."""
    type, code, message = _BY_STATUS.get(
        status, ("server_error" if status >= 500 else "invalid_request_error", None, "")
    )
    return Fault(message or f"The endpoint answers {status}.", None, code, status, type)


def quota_fault() -> Fault:
    """429 that no waiting cures: the account has no money left."""
    message = "You exceeded your current quota, please check your plan and billing details."
    return Fault(message, None, "insufficient_quota", 429, "insufficient_quota")


_BY_STATUS: dict[int, tuple[str, str | None, str]] = {
    401: ("invalid_request_error", "invalid_api_key", "Incorrect API key provided."),
    403: ("invalid_request_error", "model_not_found", "Project does not have access to this model."),
    404: ("invalid_request_error", "model_not_found", "The model does not exist or you do not have access to it."),
    429: ("requests", "rate_limit_exceeded", "Rate limit reached for requests per min (RPM)."),
    500: ("server_error", None, "The server had an error while processing your request. Sorry about that!"),
    503: ("server_error", None, "The engine is currently overloaded, please try again later."),
}
