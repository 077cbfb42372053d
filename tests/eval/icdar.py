"""The public set of ICDAR 2013's table competition: PDF files with the cells of their tables.

Looked for below the folder `EVAL_DATA`, wherever there are files NAME.pdf with NAME-str.xml beside them; the set is on
the competition's site, and in the test resources of tabula-java. Nothing is fetched.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from xml.etree import ElementTree

from tests.eval.scanning import pages_of, scanned
from tests.eval.truth import Cell, Content, Document, Table
from tests.eval.wear import Wear


def files(folder: Path) -> list[Path]:
    """The set's PDF files, by name."""
    return sorted(path for path in folder.rglob("*.pdf") if _cells_of(path).exists())


def documents(paths: Sequence[Path]) -> list[Document]:
    """As they are: with a text layer."""
    return [Document(path.stem, pages_of(path), _truth(path), path.read_bytes) for path in paths]


def images(paths: Sequence[Path], wear: Wear | None = None) -> list[Document]:
    """Each as a TIFF of its pages, as a scanner would send it."""
    return [Document(path.stem, pages_of(path), _truth(path), partial(scanned, path, wear)) for path in paths]


def _truth(path: Path) -> Content:
    """Each region is a table: one that goes on elsewhere has a region for each place."""
    tables = ElementTree.parse(_cells_of(path)).getroot().iter("region")
    return Content(None, tuple(map(_table, tables)))


def _table(region: ElementTree.Element) -> Table:
    cells = []
    for cell in region.iter("cell"):
        row, column = int(cell.attrib["start-row"]), int(cell.attrib["start-col"])
        last_row, last_column = int(cell.get("end-row", row)), int(cell.get("end-col", column))
        text = cell.findtext("content") or ""
        cells.append(Cell(row, column, text, last_row - row + 1, last_column - column + 1))
    return tuple(cells)


def _cells_of(path: Path) -> Path:
    return path.with_name(f"{path.stem}-str.xml")
