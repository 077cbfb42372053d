"""What becomes of a received form: its content looked at, its engine chosen, a submission made of it."""

from dataclasses import dataclass

from service.api import content
from service.api.faults import EmptyFile, FieldFault, ImageTooBig, InvalidFields, LockedFile, MissingFile
from service.api.fields import LOCAL, Wish
from service.api.form import Form
from service.api.problems import UnsupportedContent
from service.api.service import Service
from service.jobs import media
from service.jobs.errors import Text
from service.jobs.files import Upload
from service.jobs.job import Submission, TaskType, now


@dataclass(frozen=True)
class Kind:
    """One of the two things that can be asked for."""

    task_type: TaskType
    takes_documents: bool
    message: Text


@dataclass(frozen=True)
class Order:
    """One request, by its path and head; `cancel_after` is the seconds the task may take, None for any."""

    kind: Kind
    task_id: str
    request_id: str
    traceparent: str
    cancel_after: int | None


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


def file_problem(upload: Upload | None) -> InvalidFields | None:
    """What is wrong with a file before its content is looked at."""
    if upload is None:
        return MissingFile()
    return None if upload.size else EmptyFile()


def submission(service: Service, order: Order, form: Form, upload: Upload, wish: Wish) -> Submission:
    """A submission that may be stored. Raises as `checked_content` and `check_fit` do."""
    media_type = checked_content(service, order.kind, upload)
    engine, model = engine_and_model(service, media_type, wish.model)
    check_fit(service, wish, media_type, engine, model)
    analysis = order.kind.task_type is TaskType.IMAGE_ANALYSIS
    return Submission(
        id=order.task_id,
        task_type=order.kind.task_type,
        filename=form.filename or "",
        media_type=media_type,
        size=upload.size,
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
        deadline_at=None if order.cancel_after is None else now() + order.cancel_after * 1000,
    )


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
    actual = content.pixels_of(upload.path)
    if actual is not None and actual > limit:
        raise ImageTooBig(limit, actual)


def engine_and_model(service: Service, media_type: str, wished: str | None) -> tuple[str, str]:
    """The embedded engine where it is asked for, where no model's server is set up, and where no picture is read."""
    if wished == LOCAL or not service.settings.has_model or media_type in media.READ_DIRECTLY:
        return "local", LOCAL
    return "openai", wished or service.settings.openai_model
