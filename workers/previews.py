"""Previews: small pictures of pages, made when somebody wants to see one, in the cage like everything decoded.

Most tasks come from programs and are never looked at, so no run makes any.
"""

import socket
import threading
import time
from contextlib import closing
from typing import BinaryIO

from service.jobs.errors import JobError
from service.jobs.files import Files
from service.jobs.media import JPEG, PNG
from service.jobs.previews import Outcome, Wish, answer_of, listen, wish_of
from service.logs import Logger
from service.settings import Settings
from workers.cage.nursery import Nursery
from workers.documents import Document
from workers.page import Page, Size

SIDE = 1280
"""Pixels of a preview's longer side: legible in half of a wide window, about 100 KB."""

MOST_SECONDS = 15.0
"""Seconds that one page may take."""

_LINE_SECONDS = 1.0
_NICE = 5
_ENDINGS = {PNG: ".png", JPEG: ".jpg"}


class Previewer(threading.Thread):
    """Makes one preview at a time, behind all other work. A thread of the maintenance process, which lives as long."""

    def __init__(self, settings: Settings, files: Files, nursery: Nursery, log: Logger) -> None:
        super().__init__(name="previews", daemon=True)
        self._settings = settings
        self._files = files
        self._nursery = nursery
        self._log = log

    def run(self) -> None:
        with listen(self._settings.data_dir) as server:
            while True:
                line, _ = server.accept()
                with line, line.makefile("rb") as words:
                    self._serve(line, words)

    def _serve(self, line: socket.socket, words: BinaryIO) -> None:
        line.settimeout(_LINE_SECONDS)
        try:
            line.sendall(answer_of(self._outcome(wish_of(words.readline()))))
        except (OSError, ValueError):
            pass  # who asked is gone

    def _outcome(self, wish: Wish) -> Outcome:
        try:
            return self._make(wish)
        except (JobError, FileNotFoundError):  # of a task that was just cleaned up
            return Outcome.UNREADABLE
        except Exception:
            self._log.exception("preview_failed", task_id=wish.task_id, page=wish.page)
            return Outcome.NOT_NOW

    def _make(self, wish: Wish) -> Outcome:
        path, deadline = self._files.upload(wish.task_id), time.monotonic() + MOST_SECONDS

        def checkpoint() -> None:
            if time.monotonic() > deadline:
                raise TimeoutError(f"a page took {MOST_SECONDS} s")

        reading = (path, wish.media_type, self._nursery, wish.client, self._settings, checkpoint)
        document = Document(*reading, first=wish.page, nice=_NICE)
        with closing(document.pages(_fit, as_files=True, words=False)) as pages:
            page = next(pages, None)
        # A page on which the reader dies is left out, and the one after it comes.
        if page is None or page.number != wish.page:
            return Outcome.NO_PAGE
        self._keep(wish.task_id, page)
        return Outcome.MADE

    def _keep(self, task_id: str, page: Page) -> None:
        assert page.file is not None
        ending = _ENDINGS[page.file.media_type]
        self._files.keep_preview(task_id, page.number, page.total, ending, page.file.data)


def _fit(size: Size) -> Size:
    scale = min(1.0, SIDE / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))
