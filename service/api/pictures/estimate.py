"""The answer to a question for an estimate."""

from typing import Annotated

from pydantic import Field

from service.api.pictures.task import Success
from service.jobs.job import TaskType
from service.jobs.picture import Absent, Meaning, Picture


class TokenRange(Picture):
    """From the least to the most tokens that may be expected."""

    least: Annotated[int, Field(ge=0), Meaning("적어도", "At the least")]
    most: Annotated[int, Field(ge=0), Meaning("많아야", "At the most")]


class CostRange(Picture):
    """From the least to the most it may cost."""

    least: Annotated[float, Field(ge=0), Meaning("적어도(USD)", "At the least, in USD")]
    most: Annotated[float, Field(ge=0), Meaning("많아야(USD)", "At the most, in USD")]


class EstimatedPage(Picture):
    """One page as it is and as the model will see it."""

    page: Annotated[int, Field(ge=1), Meaning("쪽 번호", "Number of the page")]
    width: Annotated[int, Meaning("너비(픽셀, PDF는 200dpi)", "Pixels across; of a PDF at 200 dpi")]
    height: Annotated[int, Meaning("높이(픽셀)", "Pixels down")]
    sent_width: Annotated[Absent[int], Meaning("모델이 보는 너비", "Pixels across as the model sees it")] = None
    sent_height: Annotated[Absent[int], Meaning("모델이 보는 높이", "Pixels down as the model sees it")] = None
    tokens: Annotated[
        Absent[TokenRange],
        Meaning("그림과, 그 쪽에 들어 있는 글자의 토큰 수", "Tokens of its picture and of the words that stand in it"),
    ] = None


class EstimateAnswer(Picture):
    """What reading a file will come to."""

    success: Success = True
    task_type: Annotated[TaskType, Meaning("작업 종류", "What would be asked for")]
    media_type: Annotated[str, Meaning("파일의 형식", "What the file is")]
    engine: Annotated[str, Meaning("읽을 엔진(`openai`, `local`)", "What would read it: `openai` or `local`")]
    model: Annotated[str, Meaning("모델 이름", "Name of the model; `local` is the embedded engine")]
    page_count: Annotated[
        int | None,
        Meaning("읽을 쪽의 수(그림으로 읽지 않으면 null)", "Pages that would be read; null where none is a picture"),
    ]
    more_pages: Annotated[
        bool, Meaning("MAX_PAGES를 넘어 읽지 않을 쪽이 있는지", "Whether there are pages beyond MAX_PAGES")
    ]
    pages: Annotated[list[EstimatedPage], Meaning("쪽마다", "Each page")]
    prompt_tokens: Annotated[TokenRange, Meaning("질문의 토큰 수", "Tokens of the questions")]
    completion_tokens: Annotated[TokenRange, Meaning("답의 토큰 수", "Tokens of the answers")]
    cost_usd: Annotated[
        CostRange | None,
        Meaning("비용(USD, 모델의 가격을 모르면 null)", "Cost in USD; null where the model's price is not known"),
    ]
    cost_note: Annotated[
        Absent[str], Meaning("비용을 모르는 이유", "Why the cost is not known; only where it is not")
    ] = None
