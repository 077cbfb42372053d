"""PDF pages as images."""

from collections.abc import Iterator
from pathlib import Path

import pypdfium2 as pdfium
from pypdfium2 import raw

from service.jobs.errors import EmptyDocument, EncryptedDocument, UnreadableFile
from workers.decode import Fit
from workers.engines.base import Page

DPI = 200
"""Dots per inch a page is rendered at before the engine's own bound; what the table figures were measured with."""

_POINTS = 72
_SIDE_LIMIT = 10_000

MEDIA_TYPE = "application/pdf"


def pdf_pages(path: Path, fit: Fit, max_pages: int) -> Iterator[Page]:
    """Every page up to `max_pages`, rendered on white. Raises EncryptedDocument, EmptyDocument, UnreadableFile."""
    document = _open(path)
    try:
        total = min(len(document), max_pages)
        if total < 1:
            raise EmptyDocument
        for index in range(total):
            yield Page(number=index + 1, total=total, image=_render(document, index, fit))
    finally:
        document.close()


def page_count(path: Path) -> int:
    """How many pages there are. Raises EncryptedDocument, UnreadableFile."""
    document = _open(path)
    try:
        return len(document)
    finally:
        document.close()


def _open(path: Path) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise EncryptedDocument from None
        raise UnreadableFile(media_type=MEDIA_TYPE) from error


def _render(document: pdfium.PdfDocument, index: int, fit: Fit):  # type: ignore[no-untyped-def]
    try:
        page = document[index]
        points = page.get_size()
        natural = tuple(min(max(1, round(side * DPI / _POINTS)), _SIDE_LIMIT) for side in points)
        wanted = fit((natural[0], natural[1]))
        scale = min(wanted[0] / max(points[0], 1), wanted[1] / max(points[1], 1))
        return page.render(scale=scale, fill_color=(255, 255, 255, 255)).to_pil().convert("RGB")
    except pdfium.PdfiumError as error:
        raise UnreadableFile(media_type=MEDIA_TYPE) from error
