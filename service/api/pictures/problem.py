"""The error answer."""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from service.jobs.job import Status
from service.jobs.picture import Absent, Meaning, Picture
from service.jobs.view import TaskError


class FieldProblem(Picture):
    """What is wrong with one field."""

    detail: Annotated[str, Meaning("사람이 읽는 설명", "A sentence for a person")]
    pointer: Annotated[str, Meaning("어느 필드인지", "Which field it is")]


class ProblemDetails(Picture):
    """application/problem+json, RFC 9457. What an error shows beyond this is let through: an error must be told."""

    model_config = ConfigDict(extra="allow", serialize_by_alias=True)

    type: Annotated[str, Meaning("오류 종류의 URI", "URI of the kind of error")]
    title: Annotated[str, Meaning("짧은 이름", "Short name")]
    status: Annotated[int, Meaning("HTTP 상태 코드", "HTTP status code")]
    detail: Annotated[str, Meaning("무엇이 잘못되었고 어떻게 할지", "What is wrong, and what to do")]
    code: Annotated[str, Meaning("변하지 않는 오류 코드", "Stable code of the error")]
    retryable: Annotated[
        bool, Meaning("같은 요청이 나중에 성공할 수 있는지", "Whether the same request may succeed later")
    ]
    request_id: Annotated[str | None, Meaning("요청 ID(`X-Request-ID`)", "Id of the request, as in `X-Request-ID`")]
    success: Annotated[Literal[False], Meaning("언제나 false", "Always false")] = False
    field: Annotated[Absent[str], Meaning("첫 번째로 잘못된 필드", "The first faulty field")] = None
    errors: Annotated[Absent[list[FieldProblem]], Meaning("잘못된 필드 모두", "Every faulty field")] = None
    quota: Annotated[Absent[str], Meaning("넘은 한도의 이름", "Name of the quota that was exceeded")] = None
    violated_policies: Annotated[
        Absent[list[str]],
        Field(serialization_alias="violated-policies"),
        Meaning("넘은 한도들. RateLimit-Policy의 이름", "The quotas exceeded, as RateLimit-Policy names them"),
    ] = None
    limit: Annotated[Absent[int | float], Meaning("한도", "The limit")] = None
    actual: Annotated[Absent[int | float | str], Meaning("받은 값", "What came")] = None
    count: Annotated[Absent[int], Meaning("표의 수", "How many tables there are")] = None
    found: Annotated[Absent[str], Meaning("파일의 실제 형식", "What the file is")] = None
    supported: Annotated[Absent[str], Meaning("지원하는 형식", "What is supported")] = None
    task_status: Annotated[Absent[Status], Meaning("작업의 상태", "State of the task")] = None
    error: Annotated[Absent[TaskError], Meaning("작업이 실패한 이유", "Why the task failed")] = None
