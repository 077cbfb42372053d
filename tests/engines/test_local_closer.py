"""Short texts with much around them, as they are found in the cells of forms."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from demo.fonts import font
from tests.engines.conftest import REQUEST
from tests.engines.heed import Heed
from tests.engines.test_local import needs_korean
from workers.engines.local import LocalEngine
from workers.engines.local.closer import close_to_ink
from workers.engines.local.pixels import Quad, pixels_of, rect_of
from workers.page import Page

FORM = (
    ("성명", "강다현", "할인", "30%"),
    ("최종 학력", "대학교 졸업", "전공", "경영정보학"),
    ("규격", "박스", "수량", "32"),
)


def quad_of(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)


@pytest.mark.parametrize(("paper", "ink"), [("white", "black"), ("navy", "white")])
def test_a_line_is_cut_close_to_its_ink(paper: str, ink: str) -> None:
    sheet = Image.new("RGB", (400, 200), paper)
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((120, 70, 220, 99), ink)
    pen.line((40, 128, 360, 128), ink, 2)
    close = close_to_ink(pixels_of(sheet), quad_of(50, 40, 350, 130))
    assert close is not None
    assert tuple(rect_of(close)) == pytest.approx((116, 66, 224, 104), abs=2)


def test_an_empty_line_is_not_cut() -> None:
    assert close_to_ink(pixels_of(Image.new("RGB", (400, 200), "white")), quad_of(50, 40, 350, 130)) is None


@needs_korean
def test_every_cell_of_a_form_is_read(engine: LocalEngine) -> None:
    sheet = Image.new("RGB", (1654, 2339), "white")
    pen = ImageDraw.Draw(sheet)
    for row, texts in enumerate(FORM):
        for column, text in enumerate(texts):
            left, top = 60 + 290 * column, 80 + 60 * row
            pen.rectangle((left, top, left + 290, top + 60), outline="black", width=2)
            pen.text((left + 145, top + 30), text, "black", font(28), anchor="mm")
    (table,) = engine.extract(iter([Page(1, 1, sheet)]), REQUEST, Heed()).tables
    assert table.grid() == [list(row) for row in FORM]
