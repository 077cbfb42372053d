"""Answers about tasks."""

from typing import Annotated, Literal

from pydantic import Field

from service.jobs.batch_view import BatchStatus
from service.jobs.job import Status, TaskType
from service.jobs.picture import Absent, Meaning, Moment, Picture
from service.jobs.view import EtaSeconds, PagesDone, PagesTotal, QueuePosition, StageShown, TaskStatus

Success = Annotated[Literal[True], Meaning("언제나 true", "Always true")]
Message = Annotated[str, Meaning("사람이 읽는 설명", "A sentence for a person")]
TaskId = Annotated[str, Meaning("작업 ID", "Id of the task")]


class Accepted(Picture):
    """A task was taken in."""

    success: Success = True
    message: Message
    task_id: TaskId
    status: Annotated[Status, Meaning("상태", "State")]
    check_status_url: Annotated[str, Meaning("상태를 볼 주소", "Where its status is")]
    result_url: Annotated[str, Meaning("결과의 주소", "Where its result will be")]
    events_url: Annotated[str, Meaning("이벤트 스트림의 주소", "Where its events are streamed")]
    cancel_url: Annotated[str, Meaning("취소할 주소(DELETE)", "What to DELETE to cancel it")]
    queue_position: Annotated[int, Field(ge=0), Meaning("앞에서 기다리는 작업 수", "How many tasks are ahead")]
    reused_from: Annotated[
        Absent[str], Meaning("결과를 가져온 작업(`reuse`)", "The task whose result it got at once, by `reuse`")
    ] = None
    task_status: Annotated[
        Absent[TaskStatus], Meaning("작업의 현재 상태(기다렸을 때만)", "The task as it is now, if a wait was asked for")
    ] = None


class BatchTask(Picture):
    """A task of a batch, as it was taken in."""

    task_id: TaskId
    filename: Annotated[str, Meaning("파일의 이름", "The file's name")]
    status: Annotated[Status, Meaning("상태", "State")]
    check_status_url: Annotated[str, Meaning("상태를 볼 주소", "Where its status is")]


class BatchAccepted(Picture):
    """Several files were taken in together."""

    success: Success = True
    message: Message
    batch_id: Annotated[str, Meaning("묶음 ID", "Id of the batch")]
    check_status_url: Annotated[str, Meaning("묶음의 상태를 볼 주소", "Where the batch's status is")]
    events_url: Annotated[str, Meaning("이벤트 스트림의 주소", "Where its events are streamed")]
    cancel_url: Annotated[str, Meaning("묶음을 취소할 주소(DELETE)", "What to DELETE to cancel it")]
    tasks: Annotated[list[BatchTask], Meaning("파일 순서대로", "The tasks, in the order of their files")]
    batch_status: Annotated[
        Absent[BatchStatus],
        Meaning("묶음의 현재 상태(기다렸을 때만)", "The batch as it is now, if a wait was asked for"),
    ] = None


class BatchStatusAnswer(Picture):
    """One batch as it is."""

    success: Success = True
    batch_status: Annotated[BatchStatus, Meaning("묶음의 상태", "The batch as it is")]


class BatchCancelled(Picture):
    """What had not ended of a batch was cancelled."""

    success: Success = True
    message: Message
    batch_id: Annotated[str, Meaning("묶음 ID", "Id of the batch")]
    cancelled_count: Annotated[int, Field(ge=0), Meaning("이번에 취소된 작업 수", "How many tasks this cancelled")]


class TaskStatusAnswer(Picture):
    """One task as it is."""

    success: Success = True
    task_status: Annotated[TaskStatus, Meaning("작업의 상태", "The task as it is")]


class TaskStatuses(Picture):
    """Several tasks as they are."""

    success: Success = True
    all_final: Annotated[bool, Meaning("모두 끝났는지", "Whether all of them have ended")]
    tasks: Annotated[list[TaskStatus], Meaning("물은 순서대로", "The tasks, in the order asked for")]


class TaskList(Picture):
    """Tasks, newest first."""

    success: Success = True
    total_count: Annotated[int, Field(ge=0), Meaning("조건에 맞는 모든 작업의 수", "How many tasks match in all")]
    tasks: Annotated[list[TaskStatus], Meaning("작업들", "The tasks")]
    next_page_token: Annotated[
        str, Meaning("다음 쪽의 토큰(마지막이면 빈 문자열)", "Leads to the next page; empty at the end")
    ]


class Cancelled(Picture):
    """A task was cancelled."""

    success: Success = True
    message: Message
    task_id: TaskId
    status: Annotated[Literal[Status.CANCELLED], Meaning("상태", "State")] = Status.CANCELLED


class CleanedUp(Picture):
    """Finished tasks were removed."""

    success: Success = True
    message: Message
    removed_count: Annotated[int, Field(ge=0), Meaning("정리된 작업의 수", "How many tasks were removed")]


class Step(Picture):
    """The data of one server-sent event."""

    task_id: TaskId
    task_type: Annotated[TaskType, Meaning("작업 종류", "What was asked for")]
    status: Annotated[Status, Meaning("상태", "State")]
    progress: Annotated[int, Field(ge=0, le=100), Meaning("진행률(%)", "Progress in percent")]
    attempt: Annotated[int, Field(ge=0), Meaning("시도 횟수", "How often it was started")]
    at: Annotated[Moment, Meaning("시각", "When it happened")]
    stage: StageShown
    pages_done: PagesDone
    pages_total: PagesTotal
    queue_position: QueuePosition = None
    eta_seconds: EtaSeconds = None
    task_status: Annotated[Absent[TaskStatus], Meaning("끝난 작업의 상태", "The whole task, at its end")] = None
