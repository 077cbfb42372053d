"""What an image file says of its own making: size and format, camera and time. Never where it was taken."""

import re
import struct
from collections.abc import Iterator
from datetime import datetime

from PIL import ExifTags, Image

from workers.page import Facts

_LONGEST = 64
"""Letters of a camera's name that are kept."""

_TIME = re.compile(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d")
"""How EXIF writes a time [EXIF 2.32, 4.6.4]: of the camera's own clock, without a zone."""

_DAMAGE = (ValueError, TypeError, KeyError, IndexError, OSError, SyntaxError, OverflowError, struct.error)
"""What Pillow raises on damaged EXIF."""


def facts_of(image: Image.Image, sideways: bool) -> Facts:
    """The facts of an opened image; `sideways`: it will be turned by a quarter to be upright."""
    width, height = reversed(image.size) if sideways else image.size
    facts: Facts = {"format": image.format or "", "width": width, "height": height}
    try:
        return facts | dict(_taken(image.getexif()))
    except _DAMAGE:
        return facts  # an image is read even where the notes in it are damaged


def _taken(exif: Image.Exif) -> Iterator[tuple[str, str]]:
    make, model = (_name(exif.get(tag)) for tag in (ExifTags.Base.Make, ExifTags.Base.Model))
    if model or make:
        yield "camera", model if model.startswith(make) else f"{make} {model}".strip()
    # Of the parts of EXIF only this one is opened: the place is in another.
    shot = exif.get_ifd(ExifTags.IFD.Exif)
    times = (shot.get(ExifTags.Base.DateTimeOriginal), exif.get(ExifTags.Base.DateTime))
    found = next((time for time in times if isinstance(time, str) and _TIME.match(time)), None)
    if found:
        yield "taken_at", datetime.fromisoformat(f"{found[:10].replace(':', '-')}T{found[11:19]}").isoformat()


def _name(value: object) -> str:
    text = value if isinstance(value, str) else ""
    return "".join(letter for letter in text if letter.isprintable()).strip()[:_LONGEST]
