"""What the model is shown of a page: its image and, where the document tells them by itself, its words."""

import base64
from collections.abc import Iterator
from typing import Any

from service.models.estimate import TEXT_LAYER
from workers.engines.local.given import given_lines
from workers.engines.local.order import in_columns, in_rows
from workers.page import Page

_TOLD = """The words of page {number} as the document itself holds them, line by line, cells apart by " | ". Their
spelling and figures are exact; the image shows how they belong together.

{words}"""

_CUT = "(and more)"

Content = dict[str, Any]
"""One part of a message's content, as the API takes it."""


def shown(page: Page, detail: str) -> Iterator[Content]:
    """The parts of a message that show a page."""
    file = page.encoded
    uri = f"data:{file.media_type};base64,{base64.b64encode(file.data).decode('ascii')}"
    yield {"type": "image_url", "image_url": {"url": uri, "detail": detail}}
    words = written(page)
    if words:
        yield text(_TOLD.format(number=page.number, words=words))


def text(words: str) -> Content:
    """A part of a message that is words."""
    return {"type": "text", "text": words}


def written(page: Page) -> str:
    """The page's own words in reading order, a line for each row; empty where only its picture is known."""
    lines: list[str] = []
    length = 0
    for run in in_columns(given_lines(page.words or (), page.encoded.size)):
        for row in in_rows(run):
            line = " | ".join(one.text for one in row)
            length += len(line) + 1
            if length > TEXT_LAYER:
                return "\n".join([*lines, _CUT])
            lines.append(line)
    return "\n".join(lines)
