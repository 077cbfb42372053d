"""The form fields of a submission, checked all at once."""

import json
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationInfo, WithJsonSchema

from service.api.faults import InvalidFields, Unfit
from service.api.reading import SHOWN, read, sent
from service.api.types import FLAG, LINE, WHOLE, Usd
from service.jobs.address import is_global, literal
from service.jobs.job import FINAL
from service.jobs.pages import HIGHEST, OutOfReach, Reversed, page_numbers, page_spans
from service.jobs.picture import Absent, Meaning
from service.jobs.text import Text
from service.settings import Settings

DEFAULT_PROMPT = "이 이미지를 분석하고 주요 내용을 설명해주세요."
PROMPT_LENGTH = 8000
MODEL_LENGTH = 200
URL_LENGTH = 2048
PAGES_LENGTH = 1000
METADATA_BYTES = 16 * 1024
METADATA_DEPTH = 64
LOCAL = "local"


def _metadata(value: str) -> dict[str, Any]:
    if len(value.encode()) > METADATA_BYTES:
        raise Unfit(_METADATA_SIZE, limit=METADATA_BYTES)
    try:
        found = json.loads(value)
        # Python's reader takes more than JSON: NaN, 1e999 and half surrogates, which no answer could carry.
        json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Unfit(_METADATA) from None
    if not isinstance(found, dict):
        raise Unfit(_METADATA)
    if not _shallow(found, METADATA_DEPTH):
        raise Unfit(_METADATA_DEPTH, limit=METADATA_DEPTH)
    return found


def _shallow(value: object, levels: int) -> bool:
    """Whether arrays and objects nest no deeper than `levels`: what Python can read here it may not elsewhere."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is None or (levels > 0 and all(_shallow(one, levels - 1) for one in inner))


def _callback_url(value: str, info: ValidationInfo[Settings]) -> str:
    """An address the courier may try; what its name resolves to is the courier's to judge, at the time of sending."""
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        reachable = parts.port != 0 and bool(host.encode("idna"))
    except ValueError:  # also a name with an empty label, or one of more than 63 characters
        raise Unfit(_URL) from None
    if parts.scheme not in ("http", "https") or not reachable or not value.isprintable() or " " in value:
        raise Unfit(_URL)
    if parts.username is not None:
        raise Unfit(_URL_USER)
    if host not in info.context.callback_allowed_hosts and not _may_be_global(host):
        raise Unfit(_URL_HOST, actual=host)
    return value


def _pages(value: str, info: ValidationInfo[Settings]) -> str:
    try:
        numbers = page_numbers(value)
    except Reversed as span:
        raise Unfit(_PAGES_REVERSED, actual=str(span)) from None
    except OutOfReach as number:
        raise Unfit(_PAGES_REACH, actual=str(number), limit=HIGHEST) from None
    except ValueError:
        raise Unfit(_PAGES, actual=value[:SHOWN]) from None
    if len(numbers) > info.context.max_pages:
        raise Unfit(_PAGES_MANY, actual=len(numbers), limit=info.context.max_pages)
    return page_spans(numbers)


def _may_be_global(host: str) -> bool:
    address = literal(host)
    if address is not None:
        return is_global(address)
    name = host.encode("idna").decode().rstrip(".").lower()
    return name != "localhost" and not name.endswith(".localhost")


_METADATA = Text("metadata는 JSON 객체여야 합니다.", "metadata must be a JSON object.")
_METADATA_DEPTH = Text(
    "metadata는 {limit}단계까지만 겹칠 수 있습니다.", "metadata may nest {limit} levels deep, no deeper."
)
_METADATA_SIZE = Text("metadata는 {limit}바이트까지입니다.", "metadata may have {limit} bytes.")
_URL = Text(
    "callback_url은 http:// 또는 https://로 시작하는 온전한 주소여야 합니다.",
    "callback_url must be a whole address that begins with http:// or https://.",
)
_URL_USER = Text(
    "callback_url에 사용자 이름이나 암호를 넣을 수 없습니다.", "callback_url must not hold a user name or password."
)
_URL_HOST = Text(
    "callback_url의 호스트 '{actual}'은(는) 공개 주소가 아닙니다. "
    "허용하려면 서버의 CALLBACK_ALLOWED_HOSTS에 넣어야 합니다.",
    "The host '{actual}' of callback_url is not a global address. To allow it, the operator names it in "
    "CALLBACK_ALLOWED_HOSTS.",
)

_PAGES = Text(
    "pages는 '1-3,7'처럼 쪽 번호나 범위를 쉼표로 이어 적어야 합니다('{actual}').",
    "pages must be numbers and spans with commas between them, such as 1-3,7, not '{actual}'.",
)
_PAGES_REVERSED = Text(
    "pages의 범위 '{actual}'은(는) 앞 번호가 뒤 번호보다 큽니다. 작은 번호부터 적어 주세요.",
    "The span '{actual}' of pages ends before it begins. Put the lower number first.",
)
_PAGES_REACH = Text(
    "pages의 쪽 번호는 1부터 {limit}까지입니다('{actual}').",
    "The numbers in pages go from 1 to {limit}; '{actual}' does not.",
)
_PAGES_MANY = Text(
    "pages는 한 번에 {limit}쪽까지입니다({actual}쪽). 작업을 나누어 보내 주세요.",
    "pages may name {limit} pages at most, not {actual}. Split them over several tasks.",
)

Pages = Annotated[
    str, Field(max_length=PAGES_LENGTH, json_schema_extra={"format": "page-ranges"}), AfterValidator(_pages)
]
_EVENTS = Text(
    "callback_events는 completed, failed, cancelled를 쉼표로 나눈 것이어야 합니다(받은 값: '{actual}').",
    "callback_events must be some of completed, failed and cancelled, separated by commas, not '{actual}'.",
)


def _callback_events(value: str) -> str:
    words = {word.strip() for word in value.split(",")}
    if not words <= FINAL:
        raise Unfit(_EVENTS, actual=value[:SHOWN])
    return ",".join(sorted(words))


CallbackEvents = Annotated[
    str,
    AfterValidator(_callback_events),
    WithJsonSchema({"type": "string", "pattern": r"^\s*{0}\s*(,\s*{0}\s*)*$".format("(completed|failed|cancelled)")}),
]
Metadata = Annotated[dict[str, Any], BeforeValidator(_metadata)]
CallbackUrl = Annotated[
    str, Field(max_length=URL_LENGTH, json_schema_extra={"format": "uri"}), AfterValidator(_callback_url)
]


class Wish(BaseModel):
    """What the client wants done, from the fields beside the file; `model` is None where none was named."""

    model_config = ConfigDict(frozen=True)

    prompt: Annotated[
        str,
        Field(max_length=PROMPT_LENGTH),
        Meaning("분석 요청 프롬프트(이미지 분석만)", "What to ask about the image; image analysis only"),
    ] = DEFAULT_PROMPT
    detail: Annotated[
        Literal["low", "high", "auto", "original"],
        Meaning("이미지 분석 상세도(이미지 분석만)", "How closely the model looks; image analysis only"),
    ] = "auto"
    model: Annotated[
        Absent[Annotated[str, Field(max_length=MODEL_LENGTH), *LINE]],
        Meaning(
            "사용할 모델명(기본값: 서버에 설정된 모델, `local`은 내장 엔진)",
            "Name of the model, by default the server's own; `local` is the embedded engine",
        ),
    ] = None
    pages: Annotated[
        Absent[Pages],
        Meaning(
            "읽을 쪽, 예: 1-3,7(기본값: 모두, PDF·TIFF의 쪽과 엑셀의 시트)",
            "The pages to read, such as 1-3,7; by default all. Of a PDF or TIFF pages, of a workbook sheets",
        ),
    ] = None
    callback_url: Annotated[
        Absent[CallbackUrl], Meaning("끝나면 호출할 주소", "Address to POST to when the task has ended")
    ] = None
    callback_events: Annotated[
        Absent[CallbackEvents],
        Meaning(
            "콜백을 받을 종료 상태, 쉼표로 나눔(기본값: 모두)",
            "Endings to be called back for, separated by commas; by default all",
        ),
    ] = None
    priority: Annotated[
        int, Field(ge=0, le=9), WHOLE, Meaning("우선순위(9가 먼저)", "Priority; 9 goes first, equals by arrival")
    ] = 0
    max_cost: Annotated[
        Absent[Usd],
        Meaning(
            "작업의 비용 한도(USD). 이르면 그때까지 읽은 것으로 끝냅니다",
            "The most the task may cost, in USD; when it is reached the task ends with what it has read",
        ),
    ] = None
    metadata: Annotated[
        Absent[Metadata],
        Meaning(
            "상태, 결과, 콜백에 그대로 돌아오는 JSON 객체",
            "A JSON object that comes back in status, result and callback",
        ),
    ] = None
    reuse: Annotated[
        bool,
        FLAG,
        Meaning(
            "true이면 같은 파일에 같은 요청으로 최근에 얻은 결과를 바로 돌려받음",
            "true: take the result that the same file and request had lately, at once, if there is one",
        ),
    ] = False


W = TypeVar("W", bound=Wish)


def read_wish(fields: dict[str, str], settings: Settings, file_problem: InvalidFields | None, model: type[W]) -> W:
    """Check the fields; `file_problem` is what is wrong with the file. Raises InvalidFields naming all that is."""
    try:
        wish = read(model, sent(fields), settings)
    except InvalidFields as problem:
        raise InvalidFields(*(file_problem.faults if file_problem else ()), *problem.faults) from None
    if file_problem is not None:
        raise file_problem
    return wish
