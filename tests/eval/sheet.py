"""A page to write on, which keeps what is written as its truth."""

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

from demo.fonts import font
from tests.eval.truth import Cell, Content, Document, Table, plain_text, table_of

A4 = (1654, 2339)
"""Pixels at 200 dots per inch."""

TILL = (880, 1500)
"""A till receipt of 11 cm at the same resolution."""

INK = (28, 28, 32)
SHADE = (232, 235, 240)
KOREAN, LATIN, SERIF = "korean", "latin", "serif"
"""Faces: NanumGothic, Aileron (which Pillow carries, in one weight), PT Serif."""


@dataclass(frozen=True)
class Style:
    """How a table is drawn: `rules` are `all`, `rows` (under the header rows and the last row) or `none`; `widths` are
    relative; `align` has a letter (l, c, r) for each column."""

    widths: tuple[int, ...]
    align: str
    rules: str = "all"
    header_rows: int = 1
    shaded: bool = True
    size: int = 28


@dataclass
class Sheet:
    """A white page, written on from the top down in one of the faces. Sizes are pixels."""

    name: str
    face: str
    extent: tuple[int, int] = A4
    margin: int = 140
    size: int = 32
    _said: list[str] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.image = Image.new("RGB", self.extent, "white")
        self.pen = ImageDraw.Draw(self.image)
        self.y = self.margin

    @property
    def width(self) -> int:
        return self.extent[0] - 2 * self.margin

    def document(self) -> Document:
        """The finished page as a PNG."""
        text = "\n".join(self._said)
        assert self.y < self.extent[1], f"{self.name} runs over its page"
        assert not missing(self.face, text.replace("\n", "")), f"{self.name}: {missing(self.face, text)}"
        return Document(self.name, 1, Content(text, tuple(self._tables)), lambda: png(self.image))

    def title(self, text: str, size: int = 56) -> None:
        """In the middle."""
        self._write(text, size, (self.extent[0] / 2, self.y), "ma", bold=True)
        self._down(size * 1.9)

    def heading(self, text: str) -> None:
        self._down(self.size * 0.5)
        self._write(text, round(self.size * 1.3), (self.margin, self.y), "la", bold=True)
        self._down(self.size * 2.1)

    def line(self, text: str, align: str = "l", size: int = 0, indent: int = 0) -> None:
        """One line, at the left, the right or in the middle."""
        size = size or self.size
        x = {"l": self.margin + indent, "c": self.extent[0] / 2, "r": self.extent[0] - self.margin}[align]
        self._write(text, size, (x, self.y), {"l": "la", "c": "ma", "r": "ra"}[align])
        self._down(size * 1.65)

    def sides(self, left: str, right: str, size: int = 0, bold: bool = False) -> None:
        """One line with two ends."""
        size = size or self.size
        self._draw(left, size, (self.margin, self.y), "la", bold)
        self._draw(right, size, (self.extent[0] - self.margin, self.y), "ra", bold)
        self._said.append(f"{left} {right}")
        self._down(size * 1.65)

    def paragraph(self, text: str, indent: int = 0) -> None:
        """As many lines as it takes, broken between words."""
        for line in self._broken(text, self.width - indent):
            self.line(line, indent=indent)
        self._down(self.size * 0.5)

    def columns(self, texts: Sequence[str], gap: int = 70) -> None:
        """Two columns of paragraphs; the first half of all lines stands in the left one."""
        width = (self.width - gap) // 2
        lines = [line for text in texts for line in (*self._broken(text, width), "")][:-1]
        half, top = (len(lines) + 1) // 2, self.y
        for place, column in enumerate((lines[:half], lines[half:] if lines[half] else lines[half + 1 :])):
            self.y = top
            for line in column:
                if line:
                    self._write(line, self.size, (self.margin + place * (width + gap), self.y), "la")
                self._down(self.size * 1.5)
        self.y = top + round(half * self.size * 1.5)

    def rule(self, dashed: bool = False) -> None:
        left, right = self.margin, self.extent[0] - self.margin
        for x in range(left, right, 18) if dashed else (left,):
            self.pen.line((x, self.y, min(x + 10, right) if dashed else right, self.y), INK, 2)
        self._down(self.size * 0.7)

    def space(self, pixels: int) -> None:
        self._down(pixels)

    def table(self, rows: Sequence[Sequence[str]], style: Style) -> None:
        """Draw `rows` (see truth.table_of) over the whole width; cells of several lines have newlines in them."""
        table = table_of(rows)
        edges = _edges(style.widths, self.margin, self.width)
        tops = [self.y]
        for number in range(len(rows)):
            lines = max(cell.text.count("\n") + 1 for cell in table if cell.row == number and cell.row_span == 1)
            tops.append(tops[-1] + round(style.size * (0.9 + 1.25 * lines)))
        for cell in table:
            box = (edges[cell.column], tops[cell.row])
            end = (edges[cell.column + cell.column_span], tops[cell.row + cell.row_span])
            self._cell(cell, (*box, *end), style)
        if style.rules == "rows":
            for y in (tops[0], tops[style.header_rows], tops[-1]):
                self.pen.line((edges[0], y, edges[-1], y), INK, 3)
        self._tables.append(table)
        self._said.append(plain_text(table).replace("\n\n", "\n"))
        self.y = tops[-1] + round(self.size * 0.9)

    def _cell(self, cell: Cell, box: tuple[int, int, int, int], style: Style) -> None:
        left, top, right, bottom = box
        head = cell.row < style.header_rows
        if style.rules == "all":
            self.pen.rectangle(box, SHADE if head and style.shaded else None, INK, 2)
        align = "c" if (head and style.rules == "all") or cell.column_span > 1 else style.align[cell.column]
        x, anchor = {"l": (left + 14, "lm"), "c": ((left + right) / 2, "mm"), "r": (right - 14, "rm")}[align]
        lines = cell.text.split("\n")
        for number, line in enumerate(lines):
            y = (top + bottom) / 2 + (number - (len(lines) - 1) / 2) * style.size * 1.25
            face = self._face(style.size, head)
            assert face.getlength(line) <= right - left - 12, f"{self.name}: {line!r} is wider than its cell"
            self.pen.text((x, y), line, INK, face, anchor=anchor)

    def _write(self, text: str, size: int, place: tuple[float, float], anchor: str, bold: bool = False) -> None:
        self._draw(text, size, place, anchor, bold)
        self._said.append(text)

    def _draw(self, text: str, size: int, place: tuple[float, float], anchor: str, bold: bool) -> None:
        face = self._face(size, bold)
        assert face.getlength(text) <= self.width + 2, f"{self.name}: {text!r} is wider than the page"
        self.pen.text(place, text, INK, face, anchor=anchor)

    def _broken(self, text: str, width: float) -> list[str]:
        face, lines = self._face(self.size, False), [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if face.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _down(self, pixels: float) -> None:
        self.y += round(pixels)

    def _face(self, size: int, bold: bool) -> ImageFont.FreeTypeFont:
        return face(self.face, size, bold)


@cache
def face(name: str, size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """A font by name and size."""
    if name == KOREAN:
        return font(size, bold)
    if name == SERIF:
        spec = find_spec("fontpkg_pt_serif")
        assert spec is not None and spec.origin is not None, "make setup installs fontpkg-pt-serif"
        weight = "Bold" if bold else "Regular"
        return ImageFont.truetype(str(Path(spec.origin).parent / "files" / f"PT_Serif-Web-{weight}.ttf"), size)
    aileron = ImageFont.load_default(size)
    assert isinstance(aileron, ImageFont.FreeTypeFont)
    return aileron


def missing(name: str, text: str) -> set[str]:
    """The letters for which a face has no shape: on paper they would be boxes, and no truth."""
    used = face(name, 20)
    box = bytes(used.getmask("\uffff"))
    return {letter for letter in set(text) - {" "} if bytes(used.getmask(letter)) == box}


def png(image: Image.Image) -> bytes:
    """The image as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _edges(widths: Sequence[int], left: int, width: int) -> list[int]:
    return [left + round(width * sum(widths[:number]) / sum(widths)) for number in range(len(widths) + 1)]
