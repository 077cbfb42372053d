"""Pages on which there is no table, though something looks like one."""

from collections.abc import Iterator

from PIL import Image, ImageDraw

from demo.fonts import font
from tests.eval.marks import INK
from tests.eval.printing import png
from tests.eval.sheet import A4
from tests.eval.truth import Content, Document

GRID = (190, 190, 190)


def documents() -> Iterator[Document]:
    """All of them; only their tables are known: there are none."""
    for name, image in (("bars", _bars()), ("lines", _lines()), ("slide", _slide()), ("map", _map())):
        yield Document(f"chart-{name}", 1, Content(None, ()), lambda image=image: png(image))  # type: ignore[misc]


def _bars() -> Image.Image:
    sheet, pen = _page()
    pen.text((827, 300), "월별 방문자 수(천 명)", INK, font(44, bold=True), anchor="mm")
    for step in range(6):
        pen.line((260, 1500 - 200 * step, 1450, 1500 - 200 * step), GRID, 2)
        pen.text((240, 1500 - 200 * step), str(20 * step), INK, font(28), anchor="rm")
    for month, amount in enumerate((31, 44, 58, 52, 71, 88)):
        left, top = 310 + 190 * month, 1500 - 10 * amount
        pen.rectangle((left, top, left + 100, 1500), (70, 120, 190))
        pen.text((left + 50, top - 24), str(amount), INK, font(26), anchor="mm")
        pen.text((left + 50, 1540), f"{month + 1}월", INK, font(28), anchor="mm")
    return sheet


def _lines() -> Image.Image:
    sheet, pen = _page()
    for step in range(8):
        pen.line((260, 600 + 140 * step, 1450, 600 + 140 * step), GRID, 2)
        pen.line((260 + 170 * step, 600, 260 + 170 * step, 1580), GRID, 2)
        pen.text((240, 1580 - 140 * step), f"{step * 5}%", INK, font(28), anchor="rm")
        pen.text((260 + 170 * step, 1620), str(2019 + step), INK, font(28), anchor="mm")
    for colour, label, rises in (
        ((200, 60, 60), "Export", (90, 180, 160, 300, 420, 390, 560, 640)),
        ((40, 90, 180), "Import", (300, 280, 330, 310, 360, 420, 400, 450)),
    ):
        pen.line([(260 + 170 * step, 1580 - rise) for step, rise in enumerate(rises)], colour, 6)
        pen.text((1270, 1560 - rises[-1]), label, colour, font(30))
    return sheet


def _slide() -> Image.Image:
    """Four boxes with a few words each, joined by arrows."""
    sheet, pen = _page()
    for number, words in enumerate(("접수\n서류 확인", "심사\n위원 3명", "승인\n센터장", "통보\n문자·이메일")):
        left, top = 200 + 680 * (number % 2), 500 + 560 * (number // 2)
        pen.rounded_rectangle((left, top, left + 520, top + 320), 30, (225, 235, 250), (40, 80, 150), 4)
        pen.multiline_text((left + 260, top + 160), words, INK, font(40), anchor="mm", align="center", spacing=20)
    pen.line((720, 660, 880, 660), INK, 6)
    pen.line((1140, 820, 460, 1060), INK, 6)
    pen.line((720, 1220, 880, 1220), INK, 6)
    return sheet


def _map() -> Image.Image:
    """Streets that cross, with names: rules and text, and no table."""
    sheet, pen = _page()
    for step in range(6):
        pen.line((150, 450 + 260 * step, 1500, 470 + 260 * step), (150, 150, 150), 22)
        pen.line((200 + 250 * step, 350, 190 + 250 * step, 1900), (150, 150, 150), 22)
    for number, name in enumerate(("시청", "우체국", "중앙공원", "도서관", "초등학교", "시장", "보건소", "역")):
        pen.text((250 + 250 * (number % 5), 540 + 260 * (number * 3 % 5) + 60 * (number // 5)), name, INK, font(30))
    return sheet


def _page() -> tuple[Image.Image, ImageDraw.ImageDraw]:
    sheet = Image.new("RGB", A4, "white")
    return sheet, ImageDraw.Draw(sheet)
