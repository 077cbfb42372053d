"""Pages that tell their own words: nothing is guessed but where the tables are."""

from PIL import Image, ImageDraw

from demo.fonts import font
from tests.engines.conftest import REQUEST
from tests.engines.heed import Heed
from workers.engines.base import Analysis
from workers.engines.local import LocalEngine
from workers.engines.local.given import given_lines
from workers.page import Page, Word

SIZE = (1200, 1000)
LETTER = font(28)

ROWS = (("품목 이름", "수량 (개)", "금액 (원)"), ("볼트 M8", "1,200", "36,000"), ("너트 M8", "800", "16,000"))


def at(left: float, top: float, text: str) -> list[Word]:
    """The words of a text drawn from a place on, each in its own box."""
    words, x = [], left
    for part in text.split():
        right = x + LETTER.getlength(part)
        words.append(Word(part, (x / SIZE[0], top / SIZE[1], right / SIZE[0], (top + 34) / SIZE[1])))
        x = right + LETTER.getlength(" ")
    return words


def told_page() -> Page:
    """A ruled table under a sentence. What is drawn cannot be read; what the page tells can."""
    sheet = Image.new("RGB", SIZE, "white")
    pen = ImageDraw.Draw(sheet)
    words = at(100, 100, "아래 표는 재고 현황입니다.")
    pen.rectangle((100, 100, 480, 134), "gray")
    for row, texts in enumerate(ROWS):
        for column, text in enumerate(texts):
            left, top = 100 + 300 * column, 200 + 80 * row
            pen.rectangle((left, top, left + 300, top + 80), outline="black", width=2)
            pen.rectangle((left + 20, top + 24, left + 160, top + 54), "gray")
            words += at(left + 20, top + 22, text)
    return Page(1, 1, sheet, words=tuple(words))


def analysis(engine: LocalEngine, page: Page) -> Analysis:
    return engine.analyze(iter([page]), REQUEST, Heed())


def test_own_words_fill_the_tables_that_are_seen(engine: LocalEngine) -> None:
    read = analysis(engine, told_page())
    assert read.text.startswith("아래 표는 재고 현황입니다.\n\n| 품목 이름 | 수량 (개) |")
    (table,) = read.tables
    assert table.grid() == [list(row) for row in ROWS]
    assert {cell.confidence for cell in table.cells} == {1.0}


def test_page_without_words_is_not_read_from_its_picture(engine: LocalEngine) -> None:
    told = told_page()
    assert "No text" in analysis(engine, Page(1, 1, told.image, words=())).text


def test_words_with_a_gap_between_are_two_lines() -> None:
    lines = given_lines([*at(600, 40, "right side"), *at(20, 38, "left side"), *at(20, 90, "below")], SIZE)
    assert [line.text for line in lines] == ["left side", "right side", "below"]
    assert [word.text for word in lines[0].words] == ["left", "side"]
