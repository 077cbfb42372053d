"""A page to write on, which keeps what is written as its truth."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.eval.faces import face, missing
from tests.eval.marks import Box, Mark, Rule, Writing
from tests.eval.truth import Cell, Content, Table, plain_text, table_of

A4 = (1654, 2339)
"""Pixels at 200 dots per inch."""

TILL = (880, 1500)
"""A till receipt of 11 cm at the same resolution."""

SHADE = (232, 235, 240)


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
    marks: list[Mark] = field(default_factory=list)
    _said: list[str] = field(default_factory=list)
    _tables: list[Table] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.y = self.margin

    @property
    def width(self) -> int:
        return self.extent[0] - 2 * self.margin

    @property
    def truth(self) -> Content:
        """What has been written. AssertionError where it is not all on the page, or in letters the face lacks."""
        text = "\n".join(self._said)
        lacking = missing(self.face, text.replace("\n", ""))
        assert self.y < self.extent[1], f"{self.name} runs over its page"
        assert not lacking, f"{self.name}: {self.face} has no {lacking}"
        return Content(text, tuple(self._tables))

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
        self._put(left, size, (self.margin, self.y), "la", bold)
        self._put(right, size, (self.extent[0] - self.margin, self.y), "ra", bold)
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
            self.marks.append(Rule(x, min(x + 10, right) if dashed else right, self.y, 2))
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
                self.marks.append(Rule(edges[0], edges[-1], y, 3))
        self._tables.append(table)
        self._said.append(plain_text(table).replace("\n\n", "\n"))
        self.y = tops[-1] + round(self.size * 0.9)

    def _cell(self, cell: Cell, box: tuple[int, int, int, int], style: Style) -> None:
        left, top, right, bottom = box
        head = cell.row < style.header_rows
        if style.rules == "all":
            self.marks.append(Box(*box, SHADE if head and style.shaded else None))
        align = "c" if (head and style.rules == "all") or cell.column_span > 1 else style.align[cell.column]
        x, anchor = {"l": (left + 14, "lm"), "c": ((left + right) / 2, "mm"), "r": (right - 14, "rm")}[align]
        lines = cell.text.split("\n")
        for number, line in enumerate(lines):
            y = (top + bottom) / 2 + (number - (len(lines) - 1) / 2) * style.size * 1.25
            length = self._put(line, style.size, (x, y), anchor, head)
            assert length <= right - left - 12, f"{self.name}: {line!r} is wider than its cell"

    def _write(self, text: str, size: int, place: tuple[float, float], anchor: str, bold: bool = False) -> None:
        self._put(text, size, place, anchor, bold)
        self._said.append(text)

    def _put(self, text: str, size: int, place: tuple[float, float], anchor: str, bold: bool) -> float:
        """Put a line at an anchor, as Pillow names them; its length in pixels."""
        font = face(self.face, size, bold)
        length, (ascent, descent) = font.getlength(text), font.getmetrics()
        assert length <= self.width + 2, f"{self.name}: {text!r} is wider than the page"
        x = place[0] - {"l": 0, "m": length / 2, "r": length}[anchor[0]]
        y = place[1] + {"a": ascent, "m": (ascent - descent) / 2}[anchor[1]]
        if text:
            self.marks.append(Writing(text, self.face, size, bold, x, y))
        return length

    def _broken(self, text: str, width: float) -> list[str]:
        font, lines = face(self.face, self.size), [""]
        for word in text.split():
            longer = f"{lines[-1]} {word}".strip()
            if font.getlength(longer) <= width:
                lines[-1] = longer
            else:
                lines.append(word)
        return lines

    def _down(self, pixels: float) -> None:
        self.y += round(pixels)


def _edges(widths: Sequence[int], left: int, width: int) -> list[int]:
    return [left + round(width * sum(widths[:number]) / sum(widths)) for number in range(len(widths) + 1)]
