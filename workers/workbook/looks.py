"""How cells are to be shown: the number format of each, and the errors that their values are."""

import encodings.cp949
import encodings.cp1252
import encodings.utf_16_le  # noqa: F401  (codecs are loaded when they are asked for, and in the cage none can be)
import io
import posixpath
import re
import zipfile
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, BinaryIO, NamedTuple, Protocol
from xml.parsers import expat

import xlrd

from workers.workbook.number_format import BUILT_IN, LOCAL

Place = tuple[int, int]
"""Row and column, from 0."""

LARGEST = 32 * 1024 * 1024
"""Bytes of the part that holds a workbook's formats. Excel takes 65,490 of them, of some hundred bytes each."""

_NO_VALUE = ("s", "inlineStr", "str", "b")
"""Types of cells that no number format shows otherwise."""

_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")


class Look(NamedTuple):
    """One sheet's cells: the format's code where there is one, and the text of those that are errors."""

    codes: dict[Place, str]
    errors: dict[Place, str]


class Looks(Protocol):
    """Those of a workbook."""

    def of(self, name: str, rows: int, columns: int) -> Look:
        """Those of the sheet of that name, of its first rows and columns. Raises whatever a damaged file makes it."""


class PackageLooks:
    """Those of an XLSX file; of its parts only what is needed is read. Raises whatever a damaged file makes it."""

    def __init__(self, file: BinaryIO) -> None:
        self._package = zipfile.ZipFile(file)
        targets = _targets(self._read("xl/_rels/workbook.xml.rels"))
        self._parts = _sheets(self._read("xl/workbook.xml"), targets)
        self._codes = _codes(self._read("xl/styles.xml")) if "xl/styles.xml" in self._package.namelist() else []

    def of(self, name: str, rows: int, columns: int) -> Look:
        look = _SheetLook(self._codes, rows, columns)
        with self._package.open(self._parts[name]) as part:
            _parse(part, look.begin, look.end, look.say, lambda: look.over)
        return Look(look.codes, look.errors)

    def _read(self, part: str) -> BinaryIO:
        with self._package.open(part) as opened:
            data = opened.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise ValueError(part)
        return io.BytesIO(data)


class BinaryLooks:
    """Those of an XLS file. Raises whatever a damaged file makes it."""

    def __init__(self, file: BinaryIO) -> None:
        self._book = xlrd.open_workbook(
            file_contents=file.read(), formatting_info=True, on_demand=True, logfile=io.StringIO()
        )
        self._codes = [self._code(style.format_key) for style in self._book.xf_list]

    def of(self, name: str, rows: int, columns: int) -> Look:
        sheet, codes, errors = self._book.sheet_by_name(name), dict[Place, str](), dict[Place, str]()
        for row in range(min(rows, sheet.nrows)):
            for column, kind in enumerate(sheet.row_types(row, 0, columns)):
                if kind == xlrd.XL_CELL_ERROR:
                    value = sheet.cell_value(row, column)
                    errors[row, column] = xlrd.error_text_from_code.get(value, "#ERROR!")
                elif kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
                    code = self._codes[sheet.cell_xf_index(row, column)]
                    if code:
                        codes[row, column] = code
        self._book.unload_sheet(name)
        return Look(codes, errors)

    def _code(self, key: int) -> str:
        if key in LOCAL:
            return BUILT_IN[key]
        code = self._book.format_map[key].format_str if key in self._book.format_map else ""
        return "" if code == "General" else str(code)


class _SheetLook:
    """Takes what a sheet's part tells, element by element."""

    def __init__(self, codes: list[str], rows: int, columns: int) -> None:
        self.codes: dict[Place, str] = {}
        self.errors: dict[Place, str] = {}
        self.over = False
        self._styles = codes
        self._rows, self._columns = rows, columns
        self._row = self._column = -1
        self._error: list[str] | None = None

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 2)) - 1
            self._column = -1
            self.over = self._row >= self._rows
        elif name == "c":
            self._cell(attributes)

    def _cell(self, attributes: dict[str, str]) -> None:
        place = _place(attributes["r"]) if "r" in attributes else (self._row, self._column + 1)
        self._row, self._column = place
        kind = attributes.get("t", "n")
        self._error = [] if kind == "e" else None
        style = int(attributes.get("s", 0))
        if kind not in _NO_VALUE and self._column < self._columns and style < len(self._styles) and self._styles[style]:
            self.codes[place] = self._styles[style]

    def say(self, text: str) -> None:
        if self._error is not None:
            self._error.append(text)

    def end(self, name: str) -> None:
        if name == "v" and self._error is not None:
            self.errors[self._row, self._column] = "".join(self._error)
        elif name == "f" and self._error is not None:
            self._error.clear()  # what the formula says is not what the cell shows


@lru_cache(maxsize=65536)
def _place(reference: str) -> Place:
    found = _PLACE.fullmatch(reference)
    if found is None:
        raise ValueError(reference)
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - ord("A") + 1
    return int(found[2]) - 1, column - 1


def _targets(part: BinaryIO) -> dict[str, str]:
    """The parts that the workbook names, by the names it gives them."""
    found: dict[str, str] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "Relationship":
            found[attributes["Id"]] = posixpath.join("/xl", attributes["Target"]).lstrip("/")

    _parse(part, begin)
    return found


def _sheets(part: BinaryIO, targets: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "sheet" and attributes.get("id") in targets:
            found.setdefault(attributes["name"], targets[attributes["id"]])

    _parse(part, begin)
    return found


def _codes(part: BinaryIO) -> list[str]:
    """The format's code of each style that a cell may have, empty where it has none."""
    own: dict[int, str] = {}
    styles: list[int] = []
    within: list[str] = []

    def begin(name: str, attributes: dict[str, str]) -> None:
        if name == "numFmt" and within[-1:] == ["numFmts"]:
            own[int(attributes["numFmtId"])] = attributes["formatCode"]
        elif name == "xf" and within[-1:] == ["cellXfs"]:
            styles.append(int(attributes.get("numFmtId", 0)))
        within.append(name)

    _parse(part, begin, lambda _: within.pop())
    known = {number: code for number, code in (BUILT_IN | own).items() if code.casefold() != "general"}
    return [known.get(number, "") for number in styles]


def _parse(
    part: BinaryIO | Any,
    begin: Callable[[str, dict[str, str]], None],
    end: Callable[[str], Any] | None = None,
    say: Callable[[str], None] | None = None,
    over: Callable[[], bool] = lambda: False,
) -> None:
    """Hand on a part's elements, by their names without namespaces, until `over`. Raises expat.ExpatError."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = lambda name, told: begin(_bare(name), {_bare(key): told[key] for key in told})
    parser.EndElementHandler = None if end is None else lambda name: end(_bare(name))
    parser.CharacterDataHandler = say
    parser.EntityDeclHandler = _refuse
    for piece in iter(partial(part.read, 256 * 1024), b""):
        parser.Parse(piece)
        if over():
            return
    parser.Parse(b"", True)


@lru_cache(maxsize=1024)
def _bare(name: str) -> str:
    return name.rpartition(" ")[2]


def _refuse(*_: object) -> None:
    raise ValueError("a document of Excel's declares no entities")
