"""EXIF: what makes an image upright. An image is read even where its EXIF data are damaged."""

import contextlib
import struct

from PIL import Image

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

DAMAGE = (ValueError, TypeError, KeyError, IndexError, OSError, SyntaxError, OverflowError, struct.error)
"""What Pillow raises on damaged EXIF data."""


def loaded(data: bytes) -> Image.Exif:
    """EXIF data as they stand in a file; none where they are damaged."""
    exif = Image.Exif()
    with contextlib.suppress(*DAMAGE):
        exif.load(data)
    return exif


def told_by(image: Image.Image) -> Image.Exif:
    """The EXIF data of an opened image; none where they are damaged. Decodes a PNG, at whose end they may stand."""
    if image.format == "PNG":
        image.load()
    try:
        return image.getexif()
    except DAMAGE:
        return Image.Exif()


def turn_of(exif: Image.Exif) -> Image.Transpose | None:
    """What makes an image upright."""
    try:
        return _TURNS.get(exif.get(_ORIENTATION, 1))
    except DAMAGE:
        return None


def forget_turn(exif: Image.Exif) -> None:
    """Have Pillow leave an image as it is stored."""
    exif[_ORIENTATION] = 1
