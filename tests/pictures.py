"""Small pictures made on the spot, as (file name, bytes)."""

import io

from PIL import Image

File = tuple[str, bytes]


def picture(width: int = 64, height: int = 48, form: str = "PNG", colour: str = "red", **options: object) -> File:
    """A picture of one colour."""
    return f"picture.{form.lower()}", encoded(Image.new("RGB", (width, height), colour), form, **options)


def slow_picture(side: int = 7900) -> File:
    """A picture that keeps a decoder written in C busy for a second or more: packed small, large when unpacked."""
    return "slow.png", encoded(Image.new("RGB", (side, side), "white"), "PNG", compress_level=1)


def document(pages: int, width: int = 60, height: int = 40) -> File:
    """A TIFF of that many white pages."""
    images = [Image.new("1", (width, height), 1) for _ in range(pages)]
    return "pages.tiff", encoded(images[0], "TIFF", save_all=True, append_images=images[1:], compression="group4")


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    """An image as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()
