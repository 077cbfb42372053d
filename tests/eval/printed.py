"""Real documents that were printed to PDF: their pages as pictures, held against their own text layer.

Looked for in the folder `korean` below `EVAL_DATA`: public documents that an office program wrote, with text as text.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from tests.eval.placed import letters_of
from tests.eval.scanning import pages_of, scanned
from tests.eval.truth import Content, Document
from tests.eval.wear import Wear

FOLDER = "korean"

UNKNOWN = Content(None, None)


def files(folder: Path) -> list[Path]:
    """The PDF files, by name."""
    return sorted((folder / FOLDER).glob("*.pdf"))


def images(paths: Sequence[Path], wear: Wear | None = None) -> list[Document]:
    """Each as a TIFF of its pages; `wear` must leave letters in their places."""
    return [
        Document(path.stem, pages_of(path), UNKNOWN, partial(scanned, path, wear), letters_of(path)) for path in paths
    ]
