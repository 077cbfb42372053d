"""Images as they really arrive: checked and described from their headers, never decoded."""

import base64
import binascii
import io
import math
import struct
from typing import Any

from PIL import ExifTags, Image

from tests.peers.chat.faults import Fault

FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
DETAILS = ("auto", "low", "high", "original")
MAX_URL = 20_971_520
"""Characters of a data URI: 20 MiB."""

PATCH = 32
"""Pixels, the side of a patch; a patch counts as a token here."""

Facts = dict[str, Any]
"""What is known of one image: format, size, mode, bytes, detail, tokens, exif, gps, metadata."""


def image_facts(part: dict[str, Any], where: str) -> Facts:
    """Check an `image_url` part as OpenAI would and describe the image. Raises Fault."""
    link = part.get("image_url")
    if not isinstance(link, dict):
        raise Fault(f"Invalid type for '{where}.image_url': expected an object.", f"{where}.image_url", "invalid_type")
    detail = link.get("detail", "auto")
    if detail not in DETAILS:
        param = f"{where}.image_url.detail"
        raise Fault(f"Invalid value: {detail!r}. Supported values are: {DETAILS}.", param, "invalid_value")
    mime, data = _data_of(link.get("url"), f"{where}.image_url.url")
    facts = _describe(mime, data)
    return facts | {"detail": detail, "tokens": _tokens(facts["size"], detail)}


def _data_of(url: object, param: str) -> tuple[str, bytes]:
    if not isinstance(url, str) or not url.startswith("data:"):
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
    late = _late_png_chunks(data) if image.format == "PNG" else []
    exif = _exif(image, data)
    kinds = {key for key in ("exif", "xmp", "photoshop", "comment", "icc_profile", "Raw profile type exif") if key in image.info}
    return {
        "format": image.format,
        "size": list(image.size),
        "mode": image.mode,
        "bytes": len(data),
        "exif": "exif" in kinds or "eXIf" in late or "Raw profile type exif" in kinds,
        "gps": ExifTags.IFD.GPSInfo in exif or b"GPSLatitude" in data,
        "metadata": sorted(kinds.union(late)),
    }


def _exif(image: Image.Image, data: bytes) -> Image.Exif:
    # Image.getexif() would decode a whole PNG to look behind its pixels.
    exif = Image.Exif()
    exif.load(image.info.get("exif", b"") or _png_chunk(data, "eXIf"))
    return exif
