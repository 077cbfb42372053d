"""What an image tells of its making, as the pages of a file carry it."""

import io

import pytest
from PIL import ExifTags, Image

from service.jobs.errors import UnreadableFile
from service.jobs.media import JPEG, PNG, TIFF
from tests.pictures import encoded
from workers.choice import Wanted
from workers.decode import image_pages
from workers.page import Bad, Facts


def facts(data: bytes, media_type: str = JPEG) -> Facts:
    (page,) = image_pages(io.BytesIO(data), media_type, lambda size: (8, 8), 10**6, Wanted(None, 10))
    if isinstance(page, Bad):
        raise page.error
    return page.facts


def noted(**notes: object) -> Image.Exif:
    """EXIF with a camera, a time, a place and a turn by a quarter."""
    exif = Image.Exif()
    exif[ExifTags.Base.Make] = notes.get("make", "Canon")
    exif[ExifTags.Base.Model] = notes.get("model", "Canon EOS R6")
    exif[ExifTags.Base.Orientation] = 6
    exif.get_ifd(ExifTags.IFD.Exif)[ExifTags.Base.DateTimeOriginal] = notes.get("time", "2026:03:14 09:27:30")
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (37.0, 33.0, 59.0)
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSAreaInformation] = "Seoul"
    return exif


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", JPEG), ("PNG", PNG)])
def test_camera_and_time_are_told_and_the_place_is_not(form: str, media_type: str) -> None:
    data = encoded(Image.new("RGB", (40, 30)), form, exif=noted())
    assert facts(data, media_type) == {
        "format": form,
        "width": 30,
        "height": 40,
        "camera": "Canon EOS R6",
        "taken_at": "2026-03-14T09:27:30",
    }


def test_maker_stands_before_a_model_that_does_not_name_it() -> None:
    data = encoded(Image.new("RGB", (40, 30)), "JPEG", exif=noted(make="Apple", model="iPhone 17"))
    assert facts(data)["camera"] == "Apple iPhone 17"


@pytest.mark.parametrize("time", ["    :  :     :  :  ", "0000:00:00 00:00:00", "2026:13:45 09:27:30", "yesterday"])
def test_a_time_that_is_none_is_not_told(time: str) -> None:
    told = facts(encoded(Image.new("RGB", (40, 30)), "JPEG", exif=noted(time=time)))
    assert "taken_at" not in told


def test_a_name_is_cut_short_and_has_no_control_signs() -> None:
    told = facts(encoded(Image.new("RGB", (40, 30)), "JPEG", exif=noted(make="", model="A\x1b[31m\x00" + "B" * 500)))
    assert told["camera"] == "A[31m" + "B" * 59


def test_an_image_without_notes_tells_its_size_and_form() -> None:
    assert facts(encoded(Image.new("L", (40, 30)), "PNG"), PNG) == {"format": "PNG", "width": 40, "height": 30}


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_notes_cost_nothing_but_themselves() -> None:
    whole = encoded(Image.new("RGB", (40, 30)), "JPEG", exif=noted())
    at = whole.index(b"Exif\0\0") + 6
    read = 0
    for damage in range(at, at + 220):
        try:
            told = facts(whole[:damage] + b"\xff" + whole[damage + 1 :])
        except UnreadableFile:  # Pillow itself opens some no more
            continue
        assert told["format"] == "JPEG" and "Seoul" not in str(told)
        read += 1
    assert read > 200, read


def test_each_page_of_a_tiff_tells_its_size_upright() -> None:
    data = encoded(Image.new("RGB", (40, 30)), "TIFF", tiffinfo={ExifTags.Base.Orientation: 6})
    told = facts(data, TIFF)
    assert (told["width"], told["height"]) == (30, 40)
