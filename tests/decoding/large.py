"""Images of 40 megapixels, of every kind that is accepted, and of each sort of a kind the one that takes most."""

from collections.abc import Callable
from functools import cache, partial
from pathlib import Path

from PIL import Image

from service.jobs.media import AVIF, BMP, GIF, HEIC, JPEG, PNG, TIFF, WEBP
from tests.pictures import encoded

SIZE = (8000, 5000)
SAMPLES = Path(__file__).with_name("samples")


@cache
def _grey(grain: int = 20) -> Image.Image:
    """Coarse noise: what compresses neither to nothing nor slowly."""
    return Image.effect_noise((SIZE[0] // grain, SIZE[1] // grain), 80).resize(SIZE, Image.Resampling.BICUBIC)


@cache
def _colours(grain: int = 20) -> Image.Image:
    light = Image.linear_gradient("L").resize(SIZE)
    return Image.merge("RGB", (_grey(grain), light, light.transpose(Image.Transpose.FLIP_TOP_BOTTOM)))


@cache
def _see_through(grain: int = 20) -> Image.Image:
    image = _colours(grain).copy()
    image.putalpha(Image.linear_gradient("L").resize(SIZE))
    return image


@cache
def _palette() -> Image.Image:
    return _grey().convert("P")


def _deep() -> Image.Image:
    return Image.linear_gradient("L").resize(SIZE).convert("I").point(lambda value: value * 256).convert("I;16")


def _made(image: Callable[[], Image.Image], form: str, **options: object) -> Callable[[], bytes]:
    return lambda: encoded(image(), form, **options)


_png = partial(_made, form="PNG", compress_level=1)
_tiff = partial(_made, form="TIFF", compression="tiff_lzw")
_webp = partial(_made, form="WEBP", method=0)
_avif = partial(_made, form="AVIF", speed=10)
_slow = partial(_see_through, 200)  # in half the time: AVIF takes twice as long to write as to read

LARGE: dict[str, tuple[str, Callable[[], bytes]]] = {
    "PNG with transparency": (PNG, _png(_see_through)),
    "PNG, a palette with transparency": (PNG, _png(_palette, transparency=bytes(range(256)))),
    "PNG, one colour transparent": (PNG, _png(_colours, transparency=(1, 2, 3))),
    "PNG, 16 bits": (PNG, _png(_deep)),
    "JPEG": (JPEG, _made(_colours, "JPEG")),
    "JPEG, progressive": (JPEG, _made(_colours, "JPEG", progressive=True)),
    "TIFF, turned": (TIFF, _tiff(_colours, tiffinfo={274: 6})),
    "TIFF, CMYK": (TIFF, _tiff(lambda: _colours().convert("CMYK"))),
    "BMP": (BMP, _made(_palette, "BMP")),
    "GIF with transparency": (GIF, _made(_palette, "GIF", transparency=3)),
    "WebP, lossless": (WEBP, _webp(_colours, lossless=True, quality=0)),
    "WebP with transparency": (WEBP, _webp(_see_through)),
    "AVIF, 4:4:4 with transparency": (AVIF, _avif(_slow, subsampling="4:4:4")),
    "HEIC": (HEIC, (SAMPLES / "large.heic").read_bytes),
}
"""By name: the media type, and what makes the file; of each type the one that takes most is the first."""
