"""Where a worker gets its caged children: a new one from the keeper, or the one that has just read such a file."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from service.jobs.media import IMAGES
from workers.cage.channel import Message
from workers.cage.child import Child, Died

MOST_FILES = 50
"""A child reads before it is let go, so that what a library may leak stays small."""

_MOST_GROWTH_MB = 64
"""Memory a child may have taken for a file and still be used again: as much as a photo of 12 megapixels needs."""


class Nursery:
    """One worker's children.

    To bear a child and shut its cage costs 4 ms, thirty times what a small image then takes [measured]. So the child
    that has read an image reads its client's next one as well, if that comes at once. It never serves two clients:
    what a hostile file may do to its reader stays with who sent it.
    """

    def __init__(self, keeper: socket.socket) -> None:
        self._keeper = keeper
        self._spare: Child | None = None
        self._client: str | None = None
        self._files = 0

    @contextmanager
    def child(self, order: Message, file: int, checkpoint: Callable[[], None], client: str | None) -> Iterator[Child]:
        """A child at work on an order for `client`; it ends with the block unless it is kept for the next image."""
        simple = order["work"] == "pages" and order["media_type"] in IMAGES  # for which a child need load nothing
        child = self._taken(order, file, checkpoint) if simple and client == self._client else None
        if child is None:
            self.empty()
            child, self._files, self._client = Child(self._keeper, order, file, checkpoint), 0, client
        try:
            yield child
        except BaseException:
            child.end()
            raise
        self._files += 1
        if simple and child.grown_mb is not None and child.grown_mb <= _MOST_GROWTH_MB and self._files < MOST_FILES:
            self._spare = child
        else:
            child.end()

    def empty(self) -> None:
        """Let go of the child that waits."""
        if self._spare is not None:
            self._spare.end()
            self._spare = None

    def _taken(self, order: Message, file: int, checkpoint: Callable[[], None]) -> Child | None:
        child, self._spare = self._spare, None
        if child is not None:
            try:
                child.go_on(order, file, checkpoint)
            except Died:  # it had waited long enough
                child.end()
                return None
        return child
