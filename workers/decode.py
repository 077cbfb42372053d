"""Bytes to images: bounded, upright, flat, 8 bits a channel, without metadata."""

import re
from collections.abc import Iterator
from typing import BinaryIO

import pi_heif
from PIL import (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    Image,
    ImageChops,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)

from service.jobs.errors import TooManyPixels, UnreadableFile
from service.jobs.media import HEIC, IMAGES, JPEG, TIFF, pixel_limit
from workers.choice import Wanted
from workers.origin import facts_of
from workers.page import Bad, Facts, Fit, Page, Size
from workers.refusal import refusing
from workers.scaling import resized

_FORMATS = {kind: name.upper() for kind, name in IMAGES.items()} | {HEIC: "HEIF"}
"""Pillow's names."""

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

MAX_SCANS = 100
"""Of one JPEG; encoders make about ten. Each has the decoder walk over the whole image: 5,000 scans of 16 Mpx, in
200 KB, took it 78 s [measured]."""

_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
"""Where a segment of a JPEG begins [ITU-T T.81, B.1.1.3]."""

_START_OF_SCAN, _END = b"\xff\xda", b"\xff\xd9"

_SIDEWAYS = {_TURNS[orientation] for orientation in (5, 6, 7, 8)}

# Loaded now, and these only: where pages are decoded no file can be opened, not even a module.
_DECODERS = (
    AvifImagePlugin,
    BmpImagePlugin,
    GifImagePlugin,
    JpegImagePlugin,
    PngImagePlugin,
    TiffImagePlugin,
    WebPImagePlugin,
)
Image.preinit()
pi_heif.register_heif_opener()
Image.MAX_IMAGE_PIXELS = None  # the limit here is ours, by setting, checked before anything is decoded


def image_pages(file: BinaryIO, media_type: str, fit: Fit, max_pixels: int, wanted: Wanted) -> Iterator[Page | Bad]:
    """The wanted pages of a TIFF, from the first one on; of anything else the first frame.

    Raises UnreadableFile where the decoder refuses the file.
    """
    limit = pixel_limit(media_type, max_pixels)
    if media_type == JPEG:
        _check_scans(file.read())
        file.seek(0)
    with _open(file, media_type) as image:
        choice = wanted.among(_frames(image, media_type, wanted.upto))
        for number in choice.numbers:
            if number < wanted.first:
                continue
            try:
                ready, facts = _frame(image, media_type, number, limit, fit)
            except UnreadableFile as error:
                yield Bad(number, error)
                continue
            total, skipped = len(choice.numbers), choice.skipped(number)
            yield Page(number, total, skipped=skipped, image=ready, more=choice.more, facts=facts)


def _frame(image: Image.Image, media_type: str, number: int, limit: int, fit: Fit) -> tuple[Image.Image, Facts]:
    with refusing(media_type):
        image.seek(number - 1)
    _check_pixels(image, number, limit)
    with refusing(media_type):
        facts = facts_of(image, _turn(image) in _SIDEWAYS)
        return prepare(image, fit), facts


def prepare(image: Image.Image, fit: Fit) -> Image.Image:
    """One frame, made ready: decoded no larger than needed, resized, flattened on white, turned upright."""
    turn = _turn(image)
    turned = turn in _SIDEWAYS
    wanted = _swapped(fit(_swapped(image.size, turned)), turned)
    if image.format == "JPEG":
        image.draft(None, wanted)  # libjpeg then decodes at 1/2, 1/4 or 1/8 of the size, at a fraction of the cost
    image.load()
    ready = _ready(image, wanted)
    # A new image in any case: the opened one remembers its metadata.
    bare = ready.copy() if turn is None and ready is image else ready
    upright = bare if turn is None else bare.transpose(turn)
    upright.info.clear()
    return upright


def _turn(image: Image.Image) -> Image.Transpose | None:
    # A TIFF is turned by Pillow, as it is loaded.
    return None if image.format == "TIFF" else _TURNS.get(image.getexif().get(_ORIENTATION, 1))


def _open(file: BinaryIO, media_type: str) -> Image.Image:
    with refusing(media_type):
        return Image.open(file, formats=[_FORMATS[media_type]])


def _frames(image: Image.Image, media_type: str, most: int) -> int:
    """The number of pages, counted up to `most` and no further: a TIFF's form a chain that may be long, or a loop.

    One that cannot be counted counts: that it is bad is told when it is read.
    """
    count = 1
    while media_type == TIFF and count < most:
        try:
            with refusing(media_type):
                image.seek(count)
        except UnreadableFile as error:
            return count if isinstance(error.__cause__, EOFError) else count + 1
        count += 1
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


def _check_pixels(image: Image.Image, page: int, limit: int) -> None:
    width, height = image.size
    if width * height > limit:
        raise TooManyPixels(page=page, actual=width * height, limit=limit)


def _swapped(size: Size, swap: bool) -> Size:
    return (size[1], size[0]) if swap else size


def _ready(image: Image.Image, wanted: Size) -> Image.Image:
    """RGB or L in the wanted size, whatever the file held; what is transparent becomes white.

    A large image is never held twice at four bytes a pixel: it is made smaller first, or band by band. Decoding 40
    megapixels to 2048 pixels then takes 60 to 270 MB, a palette with transparency 310, AVIF 350 and WebP 620, the last
    two within their decoders [measured].
    """
    if image.mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        opaque = image if image.mode in ("LA", "RGBA") else image.convert("RGBA")
        return _on_white(opaque, wanted)
    if image.mode in ("P", "1", "RGB", "L"):
        bare = image if image.mode in ("RGB", "L") else image.convert("L" if image.mode == "1" else "RGB")
        return resized(bare, wanted)
    return _eight_bit(resized(image, wanted))


def _on_white(image: Image.Image, wanted: Size) -> Image.Image:
    covered = ImageChops.invert(image.getchannel("A"))
    bands = []
    for name in image.getbands()[:-1]:
        band = image.getchannel(name)
        band.paste(255, mask=covered)
        bands.append(resized(band, wanted))
    return bands[0] if len(bands) == 1 else Image.merge("RGB", bands)


def _eight_bit(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return _scaled_to_eight_bits(image) if image.mode in ("I", "F") else image.convert("RGB")


def _scaled_to_eight_bits(image: Image.Image) -> Image.Image:
    """32-bit samples: 16 bits' worth is divided, anything else is stretched between its least and its largest."""
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
    if image.mode == "I" and low >= 0 and 255 < high <= 65535:
        low, high = 0.0, 65535.0
    scale = 255 / (high - low) if high > low else 1.0
    return image.convert("F").point(lambda value: value * scale + (-low * scale)).convert("L")
