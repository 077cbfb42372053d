"""Every kind of image, by what reaches the model: its pages, its size, upright, flat on white, and no metadata."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw, features

from tests.contract.pictures import WIDE, exif, picture, saved
from tests.contract.problem import assert_tells_nothing
from tests.installation import Answer, Installation
from tests.peers.process import Peer

SAMPLES = Path(__file__).parent / "samples"  # drawn for these tests; their encoders are no part of the project


def _cases() -> dict[str, bytes]:
    wide = picture()
    return {
        "png": saved(wide, "PNG"),
        "grey png": saved(wide.convert("L"), "PNG"),
        "bilevel png": saved(wide.convert("1"), "PNG"),
        "16-bit png": saved(_sixteen_bit(), "PNG"),
        "palette png": saved(wide.convert("P"), "PNG"),
        "transparent png": saved(_transparent(), "PNG"),
        "transparent palette png": saved(_transparent().quantize(16), "PNG"),
        "grey and alpha png": saved(_transparent().convert("LA"), "PNG"),
        "jpeg": saved(wide, "JPEG"),
        "grey jpeg": saved(wide.convert("L"), "JPEG"),
        "cmyk jpeg": saved(wide.convert("CMYK"), "JPEG"),
        "progressive jpeg": saved(wide, "JPEG", progressive=True),
        "bmp": saved(wide, "BMP"),
        "webp": saved(wide, "WEBP"),
        "transparent webp": saved(_transparent(), "WEBP", lossless=True),
        "gif": saved(wide, "GIF"),
        "animated gif": saved(wide, "GIF", save_all=True, append_images=[picture(mode="L").point(lambda v: 255 - v)]),
        "tiff": saved(wide, "TIFF"),
        "packed tiff": saved(wide, "TIFF", compression="tiff_lzw"),
        "fax tiff": saved(wide.convert("1"), "TIFF", compression="group4"),
        "16-bit tiff": saved(_sixteen_bit(), "TIFF"),
        "float tiff": saved(wide.convert("L").convert("F"), "TIFF"),
        "avif": saved(wide, "AVIF"),
        "heic": (SAMPLES / "wide.heic").read_bytes(),
    }


def _sixteen_bit() -> Image.Image:
    grey = picture(mode="L")
    return Image.frombytes("I;16", grey.size, bytes(byte for value in grey.tobytes() for byte in (value, value)))


def _transparent() -> Image.Image:
    """The black corner on nothing; the nothing is black too, so that it must be flattened to be told apart."""
    image = Image.new("RGBA", WIDE, (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, WIDE[0] // 4, WIDE[1] // 2), fill=(0, 0, 0, 255))
    return image


CASES = _cases()


@pytest.mark.parametrize("case", CASES)
def test_each_kind(service: Installation, openai_peer: Peer, case: str) -> None:
    [image] = _sent(service, openai_peer, CASES[case])
    assert image["format"] in ("PNG", "JPEG", "WEBP")
    assert (image["size"], image["exif"], image["gps"], image["metadata"]) == (list(WIDE), False, False, [])
    _assert_upright(image)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", [3, 6, 8])
@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L"])
def test_turned_pictures_arrive_upright_and_without_metadata(
    service: Installation, openai_peer: Peer, form: str, orientation: int, mode: str
) -> None:
    if form == "JPEG" and mode == "RGBA":
        mode = "CMYK"
    content = saved(_turned(orientation).convert(mode), form, exif=exif(orientation))
    [image] = _sent(service, openai_peer, content)
    assert (image["size"], image["exif"], image["gps"], image["metadata"]) == (list(WIDE), False, False, [])
    _assert_upright(image)


def test_a_large_picture_is_sent_no_larger_than_the_model_uses(service: Installation, openai_peer: Peer) -> None:
    content = saved(picture((4032, 3024)), "JPEG", exif=exif(6))
    [image] = _sent(service, openai_peer, content, detail="high")
    assert image["size"] == [1368, 1824]
    [image] = _sent(service, openai_peer, content, detail="low")
    assert image["size"] == [384, 512]


def test_every_page_of_a_tiff(service: Installation, openai_peer: Peer) -> None:
    pages = [picture((40 + 10 * number, 30), mode) for number, mode in enumerate(("RGB", "L", "1", "CMYK", "RGBA"))]
    images = _sent(service, openai_peer, saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert [image["size"] for image in images] == [[40, 30], [50, 30], [60, 30], [70, 30], [80, 30]]


@pytest.mark.parametrize(
    ("name", "case"), [("photo.jpg", "png"), ("document.pdf", "jpeg"), ("no-ending", "gif"), ("x.exe", "webp")]
)
def test_the_content_decides_not_the_name(service: Installation, openai_peer: Peer, name: str, case: str) -> None:
    task_id = service.submitted((name, CASES[case]))
    assert service.ended(task_id)["status"] == "completed"
    assert service.result(task_id).json()["media_type"] == f"image/{case}"


@pytest.mark.parametrize("case", [name for name in CASES if name not in ("bmp", "float tiff")])
@pytest.mark.parametrize("path", ["analyze-image", "extract-tables"])
def test_a_damaged_image_fails_its_own_task_only(service: Installation, case: str, path: str) -> None:
    content = CASES[case]
    damaged = service.submitted(("damaged", content[: max(40, len(content) // 3)]), path)
    next_one = service.submitted(("next.png", CASES["png"]))
    assert service.ended(damaged)["status"] == "failed"
    korean, english = (service.status(damaged, **{"Accept-Language": tag})["error"] for tag in ("ko", "en"))
    assert korean["code"] == english["code"] == "unreadable_file"
    assert "파일을 읽을 수 없습니다" in korean["message"] and "cannot be read" in english["message"]
    assert korean["retryable"] is False
    assert_tells_nothing(str((korean, english)), service)
    assert service.ended(next_one)["status"] == "completed"


def test_avif_is_tried_here() -> None:
    assert features.check("avif"), "this Pillow has no AVIF: its case above tried nothing"


def _turned(orientation: int) -> Image.Image:
    """The picture as a camera held that way stores it."""
    ways = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    return picture().transpose(ways[orientation])


def _sent(service: Installation, peer: Peer, content: bytes, **fields: object) -> list[dict[str, Any]]:
    """The images that reached the model for this file."""
    peer.reset()
    ended: Answer = service.ended(service.submitted(("file", content), **fields))
    assert ended["status"] == "completed", ended
    [seen] = peer.seen()
    images: list[dict[str, Any]] = seen["images"]
    return images


def _assert_upright(image: dict[str, Any]) -> None:
    """Only the first corner is black, the others are white, both as good as a lossy form keeps them."""
    first, *others = image["corners"]
    assert first < 40 and min(others) > 215, image
