"""Documents as a worker sees them: pages and tables, read in the cage."""

import json
from collections import Counter
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from service.jobs.errors import JobError, OutOfMemory, UnreadableFile, job_error
from service.jobs.pages import HIGHEST
from service.settings import Settings
from service.tables.model import Table
from workers.cage.channel import Message
from workers.cage.child import CagedError, Child, Died
from workers.cage.nursery import Nursery
from workers.choice import Choice
from workers.engines.base import Extraction
from workers.page import Encoded, Fit, Page, Word

_DEATHS = 3
"""Pages of one document that may cost the child its life before the document counts as unreadable."""

_TRIES = 2
"""Times a page is read. A reader can die through no fault of the page: killed with its keeper, or for memory."""


class Document:
    """One uploaded file, of one client; of its pages (or sheets) those numbered in `pages`, None for all.

    `choice` is known once reading began. `failed` holds the pages that cannot be read, `read` the numbers of those that
    were handed out.
    Reading begins at page `first`; `nice` is how much its reader stands back for others.
    """

    def __init__(
        self,
        path: Path,
        media_type: str,
        nursery: Nursery,
        client: str | None,
        settings: Settings,
        checkpoint: Callable[[], None],
        pages: Sequence[int] | None = None,
        first: int = 1,
        nice: int = 0,
    ) -> None:
        self.choice: Choice | None = None
        self.failed: dict[int, JobError] = {}
        self.read: list[int] = []
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
            "pages": pages,
            "nice": nice,
        }
        self._first = first
        self._at: int | None = None
        self._tries: Counter[int | None] = Counter()
        self._deaths = 0

    def pages(self, fit: Fit, *, as_files: bool, words: bool = True) -> Generator[Page]:
        """The pages, decoded as they are asked for, in the sizes that `fit` gives, as files or as pixels.

        With the words that stand in the file, unless nobody wants them.
        Raises the JobError that the reader tells of; when no page can be read, the first one's; UnreadableFile or
        OutOfMemory when the reader cannot be kept alive.
        """
        with self._path.open("rb") as file:
            while True:
                try:
                    yield from self._pages(file, fit, as_files, words)
                    break
                except Died as death:
                    if self.choice is not None and self._at is None:
                        break  # every page has been read, and only the end was still to be told
                    self._note_death(death)
        self._check_any()

    def tables(self, progress: Callable[[float], None]) -> Extraction:
        """The tables that stand in a Word or Excel file. Raises as `pages` does."""
        with self._path.open("rb") as file:
            while True:
                self._at = None
                self.read.clear()
                try:
                    with self._child(file, work="tables", left_out=sorted(self.failed)) as child:
                        found = self._tables(child, progress)
                    break
                except Died as death:
                    self._note_death(death)
        self._check_any()
        self._at = None
        progress(1.0)
        return found

    @property
    def done(self) -> int:
        """Pages that are over with, read or not."""
        numbers = self.choice.numbers if self.choice is not None else ()
        return len(numbers) if self._at is None else sum(number < self._at for number in numbers)

    def _child(self, file: BinaryIO, **order: object) -> AbstractContextManager[Child]:
        return self._nursery.child(self._order | order, file.fileno(), self._checkpoint, self._client)

    def _pages(self, file: BinaryIO, fit: Fit, as_files: bool, wordy: bool) -> Iterator[Page]:
        # A page on which the reader died is read once more as a picture only: its words may have been what killed it.
        first = self._first if self.choice is None else self._at or HIGHEST + 1
        with self._child(
            file, work="pages", as_files=as_files, words=wordy and not self._tries[self._at], first=first
        ) as child:
            words: tuple[Word, ...] | None = None
            while True:
                message, block = child.receive()
                if "end" in message:
                    return
                if "size" in message:
                    child.send({"fit": fit((message["size"][0], message["size"][1]))})
                elif "words" in message:
                    words = _words(block)
                elif not self._noted(message) and block is not None and self.choice is not None:
                    page = replace(_page(message, block, self.choice), words=words)
                    words = None
                    self._pass(page.number)
                    self.read.append(page.number)
                    yield page

    def _tables(self, child: Child, progress: Callable[[float], None]) -> Extraction:
        tables: list[Table] = []
        concerns: list[str] = []
        while True:
            message, block = child.receive()
            if "end" in message:
                return Extraction(tables=tuple(tables), model="local", concerns=tuple(concerns))
            if "begun" in message:
                self._begin(message["begun"])
                progress(message["share"])
            elif "concern" in message:
                concerns.append(message["concern"])
            elif not self._noted(message) and block is not None:
                tables.append(Table.model_validate_json(block.tobytes()))

    def _noted(self, message: Message) -> bool:
        """Whether a message tells of the choice of pages, or of a bad one."""
        if "choice" in message:
            if self.choice is None:
                numbers, absent, more = message["choice"]
                self.choice = Choice(tuple(numbers), tuple(absent), more)
                self._at = numbers[0]
            return True
        if "bad" in message:
            number = message["bad"]
            self.failed[number] = job_error(message["code"], message["values"])
            self.failed[number].__cause__ = CagedError(message["cause"])
            self.read[:] = [one for one in self.read if one != number]
            self._pass(number)
            return True
        return False

    def _begin(self, number: int) -> None:
        """A sheet is begun; 0 stands for a document without pages."""
        self._at = number
        if number:
            self.read.append(number)

    def _pass(self, number: int) -> None:
        """A page is over with."""
        numbers = self.choice.numbers if self.choice is not None else ()
        self._at = next((one for one in numbers if one > number), None)

    def _note_death(self, death: Died) -> None:
        self._tries[self._at] += _TRIES if death.stuck else 1
        if self._tries[self._at] < _TRIES:
            return
        self._deaths += 1
        if not self._at or self.choice is None or self._deaths >= min(_DEATHS, len(self.choice.numbers)):
            raise self._refused(death) from death
        self.failed[self._at] = self._refused(death)
        self._pass(self._at)

    def _check_any(self) -> None:
        """Raises the first page's error when none could be read."""
        if self.failed and not self.read:
            raise self.failed[min(self.failed)]

    def _refused(self, death: Died) -> JobError:
        return OutOfMemory() if death.starved else UnreadableFile(media_type=self._media_type)


def _page(message: Message, block: memoryview, choice: Choice) -> Page:
    number, extent = message["number"], tuple(message["extent"])
    skipped = choice.skipped(number)
    page = Page(number, len(choice.numbers), more=choice.more, skipped=skipped, facts=message["facts"])
    if "media_type" in message:
        return replace(page, file=Encoded(message["media_type"], bytes(block), extent))
    return replace(page, image=Image.frombytes(message["mode"], extent, block))


def _words(block: memoryview | None) -> tuple[Word, ...]:
    told = json.loads(bytes(block)) if block is not None else []
    return tuple(Word(text, (left, top, right, bottom)) for text, left, top, right, bottom in told)
