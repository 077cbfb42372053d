"""The vision engine: pages become images in a message, answers become readings."""

import base64
from collections.abc import Iterator
from functools import partial
from typing import Any

import httpx2
import openai

from service.settings import Settings
from service.tables.model import Table
from workers.breaker import Breaker
from workers.engines.base import Analysis, Extraction, Progress, Request, Usage
from workers.engines.openai_vision.chat import Answer, ask
from workers.engines.openai_vision.patience import Patience
from workers.engines.openai_vision.sizes import bound_for
from workers.engines.openai_vision.table_answer import INSTRUCTIONS, REQUEST, read_tables, response_format
from workers.page import Page, Size

CONNECT = 10.0
"""Most seconds to wait for a connection: a server that is there takes it at once, however long it then thinks."""


class OpenAIVision:
    """Asks the model that the request names, on the server of the settings."""

    name = "openai"
    takes_files = True

    def __init__(self, settings: Settings, breaker: Breaker) -> None:
        if settings.openai_api_key is None:
            raise ValueError("the vision engine needs OPENAI_API_KEY")
        self._other_side = settings.openai_image_side
        self._client = openai.OpenAI(
            api_key=settings.openai_api_key.get_secret_value(),
            base_url=settings.openai_base_url or None,
            timeout=httpx2.Timeout(settings.openai_timeout, connect=min(CONNECT, settings.openai_timeout)),
            max_retries=0,
        )
        self._patience = Patience(breaker)

    def fit(self, size: Size, request: Request) -> Size:
        return bound_for(request.model, request.detail, self._other_side).fit(size)

    def analyze(self, pages: Iterator[Page], request: Request, progress: Progress) -> Analysis:
        """All pages in one question, so that the prompt can speak of the document as a whole."""
        images = []
        for page in pages:
            images.append(_image(page, request.detail))
            progress(0.2 * page.number / page.total)
        content = [{"type": "text", "text": request.prompt}, *images]
        question = partial(
            ask,
            self._client,
            lambda share: progress(0.2 + 0.8 * share),
            model=request.model,
            messages=[{"role": "user", "content": content}],
        )
        answer = self._patience.ask(question, progress)
        return Analysis(text=answer.text, model=answer.model, prompt_followed=True, usage=answer.usage)

    def extract(self, pages: Iterator[Page], request: Request, progress: Progress) -> Extraction:
        """One question a page."""
        tables: list[Table] = []
        usage = Usage()
        model = request.model
        for page in pages:
            answer = self._ask_for_tables(page, request, progress)
            tables += read_tables(answer.text, page.number)
            usage = Usage(
                usage.prompt_tokens + answer.usage.prompt_tokens,
                usage.completion_tokens + answer.usage.completion_tokens,
            )
            model = answer.model
        return Extraction(tables=tuple(tables), model=model, usage=usage)

    def _ask_for_tables(self, page: Page, request: Request, progress: Progress) -> Answer:
        question = partial(
            ask,
            self._client,
            lambda share: progress((page.number - 1 + share) / page.total),
            model=request.model,
            messages=[
                {"role": "system", "content": INSTRUCTIONS},
                {"role": "user", "content": [{"type": "text", "text": REQUEST}, _image(page, request.detail)]},
            ],
            response_format=response_format(),
        )
        return self._patience.ask(question, progress)


def _image(page: Page, detail: str) -> dict[str, Any]:
    assert page.file is not None  # takes_files
    uri = f"data:{page.file.media_type};base64,{base64.b64encode(page.file.data).decode('ascii')}"
    return {"type": "image_url", "image_url": {"url": uri, "detail": detail}}
