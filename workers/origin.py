"""What an image file says of its own making: size and format, camera and time. Never where it was taken."""

import re
from collections.abc import Iterator
from datetime import datetime

from PIL import ExifTags, Image

from workers.images.exif import DAMAGE
from workers.page import Facts, Size

_LONGEST = 64
"""Letters of a camera's name that are kept."""

_TIME = re.compile(r"\d{4}:\d\d:\d\d \d\d:\d\d:\d\d")
"""How EXIF writes a time [EXIF 2.32, 4.6.4]: of the camera's own clock, without a zone."""


def facts_of(form: str, size: Size, exif: Image.Exif) -> Facts:
    """The facts of an image file: the name of its format, its upright size, and what its EXIF data tell."""
    facts: Facts = {"format": form, "width": size[0], "height": size[1]}
    try:
        return facts | dict(_taken(exif))
    except DAMAGE:
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
