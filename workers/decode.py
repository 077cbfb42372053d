"""Bytes to images: bounded, upright, flat, 8 bits a channel, without metadata."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageOps

from service.jobs.errors import EmptyDocument, JobError, TooManyPixels, UnreadableFile
from workers.engines.base import Page, Size

Fit = Callable[[Size], Size]
"""Maps an upright size in pixels to the one wanted, never larger."""

JPEG = "image/jpeg"
FORMATS = {
    "image/png": "PNG",
    JPEG: "JPEG",
    "image/tiff": "TIFF",
    "image/bmp": "BMP",
    "image/webp": "WEBP",
    "image/gif": "GIF",
    "image/avif": "AVIF",
    "image/heic": "HEIF",
}
JPEG_ALLOWANCE = 4
"""A JPEG decodes at a reduced scale, so it may have that many times the pixels of others."""

_TURNED = {5, 6, 7, 8}
_ORIENTATION = 0x0112
_WHITE = (255, 255, 255)

Image.init()  # or each worker loads the decoders at its first file
Image.MAX_IMAGE_PIXELS = None  # the limit here is ours, by setting, checked before anything is decoded


def image_pages(path: Path, media_type: str, fit: Fit, max_pixels: int, max_pages: int) -> Iterator[Page]:
    """Every page of a TIFF, up to `max_pages`; the first frame of anything else.

    Raises UnreadableFile (or TooManyPixels) where the decoder refuses, at the page where it does.
    """
    limit = max_pixels * (JPEG_ALLOWANCE if media_type == JPEG else 1)
    with _open(path, media_type) as image:
        total = min(_frames(image, media_type), max_pages)
        if total < 1:
            raise EmptyDocument
        for index in range(total):
            with _refusing(media_type):
                image.seek(index)
            _check_pixels(image, index + 1, limit)
            with _refusing(media_type):
                ready = prepare(image, fit)
            yield Page(number=index + 1, total=total, image=ready)


def frame_count(path: Path, media_type: str) -> int:
    """How many pages there are to read. Raises UnreadableFile."""
    with _open(path, media_type) as image:
        return _frames(image, media_type)


def prepare(image: Image.Image, fit: Fit) -> Image.Image:
    """One frame, made ready: decoded no larger than needed, resized, flattened on white, turned upright."""
    turned = image.getexif().get(_ORIENTATION) in _TURNED
    wanted = _swapped(fit(_swapped(image.size, turned)), turned)
    if image.format == "JPEG":
        image.draft(None, wanted)  # libjpeg then decodes at 1/2, 1/4 or 1/8 of the size, at a fraction of the cost
    image.load()
    upright = ImageOps.exif_transpose(_resized(_eight_bit(image), wanted))
    upright.info.clear()
    return upright


def _open(path: Path, media_type: str) -> Image.Image:
    if media_type == "image/heic":
        _register_heif()
    with _refusing(media_type):
        return Image.open(path, formats=[FORMATS[media_type]])


def _register_heif() -> None:
    import pi_heif

    pi_heif.register_heif_opener()


def _frames(image: Image.Image, media_type: str) -> int:
    with _refusing(media_type):
        return int(getattr(image, "n_frames", 1)) if media_type == "image/tiff" else 1


def _check_pixels(image: Image.Image, page: int, limit: int) -> None:
    width, height = image.size
    if width * height > limit:
        raise TooManyPixels(page=page, actual=width * height, limit=limit)


def _swapped(size: Size, swap: bool) -> Size:
    return (size[1], size[0]) if swap else size


def _eight_bit(image: Image.Image) -> Image.Image:
    """RGB or L, whatever the file held; what is transparent becomes white."""
    if image.mode in ("RGB", "L"):
        return image if "transparency" not in image.info else _flat(image.convert("RGBA"))
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    if image.mode in ("I", "F"):
        return _scaled_to_eight_bits(image)
    if image.mode == "1":
        return image.convert("L")
    if image.mode in ("LA", "La", "RGBA", "RGBa", "PA") or "transparency" in image.info:
        return _flat(image.convert("RGBA"))
    return image.convert("RGB")


def _scaled_to_eight_bits(image: Image.Image) -> Image.Image:
    """32-bit samples: 16 bits' worth is divided, anything else is stretched between its least and its largest."""
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
    if image.mode == "I" and low >= 0 and 255 < high <= 65535:
        low, high = 0.0, 65535.0
    scale = 255 / (high - low) if high > low else 1.0
    return image.convert("F").point(lambda value: value * scale + (-low * scale)).convert("L")


def _flat(image: Image.Image) -> Image.Image:
    flat = Image.new("RGB", image.size, _WHITE)
    flat.paste(image, mask=image.getchannel("A"))
    return flat


def _resized(image: Image.Image, wanted: Size) -> Image.Image:
    if image.size == wanted:
        return image
    return image.resize(wanted, Image.Resampling.LANCZOS, reducing_gap=2.0)


@contextmanager
def _refusing(media_type: str) -> Iterator[None]:
    """Turn whatever a decoder raises, and it raises everything, into UnreadableFile."""
    try:
        yield
    except (JobError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFile(media_type=media_type) from error
