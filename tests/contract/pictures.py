"""Files to submit, made here: small pictures of every kind, with something in them that can be told apart."""

import io
import struct
import zlib
from typing import Any

from PIL import Image, ImageDraw

Size = tuple[int, int]
File = tuple[str, bytes]

WIDE = (96, 48)
ORIENTATION, MAKE, GPS = 0x0112, 0x010F, 0x8825


def picture(size: Size = WIDE, mode: str = "RGB") -> Image.Image:
    """White, its first corner black: what is upright can be told from what is not."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 4, size[1] // 2), fill="black")
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """The image as a file of that form."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def png(size: Size = (8, 8)) -> File:
    """A small PNG with its name."""
    return "image.png", saved(picture(size), "PNG")


def exif(orientation: int) -> Image.Exif:
    """A phone's metadata: how it was held, who made it, where it was."""
    found = Image.Exif()
    found[ORIENTATION] = orientation
    found[MAKE] = "SecretCamera"
    found.get_ifd(GPS).update({1: "N", 2: (37.0, 33.0, 58.0), 3: "E", 4: (126.0, 58.0, 40.0)})
    return found


def png_header(width: int, height: int) -> bytes:
    """A PNG that says it is that large and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0")), (b"IEND", b""))
    )


def table() -> Image.Image:
    """A ruled table of two columns and three rows."""
    image = Image.new("RGB", (320, 180), "white")
    draw = ImageDraw.Draw(image)
    for row, cells in enumerate((("Item", "Qty"), ("Apple", "3"), ("Pear", "5"))):
        for column, text in enumerate(cells):
            box = (10 + column * 150, 10 + row * 50, 160 + column * 150, 60 + row * 50)
            draw.rectangle(box, outline="black")
            draw.text((box[0] + 10, box[1] + 15), text, fill="black")
    return image
