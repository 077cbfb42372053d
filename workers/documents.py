"""Documents as a worker sees them: pages and tables, read in the cage."""

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from service.jobs.errors import JobError, OutOfMemory, UnreadableFile
from service.settings import Settings
from service.tables.model import Table
from workers.cage.channel import Message
from workers.cage.child import Child, Died
from workers.cage.nursery import Nursery
from workers.engines.base import Extraction, Progress
from workers.page import Encoded, Fit, Page, Word

_DEATHS = 3
"""Pages of one document that may cost the child its life before the document counts as unreadable."""

_TRIES = 2
"""Times a page is read. A reader can die through no fault of the page: killed with its keeper, or for memory."""


class Document:
    """One uploaded file, of one client.

    A page on which its reader died each time is left out and noted in `lost`; `cut_at` is the last page that is read of
    a document that has more.
    """

    def __init__(
        self,
        path: Path,
        media_type: str,
        nursery: Nursery,
        client: str | None,
        settings: Settings,
        checkpoint: Callable[[], None],
    ) -> None:
        self.lost: list[int] = []
        self.cut_at: int | None = None
        self._path = path
        self._media_type = media_type
        self._nursery = nursery
        self._client = client
        self._checkpoint = checkpoint
        self._order: Message = {
            "media_type": media_type,
            "memory_mb": settings.decode_memory_mb,
            "max_pixels": settings.max_image_pixels,
            "max_pages": settings.max_pages,
        }
        self._next = 1
        self._tries = 0
        self._total: int | None = None

    def pages(self, fit: Fit, *, as_files: bool) -> Iterator[Page]:
        """The pages, decoded as they are asked for, in the sizes that `fit` gives, as files or as pixels.

        Raises the JobError that the reader tells of, UnreadableFile or OutOfMemory when it cannot be kept alive.
        """
        with self._path.open("rb") as file:
            while self._total is None or self._next <= self._total:
                try:
                    yield from self._pages(file, fit, as_files)
                    return
                except Died as death:
                    self._note_death(death)

    def tables(self, progress: Progress) -> Extraction:
        """The tables that stand in a Word or Excel file. Raises as `pages` does."""
        with self._path.open("rb") as file:
            while True:
                try:
                    with self._child(file, work="tables") as child:
                        return _tables(child, progress)
                except Died as death:
                    self._tries += 1
                    if self._tries == _TRIES or death.stuck:
                        raise self._refused(death) from death

    def _child(self, file: BinaryIO, **order: object) -> AbstractContextManager[Child]:
        order = self._order | {"first": self._next} | order
        return self._nursery.child(order, file.fileno(), self._checkpoint, self._client)

    def _pages(self, file: BinaryIO, fit: Fit, as_files: bool) -> Iterator[Page]:
        # A page on which the reader died is read once more as a picture only: its words may have been what killed it.
        with self._child(file, work="pages", as_files=as_files, words=self._tries == 0) as child:
            words: tuple[Word, ...] | None = None
            while True:
                message, block = child.receive()
                if "end" in message:
                    return
                if "size" in message:
                    child.send({"fit": fit((message["size"][0], message["size"][1]))})
                elif "words" in message:
                    words = _words(block)
                elif block is not None:
                    self._next, self._total, self._tries = message["number"] + 1, message["total"], 0
                    self.cut_at = self._total if message["more"] else None
                    yield replace(_page(message, block), words=words)
                    words = None

    def _note_death(self, death: Died) -> None:
        self._tries = _TRIES if death.stuck else self._tries + 1
        if self._tries < _TRIES or (self._total is not None and self._next > self._total):
            return  # once more; or every page has been read, and only the end was still to be told
        self.lost.append(self._next)
        self._next, self._tries = self._next + 1, 0
        if self._total is None or len(self.lost) >= min(_DEATHS, self._total):
            raise self._refused(death) from death

    def _refused(self, death: Died) -> JobError:
        return OutOfMemory() if death.starved else UnreadableFile(media_type=self._media_type)


def _page(message: Message, block: memoryview) -> Page:
    number, total, facts = message["number"], message["total"], message["facts"]
    if "media_type" in message:
        return Page(
            number, total, file=Encoded(message["media_type"], bytes(block), tuple(message["extent"])), facts=facts
        )
    return Page(number, total, image=Image.frombytes(message["mode"], tuple(message["extent"]), block), facts=facts)


def _words(block: memoryview | None) -> tuple[Word, ...]:
    told = json.loads(bytes(block)) if block is not None else []
    return tuple(Word(text, (left, top, right, bottom)) for text, left, top, right, bottom in told)


def _tables(child: Child, progress: Progress) -> Extraction:
    tables: list[Table] = []
    concerns: tuple[str, ...] = ()
    while True:
        message, block = child.receive()
        if "end" in message:
            return Extraction(tables=tuple(tables), model="local", concerns=concerns)
        if "share" in message:
            progress(message["share"])
        elif "concerns" in message:
            concerns = tuple(message["concerns"])
        elif block is not None:
            tables.append(Table.model_validate_json(block.tobytes()))
