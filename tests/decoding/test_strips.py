"""What is drawn strip by strip looks as if it had been drawn at once."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from service.jobs.media import AVIF, PNG, TIFF, WEBP
from tests.pictures import encoded
from workers.choice import Wanted
from workers.decode import image_pages
from workers.images import strips
from workers.images.strips import WHOLE
from workers.page import Size

SIZE = (2251, 1501)


@pytest.fixture(autouse=True)
def _smaller(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quarter of the pixels, in a picture and in a strip: as many seams in a quarter of the time."""
    assert SIZE[0] * SIZE[1] > WHOLE / 4
    monkeypatch.setattr(strips, "WHOLE", WHOLE // 4)
    monkeypatch.setattr(strips, "_STRIP", strips._STRIP // 4)


@cache
def coloured() -> Image.Image:
    """Fine grain in light, slow changes in colour, as photographs have."""
    grain = Image.effect_noise((SIZE[0] // 2, SIZE[1] // 2), 60).resize(SIZE)
    slow = Image.linear_gradient("L").resize(SIZE)
    return Image.merge("RGB", (grain, Image.blend(grain, slow, 0.2), Image.blend(grain, slow.rotate(180), 0.2)))


def see_through() -> Image.Image:
    image = coloured().copy()
    image.putalpha(Image.effect_noise((90, 60), 90).resize(SIZE))
    return image


def deep() -> Image.Image:
    return Image.effect_noise(SIZE, 60).convert("I").point(lambda value: value * 256).convert("I;16")


KINDS: dict[str, tuple[str, Callable[[], Image.Image], dict[str, object]]] = {
    "PNG": (PNG, coloured, {"compress_level": 1}),
    "PNG with transparency": (PNG, see_through, {"compress_level": 1}),
    "PNG, 16 bits": (PNG, deep, {"compress_level": 1}),
    "PNG, palette": (PNG, lambda: coloured().convert("P"), {"transparency": bytes(range(256)), "compress_level": 1}),
    "TIFF": (TIFF, coloured, {}),
    "TIFF of 32 bits": (TIFF, lambda: Image.effect_noise(SIZE, 60).convert("F"), {}),
    "WebP": (WEBP, coloured, {"method": 0}),
    "WebP, lossless with transparency": (WEBP, see_through, {"lossless": True, "quality": 0, "method": 0}),
    "AVIF": (AVIF, coloured, {"speed": 10}),
    "AVIF with transparency": (AVIF, see_through, {"speed": 10}),
}


@pytest.mark.parametrize("name", KINDS)
def test_strips_meet(tmp_path: Path, name: str) -> None:
    media_type, made, options = KINDS[name]
    path = tmp_path / "upload"
    path.write_bytes(encoded(made(), media_type.partition("/")[2].upper(), **options))
    for scale in (0.83, 0.3):
        wanted = int(SIZE[0] * scale), int(SIZE[1] * scale)
        with path.open("rb") as file:
            (page,) = image_pages(file, media_type, lambda _, wanted=wanted: wanted, 64_000_000, Wanted(None, 1))
        difference = ImageChops.difference(page.pixels.convert("RGB"), at_once(path, wanted))
        worst, mean = max(high for _, high in difference.getextrema()), max(ImageStat.Stat(difference).mean)
        scaled_by_libwebp = media_type == WEBP and scale < 0.5
        assert (worst, mean) <= ((60, 4) if scaled_by_libwebp else (3, 1)), (worst, mean)
        assert no_line_across(difference), "the seams are seen"


def at_once(path: Path, wanted: Size) -> Image.Image:
    """The picture as Pillow's own readers and its scaling of the whole give it."""
    image = Image.open(path)
    image.load()
    if image.mode == "I;16":
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    if image.mode == "F":
        low, high = image.getextrema()
        image = image.point(lambda value: value * (255 / (high - low)) - low * 255 / (high - low)).convert("L")
    if image.has_transparency_data:
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image.convert("RGBA"))
    return image.convert("RGB").resize(wanted, Image.Resampling.LANCZOS)


def no_line_across(difference: Image.Image) -> bool:
    """Whether no row differs much more than all do."""
    rows = difference.convert("L").resize((1, difference.height), Image.Resampling.BOX).tobytes()
    return max(rows) <= 3 + 2 * sum(rows) / len(rows)
