"""PDF pages as images, with the words that stand in them."""

import math
from collections.abc import Iterator
from contextlib import suppress
from typing import BinaryIO

import pypdfium2 as pdfium
from PIL import Image
from pypdfium2 import raw

from service.jobs.errors import EmptyDocument, EncryptedDocument, UnreadableFile
from service.jobs.media import PDF
from workers.choice import Wanted
from workers.page import Bad, Fit, Page, Size, Word
from workers.refusal import refusing
from workers.text_layer import page_words

DPI = 200
"""Dots per inch a page is rendered at before the engine's own bound; what the table figures were measured with."""

_POINTS = 72
_SIDE_LIMIT = 10_000
"""Pixels of a page's longer side: a sheet of A0 at 200 dpi has 9,362."""


def pdf_pages(file: BinaryIO, fit: Fit, max_pixels: int, wanted: Wanted, words: bool = True) -> Iterator[Page | Bad]:
    """The wanted pages from the first one on, rendered on white; a page over `max_pixels` in fewer.

    Their words come with them where `words` says so. Raises EncryptedDocument, EmptyDocument, UnreadableFile.
    """
    document = _open(file)
    try:
        found = len(document)
        if found < 1:
            raise EmptyDocument
        choice = wanted.among(found)
        for number in choice.numbers:
            if number < wanted.first:
                continue
            try:
                image, told = _read(document, number - 1, fit, max_pixels, words)
            except UnreadableFile as error:
                yield Bad(number, error)
                continue
            total, skipped = len(choice.numbers), choice.skipped(number)
            yield Page(number, total, skipped=skipped, image=image, more=choice.more, words=told)
    finally:
        document.close()


def pdf_sizes(file: BinaryIO, max_pixels: int, wanted: Wanted) -> dict[int, tuple[Size, str]]:
    """The size of each page that `pdf_pages` would give, before any fit, with its text, by its number.

    Raises as `pdf_pages` does; a page that is bad is left out.
    """
    document = _open(file)
    try:
        if len(document) < 1:
            raise EmptyDocument
        sizes = {}
        for number in wanted.among(len(document)).numbers:
            with suppress(UnreadableFile), refusing(PDF):
                page = document[number - 1]
                width, height = page.get_size()
                text = page.get_textpage().get_text_bounded()
                sizes[number] = (_bounded((_pixels(width), _pixels(height)), max_pixels), text)
                page.close()
        return sizes
    finally:
        document.close()


def _read(
    document: pdfium.PdfDocument, index: int, fit: Fit, max_pixels: int, words: bool
) -> tuple[Image.Image, tuple[Word, ...] | None]:
    with refusing(PDF):
        page = _flat(document, index)
        image, told = _render(page, fit, max_pixels), page_words(page) if words else None
        page.close()
    return image, told


def _open(file: BinaryIO) -> pdfium.PdfDocument:
    try:
        document = pdfium.PdfDocument(file)
        document.init_forms()
        return document
    except pdfium.PdfiumError as error:
        if error.err_code == raw.FPDF_ERR_PASSWORD:
            raise EncryptedDocument from None
        raise UnreadableFile(media_type=PDF) from error


def _flat(document: pdfium.PdfDocument, index: int) -> pdfium.PdfPage:
    """A page with what was filled into its form and written on it: to pdfium neither is text, nor fields a picture."""
    page = document[index]
    if raw.FPDFPage_GetAnnotCount(page) > 0 and raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY):
        page.close()
        page = document[index]
    return page


def _render(page: pdfium.PdfPage, fit: Fit, max_pixels: int) -> Image.Image:
    width, height = page.get_size()
    wanted = fit(_bounded((_pixels(width), _pixels(height)), max_pixels))
    scale = min(wanted[0] / max(width, 1), wanted[1] / max(height, 1))
    image: Image.Image = page.render(scale=scale, fill_color=(255, 255, 255, 255)).to_pil()
    return image if image.mode == "RGB" else image.convert("RGB")


def _bounded(size: Size, max_pixels: int) -> Size:
    scale = min(1.0, math.sqrt(max_pixels / (size[0] * size[1])))
    return max(1, math.floor(size[0] * scale)), max(1, math.floor(size[1] * scale))


def _pixels(points: float) -> int:
    return min(max(1, round(points * DPI / _POINTS)), _SIDE_LIMIT)
