"""Pictures of every kind become upright, flat, 8-bit images without metadata."""

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, ImageColor

from service.jobs.errors import TooManyPixels, UnreadableFile
from workers.choice import Wanted
from workers.decode import image_pages
from workers.page import Bad, Page, Size

MANY = 64_000_000


def read(tmp_path: Path, data: bytes, media_type: str, box: int = 10_000, pixels: int = MANY) -> list[Page]:
    path = tmp_path / "upload"
    path.write_bytes(data)

    def fit(size: Size) -> Size:
        scale = min(1.0, box / max(size))
        return round(size[0] * scale), round(size[1] * scale)

    with path.open("rb") as file:
        pages = list(image_pages(file, media_type, fit, pixels, Wanted(None, 50)))
    for page in pages:
        if isinstance(page, Bad):
            raise page.error
    return pages


def encoded(image: Image.Image, form: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def half_and_half() -> Image.Image:
    """Red on the left, blue on the right; 60 x 40."""
    image = Image.new("RGB", (60, 40), "red")
    image.paste("blue", (30, 0, 60, 40))
    return image


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("PNG", "image/png"), ("BMP", "image/bmp"), ("WEBP", "image/webp"), ("GIF", "image/gif"), ("TIFF", "image/tiff")],
)
def test_every_lossless_kind_keeps_its_colours(tmp_path: Path, form: str, media_type: str) -> None:
    options = {"lossless": True} if form == "WEBP" else {}
    (page,) = read(tmp_path, encoded(half_and_half(), form, **options), media_type)
    assert (page.image.mode, page.image.size) == ("RGB", (60, 40))
    assert page.image.getpixel((5, 5)) == (255, 0, 0)
    assert page.image.getpixel((55, 35)) == (0, 0, 255)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied_and_metadata_gone(tmp_path: Path, orientation: int) -> None:
    upright = half_and_half()
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 0.0)
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}  # the transposition whose opposite the orientation names
    stored = upright.transpose(Image.Transpose(undo[orientation])) if orientation > 1 else upright
    (page,) = read(tmp_path, encoded(stored, "JPEG", quality=95, exif=exif), "image/jpeg")
    assert page.image.size == (60, 40)
    red, blue = page.image.getpixel((10, 20)), page.image.getpixel((50, 20))
    assert red[0] > 200 > 60 > red[2]
    assert blue[2] > 200 > 60 > blue[0]
    assert page.image.info == {}
    assert not page.image.getexif()


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    image = Image.new("RGBA", (4, 4), (255, 0, 0, 0))
    image.putpixel((0, 0), (255, 0, 0, 255))
    for form, media_type in (("PNG", "image/png"), ("WEBP", "image/webp"), ("TIFF", "image/tiff")):
        options = {"lossless": True} if form == "WEBP" else {}
        (page,) = read(tmp_path, encoded(image, form, **options), media_type)
        assert page.image.getpixel((3, 3)) == (255, 255, 255)
        assert page.image.getpixel((0, 0)) == (255, 0, 0)
    palette = Image.new("P", (2, 1), 1)
    palette.putpalette([0, 0, 0, 0, 200, 0])
    palette.putpixel((0, 0), 0)
    (page,) = read(tmp_path, encoded(palette, "PNG", transparency=0), "image/png")
    assert [page.image.getpixel((x, 0)) for x in (0, 1)] == [(255, 255, 255), (0, 200, 0)]


def test_cmyk_and_deep_samples_are_converted(tmp_path: Path) -> None:
    (page,) = read(tmp_path, encoded(Image.new("CMYK", (8, 8), (0, 255, 255, 0)), "JPEG", quality=95), "image/jpeg")
    assert page.image.mode == "RGB"
    assert page.image.getpixel((4, 4))[0] > 200 > 80 > page.image.getpixel((4, 4))[1]
    deep = Image.new("I;16", (3, 1))
    for x, value in enumerate((0, 0x8000, 0xFFFF)):
        deep.putpixel((x, 0), value)
    for form, media_type in (("PNG", "image/png"), ("TIFF", "image/tiff")):
        (page,) = read(tmp_path, encoded(deep, form), media_type)
        assert page.image.mode == "L"
        assert [page.image.getpixel((x, 0)) for x in range(3)] == [0, 128, 255]


def test_all_pages_of_a_tiff_and_one_frame_of_an_animation(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20 + n, 10), colour) for n, colour in enumerate(("red", "lime", "blue"))]
    pages = read(tmp_path, encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "image/tiff")
    assert [(page.number, page.total, page.image.size) for page in pages] == [
        (1, 3, (20, 10)),
        (2, 3, (21, 10)),
        (3, 3, (22, 10)),
    ]
    assert pages[1].image.getpixel((1, 1)) == (0, 255, 0)
    (page,) = read(tmp_path, encoded(frames[0], "GIF", save_all=True, append_images=frames[1:]), "image/gif")
    assert page.image.getpixel((1, 1)) == (255, 0, 0)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("exif", [b"nothing of the kind", b"MM\0*\xff\xff\xff\xff", b"II*\0\x08\0\0\0\xff\xff"])
def test_damaged_exif_spoils_no_picture(tmp_path: Path, form: str, exif: bytes) -> None:
    data = encoded(Image.new("RGB", (60, 40)), form, exif=b"Exif\0\0" + exif)
    (page,) = read(tmp_path, data, f"image/{form.lower()}")
    assert page.pixels.size == (60, 40)


def test_a_frame_that_covers_a_part_of_its_canvas_lies_on_white(tmp_path: Path) -> None:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return kind + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)

    def number(value: int) -> bytes:
        return value.to_bytes(3, "little")

    still = encoded(Image.new("RGB", (20, 10), "red"), "WEBP", lossless=True)
    place = number(8 // 2) + number(6 // 2) + number(20 - 1) + number(10 - 1) + number(100) + b"\0"
    content = b"WEBP" + chunk(b"VP8X", b"\x02\0\0\0" + number(40 - 1) + number(30 - 1)) + chunk(b"ANIM", b"\0" * 6)
    content += chunk(b"ANMF", place + still[12:])
    (page,) = read(tmp_path, b"RIFF" + struct.pack("<I", len(content)) + content, "image/webp")
    corners = {(7, 5): "white", (8, 6): "red", (27, 15): "red", (28, 16): "white"}
    assert page.pixels.size == (40, 30)
    assert {at: page.pixels.getpixel(at) for at in corners} == {
        at: ImageColor.getrgb(colour) for at, colour in corners.items()
    }


@pytest.mark.parametrize("form", ["WEBP", "AVIF", "JPEG", "PNG", "TIFF"])
def test_a_large_picture_is_turned_as_a_small_one(tmp_path: Path, form: str) -> None:
    image = Image.new("RGB", (4500, 3000), "red")
    image.paste("blue", (2250, 0, 4500, 3000))
    exif = Image.Exif()
    exif[0x0112] = 6
    (page,) = read(tmp_path, encoded(image, form, exif=exif), f"image/{form.lower()}", box=3900)
    assert page.pixels.size == (2600, 3900)
    top, bottom = page.pixels.getpixel((1300, 100)), page.pixels.getpixel((1300, 3800))
    assert top[0] > 200 > 60 > top[2] and bottom[2] > 200 > 60 > bottom[0]


def test_a_jpeg_is_decoded_no_larger_than_wanted(tmp_path: Path) -> None:
    (page,) = read(tmp_path, encoded(Image.new("RGB", (1600, 800), "red"), "JPEG"), "image/jpeg", box=400)
    assert page.image.size == (400, 200)


def png_header(width: int, height: int) -> bytes:
    """A PNG whose header promises a size and whose data are nearly none."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0")) + chunk(b"IEND", b"")


def test_too_many_pixels_are_refused_before_decoding(tmp_path: Path) -> None:
    with pytest.raises(TooManyPixels) as caught:
        read(tmp_path, png_header(50_000, 50_000), "image/png")
    assert caught.value.values == {"page": 1, "actual": 2_500_000_000, "limit": MANY}
    frames = [Image.new("L", (10, 10)), Image.new("L", (100, 100))]
    with pytest.raises(TooManyPixels) as caught:
        read(tmp_path, encoded(frames[0], "TIFF", save_all=True, append_images=frames[1:]), "image/tiff", pixels=5000)
    assert caught.value.values["page"] == 2
    read(tmp_path, encoded(Image.new("L", (100, 100)), "JPEG"), "image/jpeg", pixels=2500)


@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "BMP", "WEBP", "GIF", "AVIF"])
def test_damage_is_refused_and_nothing_else_is_raised(tmp_path: Path, form: str) -> None:
    noise = Image.effect_noise((64, 64), 60).convert("RGB")
    whole = encoded(noise, form)
    for length in sorted({1, 3, 8, 12, 20, 40, len(whole) // 3, len(whole) // 2, len(whole) - 40}):
        try:
            read(tmp_path, whole[:length], f"image/{form.lower()}")
        except UnreadableFile:
            continue
        assert length > 20, f"{length} bytes were taken for a whole {form}"


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    eps = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n"
    for media_type in ("image/png", "image/jpeg", "image/tiff"):
        with pytest.raises(UnreadableFile):
            read(tmp_path, eps, media_type)
