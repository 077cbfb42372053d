"""Quotas: how much a client may ask in a time, counted in this process's memory and told by the RateLimit fields.

As draft-ietf-httpapi-ratelimit-headers-10 has them. A window begins with the first request in it; a restart begins all
anew. How many tasks a client may have at once is told here, and counted by the transaction that stores one.
"""

import math
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from service.api.answers import answer
from service.api.problems import Problem
from service.api.service import CLIENT
from service.jobs.text import Text
from service.settings import Settings

_MB = 1024 * 1024
_MINUTE, _HOUR, _DAY = 60, 3600, 86400

_TASKS_SECONDS = 5
"""After which it is worth while to look whether a task has ended."""


class QuotaExceeded(Problem):
    """More than a client may ask in a time; `quota` is the policy's name in the RateLimit fields."""

    status = 429
    code = "quota_exceeded"
    retryable = True
    retry_after = 1
    shown = ("quota", "limit", "actual", "violated_policies")
    text = Text(
        "한도 '{quota}'({limit})을(를) 넘는 요청입니다({actual}). {seconds}초 뒤에 다시 보내 주세요. "
        "더 필요하면 서버 관리자에게 {setting}을(를) 늘려 달라고 해 주세요.",
        "The request goes over the quota '{quota}': {actual}, where {limit} may be. Send it again after {seconds} "
        "seconds. If you need more, ask the operator to raise {setting}.",
    )

    def __init__(self, quota: str, setting: str, limit: int, actual: int, seconds: int) -> None:
        names = {"quota": quota, "setting": setting, "violated_policies": [quota]}
        super().__init__(**names, limit=limit, actual=actual, seconds=seconds)
        self.retry_after = seconds


class TooManyTasks(QuotaExceeded):
    """More tasks, waiting and running, than a client may have at once."""

    text = Text(
        "대기 중이거나 처리 중인 작업이 한도 '{quota}'({limit}개)에 이르렀습니다({actual}개). "
        "작업이 끝난 뒤에 다시 보내거나 필요 없는 작업을 취소해 주세요.",
        "Your tasks that wait or run are as many as the quota '{quota}' allows: {actual} of {limit}. "
        "Send it again when some have ended, or cancel those you do not need.",
    )

    def __init__(self, limit: int, actual: int) -> None:
        super().__init__("tasks", "QUOTA_TASKS", limit, actual, _TASKS_SECONDS)


@dataclass(frozen=True)
class Policy:
    """A quota of `quota` units in `seconds`; `setting` is where it comes from. 0 seconds: at once, not in a time."""

    setting: str
    quota: int
    unit: str
    seconds: int = 0

    @property
    def name(self) -> str:
        return self.setting.removeprefix("QUOTA_").lower().replace("_", "-")

    def __str__(self) -> str:
        window = f";w={self.seconds}" if self.seconds else ""
        return f'"{self.name}";q={self.quota};qu="{self.unit}"{window}'


def policies(settings: Settings) -> tuple[Policy, ...]:
    """The quotas that are set."""
    every = (
        Policy("QUOTA_REQUESTS_PER_MINUTE", settings.quota_requests_per_minute, "requests", _MINUTE),
        Policy("QUOTA_MB_PER_HOUR", int(settings.quota_mb_per_hour * _MB), "content-bytes", _HOUR),
        Policy("QUOTA_MB_PER_DAY", int(settings.quota_mb_per_day * _MB), "content-bytes", _DAY),
        Policy("QUOTA_TASKS", settings.quota_tasks, "concurrent-requests"),
    )
    return tuple(policy for policy in every if policy.quota)


@dataclass
class Window:
    """What one client has used of one policy in the present window."""

    policy: Policy
    used: int = 0
    began: float = field(default_factory=time.monotonic)

    def roll(self) -> None:
        """Begin a new window if the last one is over."""
        if time.monotonic() >= self.began + self.policy.seconds:
            self.used, self.began = 0, time.monotonic()

    @property
    def seconds_left(self) -> int:
        return max(1, math.ceil(self.began + self.policy.seconds - time.monotonic()))

    def __str__(self) -> str:
        return f'"{self.policy.name}";r={max(0, self.policy.quota - self.used)};t={self.seconds_left}'


class Quotas:
    """ASGI middleware behind the doors: counts, refuses with 429, and tells on every answer what is left."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._policies = policies(settings)
        self._told = ", ".join(map(str, self._policies))
        self._windows: dict[str | None, list[Window]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not self._policies or CLIENT not in scope:
            await self._app(scope, receive, send)
            return
        windows = self._of(scope[CLIENT])
        headers = Headers(scope=scope)
        body = _Body(receive, headers, [window for window in windows if window.policy.unit == "content-bytes"])

        async def send_with_limits(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told["RateLimit-Policy"] = self._told
                if windows:
                    told["RateLimit"] = ", ".join(map(str, windows))
            await send(message)

        over = next(_over(windows, body.expected), None)
        if over is not None:
            await answer(over, headers, scope["request_id"])(scope, receive, send_with_limits)
            return
        for window in windows:
            window.used += window.policy.unit == "requests"
        body.begin()
        await self._app(scope, body.receive, send_with_limits)

    def _of(self, client: str | None) -> list[Window]:
        if client not in self._windows:
            self._windows[client] = [Window(policy) for policy in self._policies if policy.seconds]
        for window in self._windows[client]:
            window.roll()
        return self._windows[client]


class _Body:
    """A request's body on its way in: counted at once where its length is told, else as it comes."""

    def __init__(self, receive: Receive, headers: Headers, windows: list[Window]) -> None:
        self._receive = receive
        self._windows = windows
        length = headers.get("content-length", "")
        self._told = length.isdecimal()
        # Of one without a length nothing is known yet: it is let in while there is any room.
        self.expected = int(length) if self._told else int("transfer-encoding" in headers)

    def begin(self) -> None:
        self._take(self.expected if self._told else 0)

    async def receive(self) -> Message:
        message = await self._receive()
        if not self._told:
            self._take(len(message.get("body", b"")))
        return message

    def _take(self, size: int) -> None:
        for window in self._windows:
            window.used += size


def _over(windows: list[Window], size: int) -> Iterator[QuotaExceeded]:
    for window in windows:
        asked = 1 if window.policy.unit == "requests" else size
        if asked and window.used + asked > window.policy.quota:
            yield QuotaExceeded(
                window.policy.name, window.policy.setting, window.policy.quota, window.used + asked, window.seconds_left
            )
