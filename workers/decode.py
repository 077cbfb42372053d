"""Bytes to images: bounded, upright, flat, 8 bits a channel, without metadata."""

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import BinaryIO

from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    JpegImagePlugin,
    MpoImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
)

from service.jobs.errors import TooManyPixels, UnreadableFile
from service.jobs.media import AVIF, HEIC, IMAGES, JPEG, TIFF, WEBP, pixel_limit
from workers.choice import Choice, Wanted
from workers.images.avif import AvifRaster
from workers.images.heic import HeicRaster
from workers.images.pillow import PillowRaster
from workers.images.raster import Raster, turned
from workers.images.strips import drawn
from workers.images.webp import WebPRaster
from workers.origin import facts_of
from workers.page import Bad, Fit, Page, Size
from workers.refusal import refusing

MAX_SCANS = 100
"""Of one JPEG; encoders make about ten. Each has the decoder walk over the whole image: 5,000 scans of 16 Mpx, in
200 KB, took it 78 s [measured]."""

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Where a segment of a JPEG begins [ITU-T T.81, B.1.1.3]."""

_START_OF_SCAN, _END = b"\xff\xda", b"\xff\xd9"

# Loaded now, and these only: where pages are decoded no file can be opened, not even a module.
_DECODERS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    MpoImagePlugin,  # a JPEG with more pictures behind the first, as many cameras write
    PngImagePlugin,
    TiffImagePlugin,
)
Image.preinit()
Image.MAX_IMAGE_PIXELS = None  # the limit here is ours, by setting, checked before anything is decoded


def image_pages(file: BinaryIO, media_type: str, fit: Fit, max_pixels: int, wanted: Wanted) -> Iterator[Page | Bad]:
    """The wanted pages of a TIFF, from the first one on; of anything else the first frame.

    Raises UnreadableFile where the decoder refuses the file.
    """
    if media_type == JPEG:
        _check_scans(file.read())
    limit = pixel_limit(media_type, max_pixels)
    choice, frame = _opened(file, media_type, wanted)
    for number in choice.numbers:
        if number < wanted.first:
            continue
        try:
            with refusing(media_type):
                raster = frame(number)
                _check_pixels(raster.size, number, limit)
                facts = facts_of(IMAGES[media_type].upper(), turned(raster.size, raster.turn), raster.exif)
                ready = prepare(raster, fit)
        except UnreadableFile as error:
            yield Bad(number, error)
            continue
        total, skipped = len(choice.numbers), choice.skipped(number)
        yield Page(number, total, skipped=skipped, image=ready, more=choice.more, facts=facts)


def image_sizes(file: BinaryIO, media_type: str, max_pixels: int, wanted: Wanted) -> dict[int, Size]:
    """The upright size of each page that `image_pages` would give, by its number; no pixels are decoded, but a PNG's.

    Raises as `image_pages` does; a page that is bad is left out.
    """
    sizes, limit = {}, pixel_limit(media_type, max_pixels)
    choice, frame = _opened(file, media_type, wanted)
    for number in choice.numbers:
        with suppress(UnreadableFile), refusing(media_type):
            raster = frame(number)
            _check_pixels(raster.size, number, limit)
            sizes[number] = turned(raster.size, raster.turn)
    return sizes


def prepare(raster: Raster, fit: Fit) -> Image.Image:
    """One frame, made ready: decoded no larger than needed, resized, flattened on white, turned upright."""
    wanted = turned(fit(turned(raster.size, raster.turn)), raster.turn)
    raster.decode(wanted)
    page = drawn(raster, wanted)
    upright = page if raster.turn is None else page.transpose(raster.turn)
    upright.info.clear()
    return upright


def _opened(file: BinaryIO, media_type: str, wanted: Wanted) -> tuple[Choice, Callable[[int], Raster]]:
    """Which frames are wanted of a file, and what opens one of them."""
    file.seek(0)
    count, frame = _pages_of_tiff(file, wanted.upto) if media_type == TIFF else (1, _still(file, media_type))
    return wanted.among(count), frame


def _pages_of_tiff(file: BinaryIO, most: int) -> tuple[int, Callable[[int], Raster]]:
    """The number of pages, counted up to `most` and no further, and what opens one of them.

    Pages form a chain that may be long, or a loop. One that cannot be counted counts: that it is bad is told when it is
    read.
    """
    with refusing(TIFF):
        image = _open(file, TIFF)

    def page(number: int) -> Raster:
        image.seek(number - 1)
        return PillowRaster(image)

    count = 1
    while count < most:
        try:
            with refusing(TIFF):
                image.seek(count)
        except UnreadableFile as error:
            count += not isinstance(error.__cause__, EOFError)
            break
        count += 1
    return count, page


def _still(file: BinaryIO, media_type: str) -> Callable[[int], Raster]:
    """What opens an image of which only the first frame is read."""
    readers: dict[str, Callable[[BinaryIO], Raster]] = {WEBP: WebPRaster, HEIC: HeicRaster}
    if media_type in readers:
        return lambda _: readers[media_type](file)
    with refusing(media_type):
        image = _open(file, media_type)
    return lambda _: AvifRaster(file, image) if media_type == AVIF else PillowRaster(image)


def _open(file: BinaryIO, media_type: str) -> Image.Image:
    return Image.open(file, formats=[IMAGES[media_type].upper()])


def _check_scans(data: bytes) -> None:
    if data.count(_START_OF_SCAN) <= MAX_SCANS:  # counts too many: metadata and what follows the image may hold some
        return
    at, scans = 2, 0
    while (found := _MARKER.search(data, at)) and found[0] != _END:
        scans += found[0] == _START_OF_SCAN
        at = found.end() + int.from_bytes(data[found.end() : found.end() + 2])
    if scans > MAX_SCANS:
        raise UnreadableFile(media_type=JPEG)


def _check_pixels(size: Size, page: int, limit: int) -> None:
    if size[0] * size[1] > limit:
        raise TooManyPixels(page=page, actual=size[0] * size[1], limit=limit)
