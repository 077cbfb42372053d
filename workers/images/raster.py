"""A raster: one frame of an image file, handed out strip by strip once it is decoded."""

from typing import Protocol

from PIL import Image

from workers.page import Size

_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What makes an image upright, by its EXIF orientation [EXIF 2.32, 4.6.4]."""

SIDEWAYS = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}


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


def turn_of(exif: Image.Exif) -> Image.Transpose | None:
    """What makes an image upright, by its EXIF data."""
    return _TURNS.get(exif.get(_ORIENTATION, 1))


def forget_turn(exif: Image.Exif) -> None:
    """Have Pillow leave an image as it is stored."""
    exif[_ORIENTATION] = 1
