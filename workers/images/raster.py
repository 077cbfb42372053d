"""A raster: one frame of an image file, handed out strip by strip once it is decoded."""

from typing import Protocol

from PIL import Image

from workers.images.exif import SIDEWAYS
from workers.page import Size


class Raster(Protocol):
    """`size` is what the file's header says of it as it is stored; decoding may make it smaller.

    Each step raises whatever the reader behind it raises on damage.
    """

    size: Size

    @property
    def turn(self) -> Image.Transpose | None:
        """What makes it upright."""
        ...

    @property
    def exif(self) -> Image.Exif:
        """What the file says of its making."""
        ...

    @property
    def plain(self) -> bool:
        """Whether its rows are RGB or L as they stand."""
        ...

    def decode(self, wanted: Size) -> None:
        """Decode it, no smaller than `wanted`."""
        ...

    def strip(self, top: int, bottom: int) -> Image.Image:
        """Its rows from `top` to before `bottom`, in any of Pillow's modes; asked for from top to bottom."""
        ...

    def release(self) -> None:
        """Let go of the pixels."""
        ...


def turned(size: Size, turn: Image.Transpose | None) -> Size:
    """A size upright, or an upright one as it is stored."""
    return (size[1], size[0]) if turn in SIDEWAYS else size
