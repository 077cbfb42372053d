"""Lines that stand close: in the boxes of a chart, in the cells of a form, and with dots that lead to a number."""

from collections import Counter

import numpy as np
import pytest
from PIL import Image, ImageDraw

from demo.fonts import font
from tests.engines.conftest import REQUEST
from tests.engines.heed import Heed
from tests.engines.test_local import needs_korean
from workers.engines.local import LocalEngine
from workers.engines.local.language import korean_data
from workers.engines.local.leaders import leader_in
from workers.engines.local.pixels import Pixels, Quad, pixels_of, rect_of
from workers.engines.local.ppocr import PaddleReader
from workers.engines.local.recogniser import Recogniser
from workers.engines.local.rect import Rect
from workers.engines.local.rules import rules_of, without_rules
from workers.engines.local.second_look import looked_again
from workers.engines.local.stacked import apart
from workers.engines.local.walls import between_walls
from workers.page import Page

BOXES = (
    (("노동", "시장", "정책관"), ("고용", "서비스", "정책관"), ("고용", "지원", "정책관")),
    (("근로", "기준", "정책관"), ("산업", "안전", "정책관"), ("국제", "교류", "정책관")),
)
CELL = (
    "(클라우드) 설비 및 클라우드 관리를 위한 전용 장비",
    "설치, 기도입 된 설비의 클라우드 병합 및 기 구축된",
    "시스템 클라우드 이전 및 검색 서비스 도입",
    "데이터의 수집과 전사 데이터 유통 시스템 구축",
)
CONTENTS = (("사업의 개요", 3), ("추진 배경과 필요성", 8), ("제안서의 작성 방법", 27))


def quad_of(left: float, top: float, right: float, bottom: float) -> Quad:
    return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], dtype=np.float32)


def read(engine: LocalEngine, sheet: Image.Image) -> str:
    found = engine.analyze(iter([Page(1, 1, sheet)]), REQUEST, Heed())
    return "\n".join(line["text"] for page in found.details["pages"] for line in page["lines"])  # type: ignore[attr-defined]


@needs_korean
def test_every_box_of_a_chart_is_read_by_itself(engine: LocalEngine) -> None:
    sheet = Image.new("RGB", (1654, 1169), "white")
    pen = ImageDraw.Draw(sheet)
    for row, boxes in enumerate(BOXES):
        for column, lines in enumerate(boxes):
            left, top = 500 + 78 * column, 200 + 200 * row
            pen.rectangle((left, top, left + 78, top + 120), outline="black")
            for at, text in enumerate(lines):
                pen.text((left + 39, top + 30 + 29 * at), text, "black", font(25), anchor="mm")
    words = Counter(word for boxes in BOXES for lines in boxes for word in lines)
    lost = words - Counter(read(engine, sheet).split())
    assert lost.total() <= 1, lost


def written() -> Pixels:
    sheet = Image.new("RGB", (1100, 400), "white")
    for at, text in enumerate(CELL):
        ImageDraw.Draw(sheet).text((100, 60 + 60 * at), text, "black", font(30))
    return pixels_of(sheet)


def rows_of(page: Pixels) -> list[Quad]:
    """Each line of a page, by its ink."""
    inked = np.flatnonzero((page < 128).any(axis=(1, 2)))
    rows = np.split(inked, np.flatnonzero(np.diff(inked) > 10) + 1)
    return [quad_of(5, row[0] - 4, page.shape[1] - 5, row[-1] + 5) for row in rows]


def test_lines_that_were_found_down_the_page_are_found_along_it_at_a_second_look() -> None:
    page = written()
    columns = [quad_of(left, 50, left + 60, 300) for left in range(100, 700, 60)]
    found = looked_again(page, columns, rules_of(page), rows_of)
    assert [round(rect_of(line).top / 60) for line in found] == [1, 2, 3, 4]
    assert all(rect_of(line).width > 500 and rect_of(line).height < 50 for line in found)


def test_the_second_look_is_believed_where_it_holds_more_letters_and_only_there() -> None:
    page = written()
    first = rows_of(page)[0]
    columns = [quad_of(left, 50, left + 60, 300) for left in range(100, 700, 60)]
    found = looked_again(page, [first, *columns], rules_of(page), rows_of)
    assert [round(rect_of(line).top / 60) for line in found] == [1, 2, 3, 4]
    by_two = [quad_of(5, 50, 1095, 170), quad_of(5, 170, 1095, 300)]
    kept = looked_again(page, [first, *columns], rules_of(page), lambda part: by_two)
    assert tuple(rect_of(first)) in [tuple(rect_of(line)) for line in kept]


def test_lines_that_hold_their_letters_well_are_not_looked_at_again() -> None:
    page = written()
    lines = rows_of(page)
    again = looked_again(page, lines, rules_of(page), lambda part: pytest.fail("nothing is lost"))
    assert [tuple(rect_of(line)) for line in again] == [tuple(rect_of(line)) for line in lines]


@needs_korean
def test_dots_that_lead_to_a_number_are_no_syllables() -> None:
    recogniser = Recogniser(PaddleReader(), korean_data())
    for at, (title, number) in enumerate(CONTENTS, 1):
        sheet = Image.new("RGB", (1100, 50), "white")
        ImageDraw.Draw(sheet).text((10, 25), f"{at}. {title} {'·' * 60} {number}", "black", font(30), anchor="lm")
        line = recogniser.read(pixels_of(sheet), quad_of(0, 0, *sheet.size))
        assert line is not None and line.text.replace(" ", "") == f"{at}.{title}……{number}".replace(" ", "")
        assert [word.text for word in line.words][-2:] == ["……", str(number)]
        assert line.words[-2].rect.left < 600 < line.words[-2].rect.right < line.words[-1].rect.left + 1


def test_an_ellipsis_and_a_row_of_words_lead_nowhere() -> None:
    for text in ("그리고 ... 끝", "......", "i i i i i i i i i i", "1.2.3.4.5.6.7.8.9"):
        sheet = Image.new("RGB", (600, 44), "white")
        ImageDraw.Draw(sheet).text((10, 22), text, "black", font(28), anchor="lm")
        assert leader_in(pixels_of(sheet)) is None, text


def test_dotted_rules_around_figures_lead_nowhere() -> None:
    across, down = Image.new("RGB", (120, 48), "white"), Image.new("RGB", (120, 48), "white")
    for sheet in (across, down):
        ImageDraw.Draw(sheet).text((10, 20), "288", "black", font(28), anchor="lm")
        ImageDraw.Draw(sheet).rectangle((20, 10, 100, 30), "black")
    for at in range(0, 120, 3):
        ImageDraw.Draw(across).point((at, 44), "black")
        ImageDraw.Draw(down).point((115, at % 48), "black")
    assert leader_in(pixels_of(across)) is None
    assert leader_in(pixels_of(down)) is None


def test_a_line_is_parted_at_a_rule_but_not_at_a_stroke() -> None:
    line, wall, stroke = quad_of(100, 100, 300, 130), Rect(200, 50, 202, 180), Rect(150, 102, 153, 128)
    left, right = (rect_of(piece) for piece in between_walls([line], [stroke, wall]))
    assert (tuple(left), tuple(right)) == ((100, 100, 199, 130), (203, 100, 300, 130))
    at_the_end = Rect(292, 50, 294, 180)
    assert [tuple(rect_of(one)) for one in between_walls([line], [at_the_end])] == [(100, 100, 291, 130)]


def test_rules_are_told_from_letters_and_painted_over() -> None:
    sheet = Image.new("RGB", (800, 400), "#ffffcc")
    pen = ImageDraw.Draw(sheet)
    pen.line((200, 50, 200, 350), "black", 2)
    pen.line((100, 200, 700, 200), "black", 2)
    pen.text((300, 100), "가나다", "black", font(30))
    pen.rectangle((500, 250, 600, 330), "black")
    rules = rules_of(pixels_of(sheet))
    assert [(wall.left, wall.width) for wall in rules.walls] == [(200, 2)]
    bare = without_rules(pixels_of(sheet), rules.drawn)
    assert (bare[60:190, 195:206] == bare[0, 0]).all() and (bare[195:206, 210:690] == bare[0, 0]).all()
    assert (bare[100:140, 300:400] == pixels_of(sheet)[100:140, 300:400]).all()
    assert rules.letters[100:140, 300:400].any() and not rules.letters[190:210, 110:690].any()


def test_lines_on_one_another_are_parted_where_there_is_least_ink() -> None:
    sheet = Image.new("RGB", (200, 200), "white")
    pen = ImageDraw.Draw(sheet)
    for at, text in enumerate(("통합", "고용", "정책국")):
        pen.text((50, 40 + 31 * at), text, "black", font(28))
    letters = rules_of(pixels_of(sheet)).letters
    rows = np.flatnonzero(letters.any(axis=1))
    parts = [rect_of(part) for part in apart(quad_of(45, rows[0] - 3, 150, rows[-1] + 4), 32, letters)]
    cuts = [round(part.bottom) for part in parts[:-1]]
    assert len(cuts) == 2 and not letters[cuts].any()
    assert len(apart(quad_of(45, 40, 150, 72), 32, letters)) == 1


def test_a_title_of_letters_twice_as_high_is_one_line() -> None:
    sheet = Image.new("RGB", (400, 200), "white")
    ImageDraw.Draw(sheet).text((50, 60), "제목대로", "black", font(60))
    letters = rules_of(pixels_of(sheet)).letters
    rows = np.flatnonzero(letters.any(axis=1))
    assert len(apart(quad_of(40, rows[0] - 3, 360, rows[-1] + 4), 32, letters)) == 1


def test_the_strokes_of_a_title_are_no_rules() -> None:
    sheet = Image.new("RGB", (700, 300), "white")
    pen = ImageDraw.Draw(sheet)
    pen.text((50, 100), "시리기이", "black", font(100))
    found = rules_of(pixels_of(sheet))
    assert found.walls, "they are as long and thin as rules"
    title = Rect(40, 105, 600, 225)
    assert rules_of(pixels_of(sheet), [title]).walls == []
