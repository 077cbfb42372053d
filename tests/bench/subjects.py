"""What is sent: a small picture, a photo and a large drawing, made here and the same each time."""

import copy
import io
import random
from dataclasses import dataclass
from pathlib import Path

import docx
from PIL import Image, ImageDraw, ImageFont

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


def pages_of_text() -> Subject:
    """A TIFF of six pages of print, each of which takes the embedded engine seconds to read."""
    paper = Image.new("L", (1654, 2339), "white")
    pen, dice = ImageDraw.Draw(paper), random.Random(2)
    for line in range(60):
        words = " ".join(f"{dice.randrange(10**5)} apples" for _ in range(9))
        pen.text((60, 60 + 37 * line), words, "black", ImageFont.load_default(24))
    buffer = io.BytesIO()
    paper.save(buffer, "TIFF", compression="tiff_deflate", save_all=True, append_images=[paper] * 5)
    return Subject("pages.tif", buffer.getvalue())


def word_file() -> Subject:
    """A Word file with a table of 20,000 cells, which Python takes seconds to read."""
    document = docx.Document()
    table = document.add_table(rows=1, cols=10)
    row = table.rows[0]._tr
    for cell in table.rows[0].cells:
        cell.text = "figure"
    for _ in range(1999):
        table._tbl.append(copy.deepcopy(row))
    buffer = io.BytesIO()
    document.save(buffer)
    return Subject("tables.docx", buffer.getvalue())


def _encoded(image: Image.Image, form: str) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, quality=90)
    return buffer.getvalue()
