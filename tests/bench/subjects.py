"""What is sent: a small picture, a photo and a large drawing, made here and the same each time."""

import io
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

PHOTO = (4032, 3024)
"""Pixels of a telephone's photo: 12 million."""

DRAWING = (8000, 8000)
"""Pixels of the largest PNG that is accepted by default."""


@dataclass(frozen=True)
class Subject:
    """A file to send."""

    name: str
    data: bytes

    def stored_in(self, folder: Path) -> Path:
        path = folder / self.name
        path.write_bytes(self.data)
        return path


def small_picture() -> Subject:
    """A PNG of 20 KB, next to nothing to decode."""
    noise = Image.frombytes("RGB", (84, 80), random.Random(1).randbytes(84 * 80 * 3))
    return Subject("small.png", _encoded(noise, "PNG"))


def photo() -> Subject:
    """A JPEG of 12 megapixels and about 3 MB: soft light, coarse shapes and a sensor's grain."""
    light = Image.linear_gradient("L").resize(PHOTO)
    shapes = Image.effect_noise((PHOTO[0] // 8, PHOTO[1] // 8), 90).resize(PHOTO, Image.Resampling.BICUBIC)
    grain = Image.effect_noise(PHOTO, 16)
    bands = [Image.blend(light, shapes, share) for share in (0.3, 0.4, 0.5)]
    return Subject("photo.jpg", _encoded(Image.blend(Image.merge("RGB", bands), grain.convert("RGB"), 0.27), "JPEG"))


def large_drawing() -> Subject:
    """A PNG of 64 megapixels whose decoding, in C that hears no signal, outlasts every patience."""
    across = Image.linear_gradient("L").resize(DRAWING)
    return Subject("drawing.png", _encoded(Image.merge("RGB", (across, across, across.rotate(90))), "PNG"))


def _encoded(image: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, quality=90)
    return buffer.getvalue()
