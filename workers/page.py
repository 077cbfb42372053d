"""A page: what a reader makes of a file and an engine reads."""

from collections.abc import Callable
from dataclasses import dataclass, field

from PIL.Image import Image

from service.jobs.errors import JobError
from service.models.sizes import Size as Size

Fit = Callable[[Size], Size]
"""Maps an upright size to the one wanted, never larger."""


Facts = dict[str, str | int]
"""What an image file says of itself: `format`, `width`, `height` (upright), `camera`, `taken_at` (ISO 8601, by the
camera's clock); each where it is known. Never a place."""


@dataclass(frozen=True)
class Encoded:
    """An image as a file: its media type, its bytes, and how large it is."""

    media_type: str
    data: bytes
    size: Size


@dataclass(frozen=True, slots=True)
class Word:
    """A word that a document tells by itself: its text, and its left, top, right and bottom as fractions (0 to 1) of
    the upright page's width and height."""

    text: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Page:
    """One page or frame, decoded: upright, RGB or L, without metadata, bounded by the engine's `fit`.

    `number` counts from 1 within the document; `total` is the number of pages that will come; `more` says that the
    document has others, which are not read; `skipped` counts the pages before it that are not wanted. `image` is the
    pixels, or None where the engine takes files; then `file` is what to send. `words` are the page's own, where the
    document tells them: then no reader has to guess; None where there is only the picture. `facts` are what the file
    says of the picture, where it is an image.
    """

    number: int
    total: int
    image: Image | None = None
    file: Encoded | None = None
    more: bool = False
    words: tuple[Word, ...] | None = None
    facts: Facts = field(default_factory=dict)
    skipped: int = 0

    @property
    def place(self) -> int:
        """Which of the pages that will come it is, from 1."""
        return self.number - self.skipped

    @property
    def pixels(self) -> Image:
        """The image, for an engine that takes pixels."""
        assert self.image is not None
        return self.image

    @property
    def encoded(self) -> Encoded:
        """The file, for an engine that takes files."""
        assert self.file is not None
        return self.file


@dataclass(frozen=True)
class Bad:
    """A page that cannot be read, and why; those after it can be all the same."""

    number: int
    error: JobError


@dataclass(frozen=True)
class Begun:
    """A page is begun, this share of the whole document being done; Word files have one page, numbered 0."""

    number: int
    share: float
