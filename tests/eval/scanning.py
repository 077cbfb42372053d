"""PDF files as a scanner would have made them: pictures of their pages."""

import io
from pathlib import Path

import pypdfium2

from tests.eval.wear import Wear

DPI = 200
"""Resolution of the pictures."""


def pages_of(path: Path) -> int:
    """How many pages there are."""
    with pypdfium2.PdfDocument(path) as document:
        return len(document)


def scanned(path: Path, wear: Wear | None) -> bytes:
    """A TIFF of the pages, worn or not."""
    with pypdfium2.PdfDocument(path) as document:
        drawn = [page.render(scale=DPI / 72).to_pil().convert("RGB") for page in document]
    first, *others = [wear(page) if wear else page for page in drawn]
    buffer = io.BytesIO()
    first.save(buffer, "TIFF", save_all=True, append_images=others, compression="tiff_adobe_deflate")
    return buffer.getvalue()
