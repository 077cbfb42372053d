"""Korean lines as a camera takes them."""

import numpy as np
import pytest
from PIL import Image, ImageDraw

from demo.fonts import font
from tests.engines.test_local import needs_korean
from workers.engines.local.hangul import HangulReader, Letter
from workers.engines.local.language import korean_data
from workers.engines.local.pixels import Pixels, pixels_of
from workers.engines.local.ppocr import PaddleReader
from workers.engines.local.recogniser import Recogniser

TEXT = "공고일 현재 만 19세 이상인 예비 창업자 또는 기업의 대표"


def line(paper: str, ink: str, dark: float) -> Image.Image:
    """A line of text whose right half has lost the share `dark` of its light, with a soft edge."""
    sheet = Image.new("RGB", (900, 48), paper)
    ImageDraw.Draw(sheet).text((12, 24), TEXT, ink, font(30), anchor="lm")
    light = 1 - dark / (1 + np.exp(-(np.arange(sheet.width) - 450) / 20))
    return Image.fromarray((np.asarray(sheet) * light[:, None]).astype(np.uint8))


@needs_korean
@pytest.mark.parametrize(("paper", "ink"), [("white", "black"), ("#3060a0", "white")])
def test_what_lies_in_a_shadow_is_read_as_well(paper: str, ink: str) -> None:
    data = korean_data()
    assert data is not None
    reader = HangulReader(data)
    for dark in (0.0, 0.25, 0.5):
        letters = reader.read(pixels_of(line(paper, ink, dark)))
        assert "".join(letter.text for letter in letters) == TEXT.replace(" ", ""), dark


@needs_korean
def test_what_was_not_seen_is_looked_at_again() -> None:
    data = korean_data()
    assert data is not None
    reader = HangulReader(data)
    for light in (line("white", "black", 0.0), line("#3060a0", "white", 0.0)):
        assert "".join(letter.text for letter in reader.read_again(pixels_of(light))) == TEXT.replace(" ", "")


class Blind(HangulReader):
    """Sees nothing at first, as Tesseract does of some short lines."""

    def read(self, line: Pixels) -> list[Letter]:
        return []


@needs_korean
def test_a_line_of_neither_latin_nor_seen_hangul_is_looked_at_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("workers.engines.local.recogniser.HangulReader", Blind)
    page = pixels_of(line("white", "black", 0.0))
    height, width = page.shape[:2]
    quad = np.array([(0, 0), (width, 0), (width, height), (0, height)], dtype=np.float32)
    read = Recogniser(PaddleReader(), korean_data()).read(page, quad)
    assert read is not None and read.text == TEXT
