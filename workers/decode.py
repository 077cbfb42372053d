"""Bytes to images: bounded, upright, flat, 8 bits a channel, without metadata."""

import re
from collections.abc import Iterator
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
from workers.images.avif import AvifRaster
from workers.images.heic import HeicRaster
from workers.images.pillow import PillowRaster
from workers.images.raster import Raster, turned
from workers.images.strips import drawn
from workers.images.webp import WebPRaster
from workers.origin import facts_of
from workers.page import Fit, Page, Size
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


def image_pages(
    file: BinaryIO, media_type: str, fit: Fit, max_pixels: int, max_pages: int, first: int = 1
) -> Iterator[Page]:
    """Every page of a TIFF from `first` up to `max_pages`; the first frame of anything else.

    Raises UnreadableFile (or TooManyPixels) where the decoder refuses, at the page where it does.
    """
    limit = pixel_limit(media_type, max_pixels)
    if media_type == JPEG:
        _check_scans(file.read())
    for number, found, raster in _rasters(file, media_type, max_pages, first):
        _check_pixels(raster.size, number, limit)
        with refusing(media_type):
            facts = facts_of(IMAGES[media_type].upper(), turned(raster.size, raster.turn), raster.exif)
            ready = prepare(raster, fit)
        yield Page(number=number, total=min(found, max_pages), image=ready, more=found > max_pages, facts=facts)


def prepare(raster: Raster, fit: Fit) -> Image.Image:
    """One frame, made ready: decoded no larger than needed, resized, flattened on white, turned upright."""
    wanted = turned(fit(turned(raster.size, raster.turn)), raster.turn)
    raster.decode(wanted)
    page = drawn(raster, wanted)
    upright = page if raster.turn is None else page.transpose(raster.turn)
    upright.info.clear()
    return upright


def _rasters(file: BinaryIO, media_type: str, max_pages: int, first: int) -> Iterator[tuple[int, int, Raster]]:
    """Each frame that is to be read, with its number and the number of all, counted up to one more than `max_pages`."""
    file.seek(0)
    if media_type == TIFF:
        with refusing(media_type):
            image = _open(file, media_type)
            found = _frames(image, max_pages + 1)
        for index in range(first - 1, min(found, max_pages)):
            with refusing(media_type):
                image.seek(index)
                raster = PillowRaster(image)
            yield index + 1, found, raster
    elif first == 1:
        with refusing(media_type):
            still = _still(file, media_type)
        yield 1, 1, still


def _still(file: BinaryIO, media_type: str) -> Raster:
    if media_type == WEBP:
        return WebPRaster(file)
    if media_type == HEIC:
        return HeicRaster(file)
    image = _open(file, media_type)
    return AvifRaster(file, image) if media_type == AVIF else PillowRaster(image)


def _open(file: BinaryIO, media_type: str) -> Image.Image:
    return Image.open(file, formats=[IMAGES[media_type].upper()])


def _frames(image: Image.Image, most: int) -> int:
    """The number of pages, counted up to `most` and no further: they form a chain that may be long, or a loop."""
    count = 1
    try:
        while count < most:
            image.seek(count)
            count += 1
    except EOFError:
        pass
    return count


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
