"""Files with nothing to read in them, read by the embedded engine: completed, and said so."""

import random

import pytest
from PIL import Image, ImageDraw

from tests.installation import Installation
from tests.pictures import encoded

SIZE = (800, 600)


def _black() -> Image.Image:
    return Image.new("RGB", SIZE, "black")


def _without_text() -> Image.Image:
    image = Image.new("RGB", SIZE, "skyblue")
    draw = ImageDraw.Draw(image)
    draw.ellipse((550, 60, 680, 190), fill="gold")
    draw.polygon([(0, 600), (300, 220), (620, 600)], fill="darkgreen")
    return image


def _noise() -> Image.Image:
    return Image.frombytes("L", SIZE, random.Random(1).randbytes(SIZE[0] * SIZE[1]))


@pytest.mark.parametrize("draw", [_black, _without_text, _noise])
@pytest.mark.parametrize("form", ["PNG", "PDF"])
def test_a_page_with_nothing_to_read_is_no_failure(service: Installation, draw: object, form: str) -> None:
    assert callable(draw)
    file = (f"nothing.{form.lower()}", encoded(draw(), form))
    task_id = service.submitted(file, "extract-tables", model="local")
    assert service.ended(task_id)["status"] == "completed"
    result = service.result(task_id).json()
    assert result["tables"] == [] and result["concerns"]
    [page] = result["pages"]
    assert (page["number"], page["status"]) == (1, "read")
