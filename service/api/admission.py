"""What becomes of a received form: its content looked at, its engine chosen, a submission made of it."""

from dataclasses import dataclass, fields, replace

from service.api import content
from service.api.faults import EmptyFile, FieldFault, ImageTooBig, InvalidBatch, InvalidFields, LockedFile, MissingFile
from service.api.fields import LOCAL, Wish
from service.api.problems import Problem, UnsupportedContent
from service.api.received import Form, Received
from service.api.service import Service
from service.jobs import media
from service.jobs.files import Upload
from service.jobs.job import Job, Submission, TaskType, now
from service.jobs.text import Text


@dataclass(frozen=True)
class Kind:
    """One of the two things that can be asked for."""

    task_type: TaskType
    takes_documents: bool
    message: Text


@dataclass(frozen=True)
class Order:
    """One request, by its head.

    `cancel_after` is the seconds the task may take, None for any; `key` its Idempotency-Key; `message` what is said of
    it once it is accepted, in the client's language.
    """

    request_id: str
    traceparent: str
    cancel_after: int | None
    key: str | None
    message: str

    @property
    def deadline_at(self) -> int | None:
        """When the task must have ended, in milliseconds since 1970 UTC."""
        return None if self.cancel_after is None else now() + self.cancel_after * 1000


ANALYSIS = Kind(
    TaskType.IMAGE_ANALYSIS,
    False,
    Text("이미지 분석이 백그라운드에서 시작되었습니다.", "The image analysis has started in the background."),
)
EXTRACTION = Kind(
    TaskType.TABLE_EXTRACTION,
    True,
    Text("표 추출이 백그라운드에서 시작되었습니다.", "The table extraction has started in the background."),
)


_NO_PRICE = Text(
    "모델 '{model}'의 가격이 가격표에 없어 max_cost를 지킬 수 없습니다. max_cost 없이 보내거나, "
    "서버의 PRICES_FILE에 그 모델의 가격을 넣어야 합니다.",
    "max_cost cannot be kept: the price of the model '{model}' is not known. Send it without max_cost, or have the "
    "operator enter the price in PRICES_FILE.",
)
_NO_PAGES = Text(
    "DOCX에는 정해진 쪽이 없어 pages를 쓸 수 없습니다. pages 없이 보내거나 PDF로 저장하여 보내 주세요.",
    "A DOCX has no pages of its own, so that none can be chosen. Leave pages out, or save it as PDF.",
)


def file_problem(form: Form) -> InvalidFields | None:
    """What is wrong with the files before their content is looked at; in a batch each is looked at by itself."""
    if not form.files:
        return MissingFile()
    return EmptyFile() if len(form.files) == 1 and not form.files[0].upload.size else None


def submissions(
    service: Service, kind: Kind, order: Order, files: list[Received], wish: Wish, batch_id: str | None
) -> list[Submission]:
    """Submissions that may be stored, in the order of their files.

    Raises what `checked_content` and `check_fit` do for a single file, and InvalidBatch that names all faulty
    ones of a batch.
    """
    if batch_id is None:
        return [_submission(service, kind, order, files[0], wish)]
    found, faults = [], []
    for file in files:
        try:
            one = _submission(service, kind, order, file, wish)
            found.append(replace(one, batch_id=batch_id, callback_url=None, callback_events=None))
        except (UnsupportedContent, InvalidFields) as problem:
            faults += _named(file, problem)
    if faults:
        raise InvalidBatch(*faults)
    return found


def _named(file: Received, problem: Problem) -> list[FieldFault]:
    """What is wrong with a file of a batch, with its name."""
    faults = (
        problem.faults if isinstance(problem, InvalidFields) else (FieldFault("file", problem.text, problem.values),)
    )
    name = {"batch_filename": file.filename}
    return [
        FieldFault("file", Text(*(f"'{{batch_filename}}': {words}" for words in fault.reason)), fault.values | name)
        for fault in faults
    ]


def _submission(service: Service, kind: Kind, order: Order, file: Received, wish: Wish) -> Submission:
    if not file.upload.size:
        raise EmptyFile
    media_type = checked_content(service, kind, file.upload)
    engine, model = engine_and_model(service, media_type, wish.model)
    check_fit(service, wish, media_type, engine, model)
    analysis = kind.task_type is TaskType.IMAGE_ANALYSIS
    return Submission(
        id=file.upload.task_id,
        task_type=kind.task_type,
        filename=file.filename,
        media_type=media_type,
        size=file.upload.size,
        engine=engine,
        model=model,
        prompt=wish.prompt if analysis else None,
        detail=wish.detail if analysis else None,
        callback_url=wish.callback_url,
        callback_events=wish.callback_events,
        metadata=wish.metadata,
        priority=wish.priority,
        max_cost=wish.max_cost,
        request_id=order.request_id,
        pages=wish.pages,
        traceparent=order.traceparent,
        deadline_at=order.deadline_at,
        content_hash=file.upload.content_hash,
    )


def again(service: Service, order: Order, job: Job, task_id: str) -> Submission:
    """The same once more, with the engine that there is by now; its time begins anew, or there is no limit."""
    engine, model = engine_and_model(service, job.media_type, job.model)
    same = {one.name: getattr(job, one.name) for one in fields(Submission)}
    new = {
        "id": task_id,
        "request_id": order.request_id,
        "traceparent": order.traceparent,
        "deadline_at": order.deadline_at,
        "engine": engine,
        "model": model,
        "retry_of": job.id,
        "reused_from": None,
        "batch_id": None,
    }
    return Submission(**same | new)


def check_fit(service: Service, wish: Wish, media_type: str, engine: str, model: str) -> None:
    """Raises InvalidFields for pages of a DOCX, and for a cost limit where no price is known."""
    if wish.pages is not None and media_type == media.DOCX:
        raise InvalidFields(FieldFault("pages", _NO_PAGES))
    if wish.max_cost is not None and engine != LOCAL and service.settings.prices.of(model) is None:
        raise InvalidFields(FieldFault("max_cost", _NO_PRICE, {"model": model}))


def checked_content(service: Service, kind: Kind, upload: Upload) -> str:
    """The media type of a file that may be sent. Raises UnsupportedContent, LockedFile or ImageTooBig."""
    media_type = content.media_type_of(upload.path)
    supported = content.supported(documents=kind.takes_documents)
    if media_type is None and kind.takes_documents and content.is_locked_office(upload.path):
        raise LockedFile
    if media_type is None or media_type not in supported:
        known = media.IMAGES | media.DOCUMENTS
        found = known.get(media_type or "") or content.describe(upload.path)
        raise UnsupportedContent(found=found, supported=", ".join(supported.values()))
    if media_type in media.IMAGES:
        _check_pixels(service, media_type, upload)
    return media_type


def _check_pixels(service: Service, media_type: str, upload: Upload) -> None:
    limit = media.pixel_limit(media_type, service.settings.max_image_pixels)
    actual = content.pixels_of(upload.path, media_type)
    if actual is not None and actual > limit:
        raise ImageTooBig(limit, actual)


def engine_and_model(service: Service, media_type: str, wished: str | None) -> tuple[str, str]:
    """The embedded engine where it is asked for, where no model's server is set up, and where no picture is read."""
    if wished == LOCAL or not service.settings.has_model or media_type in media.READ_DIRECTLY:
        return "local", LOCAL
    return "openai", wished or service.settings.openai_model
