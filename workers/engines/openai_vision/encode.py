"""An image as a data URI: PNG where that is smaller and sharper, JPEG otherwise."""

import base64
import io

from PIL import Image

URI_LIMIT = 20_971_520
"""Most characters of an image's data URI that OpenAI takes."""

_QUALITIES = (88, 75, 60, 40)
_FLAT_COLOURS = 256
_SAMPLE = (256, 256)


def data_uri(image: Image.Image) -> str:
    """The image for a message. Raises ValueError when even the smallest form is too large."""
    if _drawn(image):
        uri = _uri(image, "PNG", optimize=False, compress_level=6)
        if len(uri) <= URI_LIMIT:
            return uri
    for quality in _QUALITIES:
        uri = _uri(image, "JPEG", quality=quality)
        if len(uri) <= URI_LIMIT:
            return uri
    raise ValueError("the image is too large for a message")


def _drawn(image: Image.Image) -> bool:
    """Whether the image is drawn rather than photographed: few colours, and flat areas that PNG packs well."""
    sample = image.crop((0, 0, *_SAMPLE)) if image.width * image.height > 4_000_000 else image
    if sample.getcolors(_FLAT_COLOURS) is None:
        return False
    return image.getcolors(_FLAT_COLOURS) is not None


def _uri(image: Image.Image, form: str, **options: object) -> str:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return f"data:image/{form.lower()};base64,{base64.b64encode(buffer.getbuffer()).decode('ascii')}"
