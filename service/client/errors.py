"""What can go wrong between a client and the service."""

from typing import Any

from service.client.models import Task


class Unreachable(Exception):
    """No service answered at the address."""


class ApiError(Exception):
    """The service said no.

    `code` is stable and for programs; the message is a sentence for a person, in the client's language; `problem` is
    the whole answer (RFC 9457). `retry_after` is in seconds, where the service named a time.
    """

    def __init__(self, status: int, problem: dict[str, Any], retry_after: float | None) -> None:
        self.status = status
        self.code = str(problem.get("code", "unknown"))
        self.problem = problem
        self.retry_after = retry_after
        super().__init__(str(problem.get("detail") or problem.get("title") or f"HTTP {status}"))

    @property
    def faults(self) -> list[str]:
        """What is wrong with each field, where several are."""
        return [str(fault.get("detail", "")) for fault in self.problem.get("errors", [])]


class TaskNotCompleted(Exception):
    """A task that was waited for failed or was cancelled."""

    def __init__(self, task: Task) -> None:
        self.task = task
        super().__init__(task.error_message or f"{task.id}: {task.status}")
