"""Answers about deliveries."""

from typing import Annotated, Literal

from pydantic import Field

from service.api.pictures.task import Message, Success, TaskId
from service.jobs.delivery_log import Entry, Try
from service.jobs.outbox import PENDING
from service.jobs.picture import Meaning, Moment, Picture
from service.jobs.view import iso

DeliveryState = Literal["pending", "delivered", "failed", "stopped"]


class DeliveryTry(Picture):
    """One try of a delivery."""

    attempt: Annotated[int, Field(ge=1), Meaning("몇 번째 시도인지", "Its number, from 1, over all replays")]
    at: Annotated[Moment, Meaning("시작한 시각", "When it began")]
    duration_ms: Annotated[int, Field(ge=0), Meaning("걸린 시간(밀리초)", "Milliseconds it took")]
    status: Annotated[int | None, Meaning("받는 쪽의 HTTP 상태", "HTTP status of the answer; null if none came")]
    error: Annotated[str | None, Meaning("실패한 이유", "Why it failed; null if it did not")]


class DeliveryShown(Picture):
    """One callback that was owed."""

    id: Annotated[str, Meaning("전달 ID(`webhook-id` 헤더)", "Its id: the header `webhook-id` of each try")]
    task_id: TaskId
    event: Annotated[str | None, Meaning("무엇을 알리는지", "What it tells, such as task.completed")]
    url: Annotated[str, Meaning("보낼 주소", "Where it goes")]
    state: Annotated[
        DeliveryState,
        Meaning(
            "상태. stopped는 받는 쪽이 멈춰져서 보내지 않은 것",
            "State; stopped: never sent, for its endpoint is stopped",
        ),
    ]
    created_at: Annotated[Moment, Meaning("생긴 시각", "When the task ended")]
    ended_at: Annotated[Moment | None, Meaning("끝난 시각", "When it was delivered or given up")]
    next_try_at: Annotated[Moment | None, Meaning("다음 시도 시각", "When it is tried next; null if it is not")]
    tries: Annotated[list[DeliveryTry], Meaning("시도들, 오래된 것부터", "What was tried, oldest first")]


class DeliveryList(Picture):
    """Deliveries, newest first."""

    success: Success = True
    deliveries: Annotated[list[DeliveryShown], Meaning("전달들", "The deliveries")]
    next_page_token: Annotated[
        str, Meaning("다음 쪽의 토큰(마지막이면 빈 문자열)", "Leads to the next page; empty at the end")
    ]


class Replayed(Picture):
    """A delivery is owed once more."""

    success: Success = True
    message: Message
    delivery: Annotated[DeliveryShown, Meaning("다시 보낼 전달", "The delivery as it is now")]


def shown(entry: Entry, tries: tuple[Try, ...]) -> DeliveryShown:
    """The picture of a delivery."""
    return DeliveryShown.model_validate(
        {
            "id": entry.id,
            "task_id": entry.job_id,
            "event": entry.event,
            "url": entry.url,
            "state": entry.state,
            "created_at": iso(entry.created_at),
            "ended_at": None if entry.ended_at is None else iso(entry.ended_at),
            "next_try_at": iso(entry.due_at) if entry.state == PENDING else None,
            "tries": [
                DeliveryTry(
                    attempt=one.attempt,
                    at=iso(one.at),
                    duration_ms=one.duration_ms,
                    status=one.status,
                    error=one.error,
                )
                for one in tries
            ],
        }
    )
