"""A client of one service: every method is one request, but for those that wait or go on to the next page."""

import json
import time
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Literal, Self

import httpx2

from service.client.errors import ApiError, TaskNotCompleted, Unreachable
from service.client.events import read_events
from service.client.models import Event, Task

File = Path | str | tuple[str, bytes | BinaryIO]
"""A path, or a name with what it holds."""

Form = Literal["csv", "xlsx", "html", "md", "json"]

ADDRESS = "http://127.0.0.1:8000"
"""Where the service is unless told otherwise."""

WAIT = 30
"""Seconds one request waits for a task's end; the service allows 60."""

AT_ONCE = 50
"""Tasks asked for in one request."""

_ANSWER = 60.0
_PAGE = 200
_AGAIN = 1.0


class Client:
    """Talks to the service at `url`, with `api_key` where it wants one; messages come in `language`, ko or en.

    Every method raises ApiError when the service says no, and Unreachable when nobody answers.
    """

    def __init__(self, url: str = ADDRESS, api_key: str | None = None, *, language: Literal["ko", "en"] = "ko") -> None:
        headers: dict[str, str] = {"Accept-Language": language}
        if api_key:
            headers["Authorization"] = f"Bearer {api_key}"
        self.url = url.rstrip("/")
        self._http = httpx2.Client(base_url=self.url, headers=headers, timeout=httpx2.Timeout(_ANSWER, connect=5))

    # Handing in

    def analyze_image(
        self,
        file: File,
        *,
        prompt: str | None = None,
        detail: Literal["low", "high", "auto", "original"] | None = None,
        idempotency_key: str | None = None,
        cancel_after: str | None = None,
        **fields: Any,
    ) -> Task:
        """Have an image analysed; returns at once.

        Further `fields` are those of the API: model, callback_url, priority, metadata, pages and so on; None means not
        sent. `cancel_after` is an integer with s, m or h.
        """
        asked = {"prompt": prompt, "detail": detail, **fields}
        return self._submit("/background/analyze-image", file, asked, idempotency_key, cancel_after)

    def extract_tables(
        self, file: File, *, idempotency_key: str | None = None, cancel_after: str | None = None, **fields: Any
    ) -> Task:
        """Have the tables of an image or a document extracted; as `analyze_image`."""
        return self._submit("/background/extract-tables", file, fields, idempotency_key, cancel_after)

    # Following

    def status(self, task_id: str) -> Task:
        """The task as it is now."""
        return Task.of(self._json("GET", f"/background/task-status/{task_id}")["task_status"])

    def statuses(self, task_ids: Sequence[str]) -> list[Task]:
        """Several tasks as they are now, in this order."""
        found: list[Task] = []
        for start in range(0, len(task_ids), AT_ONCE):
            part = {"task_id": list(task_ids[start : start + AT_ONCE])}
            found += map(Task.of, self._json("GET", "/background/task-status", params=part)["tasks"])
        return found

    def wait(self, task_id: str, timeout: float | None = None) -> Task:
        """The task when it has ended. Raises TimeoutError after `timeout` seconds, the task goes on."""
        end = None if timeout is None else time.monotonic() + timeout
        while True:
            left = WAIT if end is None else max(0, min(WAIT, round(end - time.monotonic())))
            answer = self._json("GET", f"/background/task-status/{task_id}", params={"wait": left})
            task = Task.of(answer["task_status"])
            if task.final:
                return task
            if end is not None and time.monotonic() >= end:
                raise TimeoutError(f"{task_id}: {task.status} after {timeout:g} s")

    def events(self, task_id: str) -> Iterator[Event]:
        """Every step of a task from its first on, until it has ended; a stream that is cut is taken up again."""
        last = 0
        while (reached := (yield from self._events(task_id, last))) is not None:
            last = reached
            time.sleep(_AGAIN)  # as an EventSource would: the service may be starting anew

    # Results

    def result(self, task_id: str) -> dict[str, Any]:
        """The whole result of a completed task. Raises TaskNotCompleted for another one, waiting for it first."""
        task = self.wait(task_id)
        if task.status != "completed":
            raise TaskNotCompleted(task)
        return self._json("GET", f"/background/task-result/{task_id}")

    def raw_result(self, task_id: str) -> bytes:
        """The result as it was stored: JSON."""
        return self._answer("GET", f"/background/task-result/{task_id}").content

    def text(self, task_id: str) -> str:
        """What was read, as Markdown."""
        return self._answer("GET", f"/background/task-result/{task_id}/text.md").text

    def table(self, task_id: str, number: int, form: Form) -> bytes:
        """One table, counted from 1, as a file."""
        return self._answer("GET", f"/background/task-result/{task_id}/tables/{number}.{form}").content

    def workbook(self, task_id: str) -> bytes:
        """All tables as one XLSX file."""
        return self._answer("GET", f"/background/task-result/{task_id}/tables.xlsx").content

    # Looking around and ending

    def tasks(self, **filters: str | None) -> Iterator[Task]:
        """All tasks, newest first, page by page; `filters` are those of the API: status, task_type and so on."""
        asked: dict[str, str | int] = {name: value for name, value in filters.items() if value}
        asked["page_size"] = _PAGE
        while True:
            page = self._json("GET", "/background/all-tasks", params=asked)
            yield from map(Task.of, page["tasks"])
            if not page["next_page_token"]:
                return
            asked["page_token"] = page["next_page_token"]

    def cancel(self, task_id: str) -> str:
        """Stop a task; returns the service's message."""
        return str(self._json("DELETE", f"/background/cancel-task/{task_id}")["message"])

    def cleanup(self, max_age_hours: float | None = None) -> int:
        """Remove finished tasks older than that (the service's default: 24); returns how many."""
        params = {} if max_age_hours is None else {"max_age_hours": f"{max_age_hours:g}"}
        return int(self._json("POST", "/background/cleanup", params=params)["removed_count"])

    def health(self) -> dict[str, Any]:
        """What the service tells of itself."""
        return self._json("GET", "/health")

    def ready(self) -> tuple[bool, dict[str, Any]]:
        """Whether the service can take and run tasks, and what it says of it."""
        answer = self._request("GET", "/readyz")
        return answer.status_code == httpx2.codes.OK, answer.json()

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _submit(
        self, path: str, file: File, fields: dict[str, Any], idempotency_key: str | None, cancel_after: str | None
    ) -> Task:
        headers = {"Idempotency-Key": idempotency_key, "Cancel-After": cancel_after}
        sent = {name: value for name, value in headers.items() if value is not None}
        data = {name: _text(value) for name, value in fields.items() if value is not None}
        if isinstance(file, tuple):
            answer = self._json("POST", path, files={"file": file}, data=data, headers=sent)
        else:
            with Path(file).open("rb") as opened:
                answer = self._json("POST", path, files={"file": (Path(file).name, opened)}, data=data, headers=sent)
        return self.status(answer["task_id"])

    def _events(self, task_id: str, last: int) -> Generator[Event, None, int | None]:
        """The events after the one numbered `last`; in the end its new number, or None when all was told."""
        path = f"/background/task-status/{task_id}/events"
        headers = {"Last-Event-ID": str(last)}
        try:
            with self._http.stream("GET", path, headers=headers) as answer:
                if answer.status_code >= 400:
                    answer.read()
                    raise _refusal(answer)
                if answer.status_code == httpx2.codes.NO_CONTENT:
                    return None
                for event in read_events(answer.iter_lines()):
                    last = event.id
                    yield event
                    if event.final:
                        return None
        except httpx2.TransportError:
            pass  # nobody there, or cut off: to be taken up again after the last that came
        return last

    def _json(self, method: str, path: str, **request: Any) -> dict[str, Any]:
        found: dict[str, Any] = self._answer(method, path, **request).json()
        return found

    def _answer(self, method: str, path: str, **request: Any) -> httpx2.Response:
        answer = self._request(method, path, **request)
        if answer.status_code >= 400:
            raise _refusal(answer)
        return answer

    def _request(self, method: str, path: str, **request: Any) -> httpx2.Response:
        try:
            return self._http.request(method, path, **request)
        except httpx2.TransportError as error:
            raise Unreachable(f"{self.url}: {error or type(error).__name__}") from error


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _refusal(answer: httpx2.Response) -> ApiError:
    try:
        problem = answer.json()
    except ValueError:
        problem = {"title": answer.reason_phrase}
    wait = answer.headers.get("retry-after", "")
    return ApiError(answer.status_code, problem, float(wait) if wait.isdigit() else None)
