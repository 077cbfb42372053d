"""The public picture of a job: what status answers, lists and callbacks show."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import Field

from service.jobs.errors import job_error
from service.jobs.files import result_name
from service.jobs.job import Job, Stage, Status, TaskType
from service.jobs.picture import Absent, Meaning, Moment, Picture
from service.jobs.text import Language
from service.models.usage import Usage

NO_PRICE = (
    "이 모델의 가격이 가격표(PRICES_FILE)에 없어 비용을 알 수 없습니다. "
    "The cost is not known: the price table (PRICES_FILE) has no price for this model."
)

StageShown = Annotated[
    Stage | None,
    Meaning(
        "지금 하는 일(실패·취소된 작업은 멈춘 곳, 완료되면 null)",
        "What is being done, or was when it failed or was cancelled; null once completed",
    ),
]
PagesDone = Annotated[int | None, Meaning("읽은 쪽 수(모르면 null)", "Pages that were read; null while unknown")]
PagesTotal = Annotated[int | None, Meaning("읽을 쪽 수(모르면 null)", "Pages to be read; null while unknown")]
QueuePosition = Annotated[
    Absent[int], Meaning("앞에서 기다리는 작업 수(대기 중일 때만)", "Tasks ahead; only while it waits")
]
EtaSeconds = Annotated[
    Absent[int],
    Meaning(
        "끝날 때까지 남은 시간의 추정(초, 알 수 있을 때만)",
        "Seconds it will probably take still, where that can be told",
    ),
]


class TaskError(Picture):
    """Why a job failed."""

    code: Annotated[str, Meaning("변하지 않는 오류 코드", "Stable code of the error")]
    message: Annotated[str, Meaning("사람이 읽는 설명", "A sentence for a person")]
    retryable: Annotated[bool, Meaning("다시 제출하면 성공할 수 있는지", "Whether submitting again may help")]


class TaskUsage(Picture):
    """What a model charged."""

    prompt_tokens: Annotated[int, Meaning("질문의 토큰 수", "Tokens of the questions, images among them")]
    completion_tokens: Annotated[int, Meaning("답의 토큰 수", "Tokens of the answers")]
    total_tokens: Annotated[int, Meaning("모든 토큰 수", "All tokens")]
    cost_usd: Annotated[
        float | None,
        Meaning("비용(USD, 모델의 가격을 모르면 null)", "Cost in USD; null where the model's price is not known"),
    ]
    cost_note: Annotated[
        Absent[str], Meaning("비용을 모르는 이유", "Why the cost is not known; only where it is not")
    ] = None


class TaskStatus(Picture):
    """The guide's `task_status`, completed as the contract says."""

    task_id: Annotated[str, Meaning("작업 ID", "Id of the task")]
    task_type: Annotated[TaskType, Meaning("작업 종류", "What was asked for")]
    filename: Annotated[str, Meaning("올린 파일의 이름", "The client's name for its file")]
    prompt: Annotated[str | None, Meaning("분석 요청(표 추출은 null)", "The prompt; null for table extraction")]
    detail: Annotated[str | None, Meaning("분석 상세도(표 추출은 null)", "The detail; null for table extraction")]
    model: Annotated[str, Meaning("모델 이름", "Name of the model; `local` is the embedded engine")]
    engine: Annotated[str, Meaning("읽는 엔진(`openai`, `local`)", "What reads the file: `openai` or `local`")]
    status: Annotated[Status, Meaning("상태", "State; the last three are final")]
    created_at: Annotated[Moment, Meaning("제출 시각", "When it was submitted")]
    started_at: Annotated[Moment | None, Meaning("실행이 시작된 시각", "When its run began")]
    completed_at: Annotated[Moment | None, Meaning("끝난 시각", "When it ended")]
    duration_ms: Annotated[int | None, Meaning("실행 시간(밀리초)", "Milliseconds from start to end")]
    progress: Annotated[int, Field(ge=0, le=100), Meaning("진행률(%)", "Progress in percent")]
    stage: StageShown
    pages_done: PagesDone
    pages_total: PagesTotal
    attempt: Annotated[int, Field(ge=0), Meaning("시도 횟수", "How often it was started")]
    worker: Annotated[int | None, Meaning("맡은 워커의 번호", "Number of the worker that has or had it")]
    priority: Annotated[int, Field(ge=0, le=9), Meaning("우선순위(9가 먼저)", "Priority; 9 goes first")]
    metadata: Annotated[dict[str, Any] | None, Meaning("제출할 때 보낸 객체", "The object that was submitted")]
    callback_url: Annotated[str | None, Meaning("끝나면 호출할 주소", "Address called when it ends")]
    pages: Annotated[Absent[str], Meaning("읽을 쪽(고른 경우)", "The pages to be read, where some were chosen")] = None
    batch_id: Annotated[Absent[str], Meaning("함께 제출된 묶음", "The batch it was submitted in")] = None
    retry_of: Annotated[Absent[str], Meaning("이 작업이 다시 하는 작업", "The task that this one does again")] = None
    reused_from: Annotated[
        Absent[str], Meaning("결과를 가져온 작업", "The task that read the file; its result is this one's, too")
    ] = None
    queue_position: QueuePosition = None
    eta_seconds: EtaSeconds = None
    result_file: Annotated[
        Absent[str],
        Meaning("결과 디렉토리 안의 결과 파일(완료된 작업만)", "Path under the results folder, once completed"),
    ] = None
    result_url: Annotated[Absent[str], Meaning("결과의 주소(완료된 작업만)", "Where the result is, once completed")] = (
        None
    )
    max_cost: Annotated[Absent[float], Meaning("비용 한도(USD)", "The most it may cost, in USD; if told")] = None
    usage: Annotated[
        Absent[TaskUsage],
        Meaning("모델이 청구한 것(청구된 것이 있을 때만)", "What a model charged; only once it has charged something"),
    ] = None
    error: Annotated[Absent[TaskError], Meaning("실패한 이유(실패한 작업만)", "Why it failed, if it did")] = None


class Callback(Picture):
    """What is posted to a `callback_url`."""

    type: Annotated[
        Literal["task.completed", "task.failed", "task.cancelled"], Meaning("무슨 일이 있었는지", "What happened")
    ]
    timestamp: Annotated[Moment, Meaning("끝난 시각", "When it happened")]
    data: Annotated[TaskStatus, Meaning("작업의 상태", "The task as it is")]


def task_status(
    job: Job, language: Language = "ko", queue_position: int | None = None, eta_seconds: int | None = None
) -> TaskStatus:
    """The picture of a job as it is; only a pending one has a queue position."""
    completed = job.status is Status.COMPLETED
    return TaskStatus(
        task_id=job.id,
        task_type=job.task_type,
        filename=job.filename,
        prompt=job.prompt,
        detail=job.detail,
        model=job.model,
        engine=job.engine,
        status=job.status,
        created_at=iso(job.created_at),
        started_at=None if job.started_at is None else iso(job.started_at),
        completed_at=None if job.completed_at is None else iso(job.completed_at),
        duration_ms=_duration(job),
        progress=job.progress,
        stage=job.stage,
        pages_done=job.pages_done,
        pages_total=job.pages_total,
        attempt=job.attempt,
        worker=job.worker,
        priority=job.priority,
        metadata=job.metadata,
        callback_url=job.callback_url,
        pages=job.pages,
        batch_id=job.batch_id,
        retry_of=job.retry_of,
        reused_from=job.reused_from,
        queue_position=queue_position,
        eta_seconds=eta_seconds,
        result_file=result_name(job.id) if completed else None,
        result_url=result_url(job.id) if completed else None,
        max_cost=None if job.max_cost is None else usd(job.max_cost),
        usage=None if job.usage is None else usage_picture(job.usage),
        error=task_error(job, language) if job.status is Status.FAILED else None,
    )


def task_error(job: Job, language: Language) -> TaskError:
    """Why a failed job failed: stable code, a sentence for a person, whether trying again may help."""
    error = job_error(job.error_code or "internal", job.error_values)
    return TaskError(code=error.code, message=error.message(language), retryable=error.retryable)


def usage_picture(usage: Usage) -> TaskUsage:
    """What was charged, as results show it too; a cost that is not known says why."""
    return TaskUsage(
        prompt_tokens=usage.prompt_tokens,
        completion_tokens=usage.completion_tokens,
        total_tokens=usage.total_tokens,
        cost_usd=None if usage.cost is None else usd(usage.cost),
        cost_note=NO_PRICE if usage.cost is None else None,
    )


def usd(cost: int) -> float:
    """Millionths of a USD as USD."""
    return cost / 1_000_000


def callback_body(job: Job, public_url: str) -> str:
    """The JSON text of the callback for an ended job; links begin with `public_url` where the operator set it."""
    picture = task_status(job)
    if picture.result_url is not None:
        picture = picture.model_copy(update={"result_url": public_url.rstrip("/") + picture.result_url})
    body = {"type": f"task.{job.status.value}", "timestamp": picture.completed_at, "data": picture}
    return Callback.model_validate(body).model_dump_json()


def status_url(task_id: str) -> str:
    return f"/background/task-status/{task_id}"


def result_url(task_id: str) -> str:
    return f"/background/task-result/{task_id}"


def iso(milliseconds: int) -> str:
    """A stored time as ISO 8601 with offset, UTC."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat(timespec="milliseconds")


def _duration(job: Job) -> int | None:
    if job.started_at is None or job.completed_at is None:
        return None
    return max(0, job.completed_at - job.started_at)
