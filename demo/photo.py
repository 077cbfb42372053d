"""A picture like a phone's: a synthetic landscape with grain, turned by EXIF, with place and camera in its metadata."""

import math
import random
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter
from PIL.ExifTags import GPS, IFD, Base

UPRIGHT = (3024, 4032)
"""Width and height as seen; stored lying on its side, as a phone held upright does."""

TURNED_RIGHT = 6
"""EXIF orientation: turn the stored picture a quarter to the right to see it upright."""


def draw_photo(path: Path) -> None:
    """Write the picture as a JPEG of 4032x3024 stored pixels."""
    seed = random.Random(20260314)
    scene = _sky()
    _draw_sun(scene)
    for layer in range(4):
        _draw_hills(scene, layer, seed)
    _draw_trees(scene, seed)
    scene = _with_grain(scene.filter(ImageFilter.GaussianBlur(1.5)), seed)
    scene.transpose(Image.Transpose.ROTATE_90).save(path, "JPEG", quality=88, exif=_metadata())


def _sky() -> Image.Image:
    shade = Image.linear_gradient("L").resize(UPRIGHT)
    high, low = Image.new("RGB", UPRIGHT, (70, 120, 190)), Image.new("RGB", UPRIGHT, (250, 205, 160))
    return Image.composite(low, high, shade)


def _draw_sun(scene: Image.Image) -> None:
    glow = Image.radial_gradient("L").resize((1600, 1600)).point([max(0, 200 - 2 * level) for level in range(256)])
    scene.paste((255, 240, 200), (1300, 500), glow)


def _draw_hills(scene: Image.Image, layer: int, seed: random.Random) -> None:
    width, height = UPRIGHT
    base, phase = 1900 + 480 * layer, seed.uniform(0, math.tau)
    ridge = [
        (
            x,
            base
            + 160 * math.sin(x / (520 - 60 * layer) + phase)
            + 55 * math.sin(x / 140 + 2 * phase)
            + seed.uniform(-9, 9),
        )
        for x in range(0, width + 24, 24)
    ]
    colour = (110 - 24 * layer, 135 - 22 * layer, 120 - 26 * layer)
    ImageDraw.Draw(scene).polygon([(0, height), *ridge, (width, height)], fill=colour)


def _draw_trees(scene: Image.Image, seed: random.Random) -> None:
    pen = ImageDraw.Draw(scene)
    for _ in range(46):
        x, y, size = seed.randrange(UPRIGHT[0]), seed.randrange(3250, 3950), seed.randrange(90, 210)
        green = seed.randrange(40, 90)
        pen.rectangle((x - 8, y, x + 8, y + size // 2), fill=(58, 44, 34))
        for _ in range(5):
            dx, dy = seed.randrange(-size // 3, size // 3), seed.randrange(-size, 0)
            pen.ellipse(
                (x + dx - size // 3, y + dy - size // 3, x + dx + size // 3, y + dy + size // 3), fill=(30, green, 36)
            )


def _with_grain(scene: Image.Image, seed: random.Random) -> Image.Image:
    width, height = UPRIGHT[0] // 2, UPRIGHT[1] // 2
    grain = Image.frombytes("L", (width, height), seed.randbytes(width * height)).resize(
        UPRIGHT, Image.Resampling.BILINEAR
    )
    return Image.blend(scene, Image.merge("RGB", (grain, grain, grain)), 0.07)


def _metadata() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Make], exif[Base.Model], exif[Base.Orientation] = "Sample", "Synthetic Camera", TURNED_RIGHT
    exif[Base.DateTime] = "2026:03:14 09:27:00"
    exif.get_ifd(IFD.GPSInfo).update(
        {
            GPS.GPSLatitudeRef: "N",
            GPS.GPSLatitude: (37.0, 33.0, 59.0),
            GPS.GPSLongitudeRef: "E",
            GPS.GPSLongitude: (126.0, 58.0, 41.0),
        }
    )
    return exif
