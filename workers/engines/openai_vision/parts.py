"""A document cut into parts, each small enough for one question."""

from collections.abc import Iterable, Iterator

from service.models.estimate import PART_PATCHES
from service.models.sizes import patches
from workers.page import Page

BYTES = 24 * 1024 * 1024
"""Most bytes of one question's images, a third more as text: OpenAI takes 50 MB, and lanes hold several at once."""

Part = list[Page]


def parts(pages: Iterable[Page]) -> Iterator[Part]:
    """The pages in parts, in order, each as long as the bounds allow; a page beyond them is a part of its own."""
    part: Part = []
    for page in pages:
        if part and not _fit([*part, page]):
            yield part
            part = []
        part.append(page)
    if part:
        yield part


def _fit(part: Part) -> bool:
    files = [page.encoded for page in part]
    return sum(len(file.data) for file in files) <= BYTES and sum(patches(file.size) for file in files) <= PART_PATCHES
