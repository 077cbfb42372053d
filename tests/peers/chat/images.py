"""Images as they really arrive: checked and described from their headers; only small ones are decoded."""

import base64
import binascii
import io
import math
import struct
from functools import lru_cache
from typing import Any

from PIL import ExifTags, Image

from tests.peers.chat.faults import Fault

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
DETAILS = ("auto", "low", "high", "original")
MAX_URL = 20_971_520
"""Characters of a data URI: 20 MiB."""

PATCH = 32
"""Pixels, the side of a patch; a patch counts as a token here."""

SMALL = 10_000
"""Most pixels of an image that is decoded to tell its corners: a benchmark's images must cost nothing here."""

Facts = dict[str, Any]
"""What is known of one image: format, size, mode, bytes, detail, tokens, corners, exif, gps, metadata."""


def image_facts(part: dict[str, Any], where: str) -> Facts:
    """Check an `image_url` part as OpenAI would and describe the image. Raises Fault."""
    link = part.get("image_url")
    if not isinstance(link, dict):
        raise Fault(f"Invalid type for '{where}.image_url': expected an object.", f"{where}.image_url", "invalid_type")
    detail = link.get("detail", "auto")
    if detail not in DETAILS:
        param = f"{where}.image_url.detail"
        raise Fault(f"Invalid value: {detail!r}. Supported values are: {DETAILS}.", param, "invalid_value")
    url = link.get("url")
    if not isinstance(url, str):
        raise Fault(f"Invalid type for '{where}.image_url.url': expected a string.", where, "invalid_type")
    facts = _facts_of(url, f"{where}.image_url.url")
    return facts | {"detail": detail, "tokens": _tokens(facts["size"], detail)}


@lru_cache(maxsize=8)  # a benchmark sends one image a thousand times, and decoding base64 is most of its cost
def _facts_of(url: str, param: str) -> Facts:
    return _describe(*_data_of(url, param))


def _data_of(url: str, param: str) -> tuple[str, bytes]:
    if not url.startswith("data:"):
        raise Fault(f"Invalid '{param}'. Expected a data URI: this endpoint fetches nothing.", param, "invalid_value")
    if len(url) > MAX_URL:
        raise Fault(f"Invalid '{param}': string too long.", param, "string_above_max_length")
    head, _, encoded = url.partition(",")
    mime, _, encoding = head.removeprefix("data:").partition(";")
    if encoding != "base64":
        raise Fault(f"Invalid '{param}'. Expected a base64-encoded data URI.", param, "invalid_base64")
    try:
        return mime, base64.b64decode(encoded, validate=True)
    except binascii.Error as error:
        raise Fault(f"Invalid '{param}'. Invalid base64: {error}.", param, "invalid_base64") from error


def _describe(mime: str, data: bytes) -> Facts:
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as image:
            still = image.format == "PNG" or not getattr(image, "is_animated", False)
            facts = _facts(image, data)
    except Exception as error:  # Pillow's decoders raise errors of every kind
        raise _unsupported() from error
    if not still or mime != f"image/{facts['format'].lower()}":
        raise _unsupported()
    return facts


def _facts(image: Image.Image, data: bytes) -> Facts:
    chunks = _png_metadata(data) if image.format == "PNG" else {}
    kinds = {key for key in _METADATA if key in image.info}.union(chunks)
    return {
        "format": image.format,
        "size": list(image.size),
        "mode": image.mode,
        "bytes": len(data),
        "corners": _corners(image) if image.width * image.height <= SMALL else None,
        "exif": not kinds.isdisjoint({"exif", "eXIf", "Raw profile type exif"}),
        "gps": _has_gps(image.info.get("exif") or chunks.get("eXIf", b""), data),
        "metadata": sorted(kinds),
    }


def _corners(image: Image.Image) -> list[float]:
    """How bright the corners are, 0 to 255: first row's left and right, last row's left and right."""
    grey, right, bottom = image.convert("L"), image.width - 1, image.height - 1
    return [grey.getpixel(place) for place in ((0, 0), (right, 0), (0, bottom), (right, bottom))]  # type: ignore[misc]


_METADATA = ("exif", "xmp", "photoshop", "comment", "icc_profile", "Raw profile type exif")


def _has_gps(exif_bytes: bytes, data: bytes) -> bool:
    # Image.getexif() would decode a whole PNG to look for EXIF behind its pixels.
    exif = Image.Exif()
    exif.load(exif_bytes)
    return ExifTags.IFD.GPSInfo in exif or b"GPSLatitude" in data  # the latter is how XMP says it


def _png_metadata(data: bytes) -> dict[str, bytes]:
    chunks, at = {}, 8
    while at + 8 <= len(data):
        length, name = struct.unpack_from(">I4s", data, at)
        if name in (b"eXIf", b"tEXt", b"zTXt", b"iTXt"):
            chunks[name.decode()] = data[at + 8 : at + 8 + length]
        at += 12 + length
    return chunks


def _tokens(size: tuple[int, int], detail: str) -> int:
    return 85 if detail == "low" else math.ceil(size[0] / PATCH) * math.ceil(size[1] / PATCH)


def _unsupported() -> Fault:
    message = (
        "You uploaded an unsupported image. Please make sure your image is valid, "
        "and is one of the following formats: ['png', 'jpeg', 'gif', 'webp']."
    )
    return Fault(message, None, "invalid_image_format")
