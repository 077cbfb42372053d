"""What the service tells, with types."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

State = Literal["pending", "processing", "completed", "failed", "cancelled"]
FINAL = frozenset({"completed", "failed", "cancelled"})


@dataclass(frozen=True)
class Task:
    """A task as the service last told of it. `progress` is in percent; `raw` is all that was told."""

    id: str
    task_type: Literal["image_analysis", "table_extraction"]
    filename: str
    status: State
    progress: int
    model: str
    engine: str
    created_at: datetime
    started_at: datetime | None
    completed_at: datetime | None
    duration_ms: int | None
    queue_position: int | None
    stage: str | None
    pages_done: int | None
    pages_total: int | None
    eta_seconds: float | None
    error_code: str | None
    error_message: str | None
    raw: dict[str, Any] = field(repr=False)

    @property
    def final(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.status in FINAL

    @classmethod
    def of(cls, raw: dict[str, Any]) -> Self:
        """From the JSON of `task_status`."""
        error = raw.get("error") or {}
        created = _moment(raw["created_at"])
        assert created is not None  # every task has been created
        return cls(
            id=raw["task_id"],
            task_type=raw["task_type"],
            filename=raw["filename"],
            status=raw["status"],
            progress=raw["progress"],
            model=raw["model"],
            engine=raw["engine"],
            created_at=created,
            started_at=_moment(raw.get("started_at")),
            completed_at=_moment(raw.get("completed_at")),
            duration_ms=raw.get("duration_ms"),
            queue_position=raw.get("queue_position"),
            stage=raw.get("stage"),
            pages_done=raw.get("pages_done"),
            pages_total=raw.get("pages_total"),
            eta_seconds=raw.get("eta_seconds"),
            error_code=error.get("code"),
            error_message=error.get("message"),
            raw=raw,
        )


@dataclass(frozen=True)
class Event:
    """A step of a task: `kind` is status, progress, completed, failed or cancelled; `id` rises."""

    id: int
    kind: str
    data: dict[str, Any]

    @property
    def final(self) -> bool:
        return self.kind in FINAL


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
