"""Draws the samples into a folder: `python -m demo.draw FOLDER`."""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from demo.fonts import font
from demo.photo import draw_photo
from demo.truth import PHOTO, RECEIPT, REPORT, TRUTH

__all__ = ["TRUTH", "draw_samples"]

INK = (25, 25, 30)
GREY = (238, 240, 244)
REPORT_SIZE = (1650, 2340)
"""A4 at 200 dpi, in pixels."""

RECEIPT_SIZE = (900, 1320)


def draw_samples(folder: Path) -> list[Path]:
    """Draw every sample into `folder`, which is made where it is missing; the same bytes each time."""
    folder.mkdir(parents=True, exist_ok=True)
    draw_receipt(folder / RECEIPT)
    draw_report(folder / REPORT)
    draw_photo(folder / PHOTO)
    return [folder / name for name in TRUTH]


def draw_receipt(path: Path) -> None:
    """An English till receipt with an unruled table of items, PNG."""
    paper = Image.new("RGB", RECEIPT_SIZE, "white")
    pen, truth = ImageDraw.Draw(paper), TRUTH[RECEIPT]
    head, facts, sums, foot = truth.lines[:3], truth.lines[3:5], truth.lines[5:8], truth.lines[8:]
    _centred(pen, head[0], 60, font(46, bold=True))
    for number, line in enumerate(head[1:]):
        _centred(pen, line, 140 + 50 * number, font(30))
    for number, line in enumerate(facts):
        pen.text((70, 280 + 50 * number), line, INK, font(30))
    _rule(pen, 400)
    _draw_items(pen, truth.rows)
    _rule(pen, 780)
    for number, line in enumerate(sums):
        name, amount = line.rsplit(" ", 1)
        face = font(38 if name == "TOTAL" else 32, bold=name == "TOTAL")
        pen.text((70, 810 + 62 * number), name, INK, face)
        pen.text((830, 810 + 62 * number), amount, INK, face, anchor="ra")
    _rule(pen, 1020)
    for number, line in enumerate(foot):
        _centred(pen, line, 1070 + 70 * number, font(30))
    paper.save(path)


def draw_report(path: Path) -> None:
    """A Korean report page with a ruled table, PNG, A4 at 200 dpi."""
    sheet = Image.new("RGB", REPORT_SIZE, "white")
    pen, lines = ImageDraw.Draw(sheet), TRUTH[REPORT].lines
    pen.text((825, 190), lines[0], INK, font(58, bold=True), anchor="mm")
    pen.text((1500, 300), lines[1], INK, font(30), anchor="rm")
    pen.line((150, 350, 1500, 350), INK, 3)
    _draw_section(pen, lines[2:6], 430)
    pen.text((150, 780), lines[6], INK, font(40, bold=True))
    pen.text((1500, 850), lines[7], INK, font(28), anchor="ra")
    _draw_table(pen, TRUTH[REPORT].rows, (150, 910), (270, 84))
    _draw_section(pen, lines[8:], 1590)
    sheet.save(path)


def _draw_items(pen: ImageDraw.ImageDraw, rows: tuple[tuple[str, ...], ...]) -> None:
    for number, (item, quantity, price) in enumerate(rows):
        top, face = 425 + 68 * number, font(32, bold=number == 0)
        pen.text((70, top), item, INK, face)
        pen.text((560, top), quantity, INK, face, anchor="ra")
        pen.text((830, top), price, INK, face, anchor="ra")


def _draw_section(pen: ImageDraw.ImageDraw, lines: tuple[str, ...], top: int) -> None:
    pen.text((150, top), lines[0], INK, font(40, bold=True))
    for number, line in enumerate(lines[1:]):
        pen.text((150, top + 90 + 62 * number), line, INK, font(34))


def _draw_table(
    pen: ImageDraw.ImageDraw, rows: tuple[tuple[str, ...], ...], corner: tuple[int, int], cell: tuple[int, int]
) -> None:
    (left, top), (width, height) = corner, cell
    for number, row in enumerate(rows):
        for place, text in enumerate(row):
            x, y = left + width * place, top + height * number
            pen.rectangle((x, y, x + width, y + height), GREY if number == 0 else None, INK, 2)
            pen.text((x + width / 2, y + height / 2), text, INK, font(32, bold=number == 0), anchor="mm")


def _centred(pen: ImageDraw.ImageDraw, line: str, top: int, face: ImageFont.FreeTypeFont) -> None:
    pen.text((RECEIPT_SIZE[0] / 2, top), line, INK, face, anchor="ma")


def _rule(pen: ImageDraw.ImageDraw, y: int) -> None:
    pen.line((70, y, 830, y), INK, 2)


if __name__ == "__main__":
    for sample in draw_samples(Path(sys.argv[1])):
        print(sample)
