"""The vision engine: pages become images in a message, answers become readings."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import httpx2
import openai

from service.models.sizes import accepted_detail, bound_for
from service.models.tokens import image_tokens
from service.settings import Settings
from workers.breaker import Breaker
from workers.engines.base import Analysis, Extraction, Progress, Request
from workers.engines.openai_vision.connections import Connections
from workers.engines.openai_vision.findings import Finding, Findings
from workers.engines.openai_vision.inquiry import Inquiry, Message
from workers.engines.openai_vision.lanes import DRAWN, MOST, Lanes
from workers.engines.openai_vision.parts import Part, parts
from workers.engines.openai_vision.question import shown, text
from workers.engines.openai_vision.table_answer import INSTRUCTIONS, REQUEST, read_tables, response_format
from workers.joining import Piece, joined
from workers.page import Page, Size

CONNECT = 10.0
"""Most seconds to wait for a connection: a server that is there takes it at once, however long it then thinks."""

Item = TypeVar("Item")

_PART = "These are pages {first} to {last} of a document of {total} pages. Its other pages are asked about apart."
_IN_PARTS = (
    "문서가 한 번에 묻기에는 길어 {count}부분으로 나누어 물었습니다. 문서 전체에 걸친 물음의 답은 부분마다 다를 수 "
    "있습니다. The document is too long for one question and was asked about in {count} parts; what concerns the "
    "document as a whole may be answered differently in each."
)
_NO_ORIGINAL = (
    "이 모델은 detail=original을 받지 않아 high로 보냈습니다. "
    "This model does not take detail=original: the pages were sent with high."
)


class OpenAIVision:
    """Asks the model that the request names, on the server of the settings."""

    name = "openai"
    takes_files = True

    def __init__(self, settings: Settings, breaker: Breaker) -> None:
        if settings.openai_api_key is None:
            raise ValueError("the vision engine needs OPENAI_API_KEY")
        self._other_side = settings.openai_image_side
        self._breaker = breaker
        self._connections = Connections()
        self._threads = ThreadPoolExecutor(MOST, "lane")  # begun by the first question, which comes after the fork
        timeout = httpx2.Timeout(settings.openai_timeout, connect=min(CONNECT, settings.openai_timeout))
        self._client = openai.OpenAI(
            api_key=settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url or None,
            http_client=self._connections.client(timeout),
            timeout=timeout,
            max_retries=0,
        )

    def fit(self, size: Size, request: Request) -> Size:
        return bound_for(request.model, request.detail, self._other_side).fit(size)

    def analyze(self, pages: Iterator[Page], request: Request, progress: Progress) -> Analysis:
        """All pages in one question, so that the prompt can speak of the document as a whole; a long one in parts."""
        inquiry, findings = Inquiry(self._client, self._breaker, request.model), Findings[str]()

        def answer(part: Part, lane: Progress) -> None:
            question = partial(inquiry.ask, _about(part, request), _image_tokens(part, request), str, lane)
            findings.add(part, question)

        told = parts(_told(pages, progress))
        self._lanes(progress).over(_while_worth_it(told, findings, progress), answer, _weight, len)
        kept = findings.kept()
        return Analysis(
            text=_as_one(kept),
            model=inquiry.model,
            prompt_followed=True,
            concerns=(
                *_of_detail(request),
                *((_IN_PARTS.format(count=len(kept)),) if len(kept) > 1 else ()),
                *findings.concerns(),
            ),
            pages=findings.pages(),
            stopped_by=findings.stopped_by,
        )

    def extract(self, pages: Iterator[Page], request: Request, progress: Progress) -> Extraction:
        """One question a page, several at once; tables that go on over a page are joined."""
        inquiry, findings = Inquiry(self._client, self._breaker, request.model), Findings[list[Piece]]()

        def answer(page: Page, lane: Progress) -> None:
            read = partial(read_tables, page=page.number)
            asked, images = _for_tables(page, request), _image_tokens([page], request)
            question = partial(inquiry.ask, asked, images, read, lane, response_format=response_format())
            findings.add([page], question)

        items = _while_worth_it(pages, findings, progress)
        self._lanes(progress).over(items, answer, lambda page: 1 / page.total, lambda _: 1)
        return Extraction(
            tables=joined(piece for finding in findings.kept() for piece in finding.found or ()),
            model=inquiry.model,
            concerns=(*_of_detail(request), *findings.concerns()),
            pages=findings.pages(),
            stopped_by=findings.stopped_by,
        )

    def _lanes(self, progress: Progress) -> Lanes:
        # While the server is sick one question is let through, as a trial: the run must not trip over its own second.
        return Lanes(self._threads, progress, lambda: 1 if self._breaker.open else MOST, self._connections.cut)


def _told(pages: Iterator[Page], progress: Progress) -> Iterator[Page]:
    """The pages; each that is drawn is a step, for a long part takes long to decode."""
    for page in pages:
        progress(DRAWN * page.place / page.total)
        yield page


def _while_worth_it(items: Iterator[Item], findings: Findings[Any], progress: Progress) -> Iterator[Item]:
    for item in items:
        if findings.futile or progress.meter.full:
            return
        yield item


def _image_tokens(part: Part, request: Request) -> int:
    """The most tokens that the pages' images are expected to have."""
    sizes = [page.encoded.size for page in part]
    return sum(image_tokens(request.model, size, _detail(request)).most for size in sizes)


def _weight(part: Part) -> float:
    return len(part) / part[0].total


def _about(part: Part, request: Request) -> list[Message]:
    first, last = part[0], part[-1]
    whole = last.place - first.place + 1 == first.total
    place = [] if whole else [text(_PART.format(first=first.place, last=last.place, total=first.total))]
    images = [content for page in part for content in shown(page, _detail(request))]
    return [{"role": "user", "content": [text(request.prompt), *place, *images]}]


def _for_tables(page: Page, request: Request) -> list[Message]:
    asked = text(REQUEST.format(number=page.place, total=page.total))
    return [
        {"role": "system", "content": INSTRUCTIONS},
        {"role": "user", "content": [asked, *shown(page, _detail(request))]},
    ]


def _as_one(kept: list[Finding[str]]) -> str:
    """The answer; those to parts of a document each under the numbers of its pages."""
    answers = [(finding.pages, finding.found or "") for finding in kept]
    if len(answers) == 1:
        return answers[0][1]
    return "\n\n".join(f"## {_span(pages)}\n\n{answer}" for pages, answer in answers)


def _span(pages: tuple[int, ...]) -> str:
    return f"{pages[0]}쪽" if len(pages) == 1 else f"{pages[0]}–{pages[-1]}쪽"


def _detail(request: Request) -> str:
    return accepted_detail(request.model, request.detail)


def _of_detail(request: Request) -> tuple[str, ...]:
    return () if _detail(request) == request.detail else (_NO_ORIGINAL,)
