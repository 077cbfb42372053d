"""What reading a file would come to: pages, tokens, cost. Nothing is run, and nothing of it stays."""

from typing import Annotated

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api import admission, content
from service.api.admission import ANALYSIS, EXTRACTION, Kind
from service.api.body import Patience
from service.api.endpoint import Answer, Asked, Body, endpoint
from service.api.faults import EmptyFile, ImageTooBig, InvalidFields, LockedFile, MissingFile, UnmeasurableFile
from service.api.fields import LOCAL, Wish, read_wish
from service.api.form import read_form, told_of_storage
from service.api.groups import SUBMITTING
from service.api.measuring import EstimatesBusy
from service.api.pictures.estimate import CostRange, EstimateAnswer, EstimatedPage, TokenRange
from service.api.problems import (
    DiskFull,
    FileTooLarge,
    MalformedMultipart,
    NotMultipart,
    StorageUnavailable,
    UnsupportedContent,
    UploadStalled,
    UploadTooSlow,
)
from service.api.received import Form, Limits
from service.api.service import Service, service_of
from service.jobs import media
from service.jobs.files import Upload
from service.jobs.job import TaskType
from service.jobs.picture import Absent, Meaning
from service.jobs.text import Text
from service.jobs.view import NO_PRICE, usd
from service.models.estimate import Estimate, Measured
from service.models.estimate import estimate as estimated
from service.models.prices import Price
from service.models.tokens import Span

_NOTHING = Span(0, 0)
_PROBLEMS = (
    MalformedMultipart,
    UploadStalled,
    UploadTooSlow,
    FileTooLarge,
    NotMultipart,
    UnsupportedContent,
    MissingFile,
    EmptyFile,
    LockedFile,
    ImageTooBig,
    UnmeasurableFile,
    InvalidFields,
    EstimatesBusy,
    StorageUnavailable,
    DiskFull,
)


class EstimateWish(Wish):
    """The form of a submission, and of which kind it would be."""

    task_type: Annotated[
        Absent[TaskType],
        Meaning(
            "작업 종류(기본값: 문서는 table_extraction, 이미지는 image_analysis)",
            "What would be asked for; by default table_extraction of a document, image_analysis of an image",
        ),
    ] = None


@endpoint(
    "POST",
    "/background/estimate",
    Text("비용 견적", "Estimate what a file will cost"),
    Answer(
        200,
        Text("쪽, 토큰, 비용. 아무것도 실행하지 않습니다.", "Pages, tokens and cost; nothing is run"),
        EstimateAnswer,
    ),
    group=SUBMITTING,
    problems=_PROBLEMS,
    body=Body(
        EstimateWish,
        ("multipart/form-data",),
        Meaning("파일(이미지, PDF, DOCX, XLSX, XLS)", "The file: an image, PDF, DOCX, XLSX or XLS"),
        file_kinds=tuple(content.supported(documents=True)),
    ),
)
async def estimate(request: Request, asked: Asked) -> EstimateAnswer:
    """Look at the file as a submission would, have its pages measured, and forget it."""
    service = service_of(request)
    settings = service.settings
    with told_of_storage():
        patience = Patience(settings.upload_idle_seconds, settings.upload_seconds)
        limits = Limits(settings.max_upload_bytes, settings.max_upload_bytes, 1, patience)
        form = await read_form(request, service.files.receive, limits)
        try:
            return await _answer(service, form)
        finally:
            await run_in_threadpool(form.discard)


async def _answer(service: Service, form: Form) -> EstimateAnswer:
    wish = read_wish(form.fields, service.settings, admission.file_problem(form), EstimateWish)
    upload = form.files[0].upload
    kind, media_type = await run_in_threadpool(_looked_at, service, wish, upload)
    engine, model = admission.engine_and_model(service, media_type, wish.model)
    admission.check_fit(service, wish, media_type, engine, model)
    pages, more = list[Measured](), False
    if media_type not in media.READ_DIRECTLY:
        pages, more = await service.measuring.measure(upload.path, media_type, wish.pages)
    found, price = None, None
    if engine != LOCAL:
        analysis = kind is ANALYSIS
        detail, prompt = (wish.detail, wish.prompt) if analysis else ("high", None)
        found = estimated(model, detail, service.settings.openai_image_side, pages, prompt)
        price = service.settings.prices.of(model)
    prompt_tokens, completion_tokens = _tokens(found)
    cost = CostRange(least=0, most=0) if found is None else _cost(found, price)
    return EstimateAnswer(
        task_type=kind.task_type,
        media_type=media_type,
        engine=engine,
        model=model,
        page_count=len(pages) or None,
        more_pages=more,
        pages=_pages(pages, found),
        prompt_tokens=prompt_tokens,
        completion_tokens=completion_tokens,
        cost_usd=cost,
        cost_note=NO_PRICE if cost is None else None,
    )


def _looked_at(service: Service, wish: EstimateWish, upload: Upload) -> tuple[Kind, str]:
    """What would be asked for, and of what. Raises UnsupportedContent or ImageTooBig."""
    wanted = wish.task_type
    if wanted is None:
        document = content.media_type_of(upload.path) in media.DOCUMENTS
        wanted = TaskType.TABLE_EXTRACTION if document else TaskType.IMAGE_ANALYSIS
    kind = EXTRACTION if wanted is TaskType.TABLE_EXTRACTION else ANALYSIS
    return kind, admission.checked_content(service, kind, upload)


def _pages(pages: list[Measured], found: Estimate | None) -> list[EstimatedPage]:
    plain = [EstimatedPage(page=page.number, width=page.size[0], height=page.size[1]) for page in pages]
    if found is None:
        return plain
    return [
        page.model_copy(update={"sent_width": sent.size[0], "sent_height": sent.size[1], "tokens": _range(sent.tokens)})
        for page, sent in zip(plain, found.pages, strict=True)
    ]


def _tokens(found: Estimate | None) -> tuple[TokenRange, TokenRange]:
    if found is None:
        return _range(_NOTHING), _range(_NOTHING)
    return _range(found.prompt_tokens), _range(found.completion_tokens)


def _range(span: Span) -> TokenRange:
    return TokenRange(least=span.least, most=span.most)


def _cost(found: Estimate, price: Price | None) -> CostRange | None:
    if price is None:
        return None
    asked, told = found.prompt_tokens, found.completion_tokens
    return CostRange(least=usd(price.of(asked.least, told.least)), most=usd(price.of(asked.most, told.most)))
