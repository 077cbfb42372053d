"""An image as a file to be sent: PNG where that is smaller and sharper, JPEG otherwise."""

import io

from PIL import Image

from service.jobs.media import JPEG, PNG
from workers.page import Encoded

MOST_BYTES = 15_500_000
"""Of one file: OpenAI takes 20,971,520 characters of data URI, and base64 makes 4 characters of 3 bytes."""

_QUALITIES = (88, 75, 60, 40)
_FLAT_COLOURS = 256
_SAMPLE = (256, 256)


def encoded(image: Image.Image) -> Encoded:
    """The image as a file of at most MOST_BYTES; one that cannot be made so small is halved until it can."""
    if _drawn(image):
        data = _file(image, "PNG", optimize=False, compress_level=6)
        if len(data) <= MOST_BYTES:
            return Encoded(PNG, data, image.size)
    for quality in _QUALITIES:
        data = _file(image, "JPEG", quality=quality)
        if len(data) <= MOST_BYTES:
            return Encoded(JPEG, data, image.size)
    return encoded(image.reduce(2))


def _drawn(image: Image.Image) -> bool:
    """Whether the image is drawn rather than photographed: few colours, and flat areas that PNG packs well."""
    sample = image.crop((0, 0, *_SAMPLE)) if image.width * image.height > 4_000_000 else image
    if sample.getcolors(_FLAT_COLOURS) is None:
        return False
    return image.getcolors(_FLAT_COLOURS) is not None


def _file(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
