"""Pages decoded in the cage: what the child sends, and how the worker takes it."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO, Protocol

from PIL import Image

from service.jobs.errors import UnreadableFile
from workers.cage.channel import Channel, Closed
from workers.cage.child import Child
from workers.engines.base import Fit, Page

_DEATHS = 3
"""Pages of one document that may cost the child its life before the document counts as unreadable."""


class OpenPages(Protocol):
    """A reader of one format: the pages of an open file from page `first` on."""

    def __call__(self, file: BinaryIO, fit: Fit, first: int) -> Iterator[Page]: ...


class CagedPages:
    """The pages of one document. A page on which the child dies is left out and noted in `lost`."""

    def __init__(
        self,
        path: Path,
        media_type: str,
        open_pages: OpenPages,
        fit: Fit,
        memory_mb: int,
        checkpoint: Callable[[], None],
    ) -> None:
        self.lost: list[int] = []
        self._path = path
        self._media_type = media_type
        self._open_pages = open_pages
        self._fit = fit
        self._memory_mb = memory_mb
        self._checkpoint = checkpoint
        self._next = 1
        self._total: int | None = None

    def __iter__(self) -> Iterator[Page]:
        """Raises the JobError that the reader tells of, UnreadableFile when the child cannot be kept alive."""
        with self._path.open("rb") as file:
            while self._total is None or self._next <= self._total:
                try:
                    yield from self._pages(file)
                    return
                except Closed:
                    self._note_death()

    def _pages(self, file: BinaryIO) -> Iterator[Page]:
        file.seek(0)
        work = partial(_send_pages, file, self._open_pages, self._next)
        with Child(work, file.fileno(), self._memory_mb, self._checkpoint) as child:
            while True:
                message, block = child.receive()
                if "end" in message:
                    return
                if "size" in message:
                    wanted = self._fit((message["size"][0], message["size"][1]))
                    child.channel.send({"fit": wanted})
                elif block is not None:
                    self._next, self._total = message["number"] + 1, message["total"]
                    yield _page(message, block)

    def _note_death(self) -> None:
        self.lost.append(self._next)
        self._next += 1
        if self._total is None or len(self.lost) >= _DEATHS or len(self.lost) >= self._total:
            raise UnreadableFile(media_type=self._media_type)


def _send_pages(file: BinaryIO, open_pages: OpenPages, first: int, channel: Channel) -> None:
    """The child's work."""

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        channel.send({"size": size})
        answer, _ = channel.receive()
        return answer["fit"][0], answer["fit"][1]

    for page in open_pages(file, fit, first):
        facts = {"number": page.number, "total": page.total, "mode": page.image.mode, "extent": page.image.size}
        channel.send(facts, page.image.tobytes())


def _page(message: dict[str, object], block: memoryview) -> Page:
    number, total, mode, extent = (message[name] for name in ("number", "total", "mode", "extent"))
    assert isinstance(number, int) and isinstance(total, int) and isinstance(mode, str) and isinstance(extent, list)
    return Page(number=number, total=total, image=Image.frombytes(mode, (extent[0], extent[1]), block))
