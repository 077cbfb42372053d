"""A page: what a reader makes of a file and an engine reads."""

from collections.abc import Callable
from dataclasses import dataclass

from PIL.Image import Image

Size = tuple[int, int]
"""Width and height in pixels."""

Fit = Callable[[Size], Size]
"""Maps an upright size to the one wanted, never larger."""


@dataclass(frozen=True)
class Page:
    """One page or frame, decoded: upright, RGB or L, without metadata, bounded by the engine's `fit`.

    `number` counts from 1 within the document; `total` is the number of pages that will come; `more` says that the
    document has others, which are not read.
    """

    number: int
    total: int
    image: Image
    more: bool = False
