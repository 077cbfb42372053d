"""A raster drawn as a page: on white, 8 bits a channel, in the size that is wanted."""

import math
import os
from collections.abc import Iterator
from typing import BinaryIO

from PIL import Image

from workers.images.flat import flat
from workers.images.raster import Raster
from workers.page import Size
from workers.scaling import resized

WHOLE = 13_000_000
"""Pixels up to which an image is drawn at once: a photo of 12 megapixels."""

_STRIP = 1_500_000
"""Pixels of a larger one that are drawn at once."""

_REACH = 4
"""Pixels of the page above and below itself that a strip is drawn from: LANCZOS looks at 3, colours may at one more."""


def drawn(raster: Raster, wanted: Size) -> Image.Image:
    """The decoded raster in the `wanted` size, RGB or L, as an image of its own. Lets go of the raster's pixels.

    What is large is drawn strip by strip into an unnamed file in memory, and read back from it once the raster is let
    go: never are there two images of that size at Pillow's four bytes a pixel.
    """
    width, height = raster.size
    if width * height <= WHOLE or (raster.plain and wanted == raster.size):
        whole = raster.strip(0, height)
        page = resized(flat(whole), wanted)
        page = page.copy() if page is whole else page  # the opened one is read from again
        raster.release()
        return page
    with os.fdopen(os.memfd_create("page"), "w+b") as shelf:
        mode = _shelve(_strips(raster, wanted), shelf)
        raster.release()
        return _unshelved(shelf, mode, wanted)


def _strips(raster: Raster, wanted: Size) -> Iterator[Image.Image]:
    (width, height), (across, down) = raster.size, wanted
    scale = height / down
    rows, reach = max(1, int(_STRIP / width / scale)), math.ceil(_REACH * scale)
    for first in range(0, down, rows):
        last = min(first + rows, down)
        top, bottom = max(0, int(first * scale) - reach), min(height, math.ceil(last * scale) + reach)
        strip = flat(raster.strip(top, bottom))
        box = (0, first * scale - top, width, last * scale - top)
        yield strip.resize((across, last - first), Image.Resampling.LANCZOS, box=box, reducing_gap=2.0)


def _shelve(strips: Iterator[Image.Image], shelf: BinaryIO) -> str:
    mode = ""
    for strip in strips:
        mode = strip.mode
        shelf.write(strip.tobytes())
    return mode


def _unshelved(shelf: BinaryIO, mode: str, size: Size) -> Image.Image:
    page = Image.new(mode, size)
    rows = max(1, _STRIP // size[0])
    shelf.seek(0)
    for top in range(0, size[1], rows):
        extent = size[0], min(rows, size[1] - top)
        strip = Image.frombytes(mode, extent, shelf.read(extent[0] * extent[1] * len(mode)))
        page.paste(strip, (0, top))
    return page
