"""Sheets as files: a picture, and a PDF whose text is text."""

import ctypes
import io

import pypdfium2 as pdfium
from PIL import Image, ImageDraw
from pypdfium2 import raw

from tests.eval.faces import face, file_of
from tests.eval.marks import INK, Box, Colour, Mark, Rule, Writing
from tests.eval.sheet import Sheet
from tests.eval.truth import Content, Document

POINTS = 72 / 200
"""Of a pixel."""


def picture_of(sheet: Sheet) -> Document:
    """A PNG, whose text and tables are to be read."""
    return Document(sheet.name, 1, sheet.truth, lambda: png(_drawn(sheet)))


def pdf_of(sheet: Sheet) -> Document:
    """A PDF with a text layer, whose tables are to be read."""
    return Document(sheet.name, 1, Content(None, sheet.truth.tables), lambda: _pdf(sheet))


def png(image: Image.Image) -> bytes:
    """The image as a PNG file."""
    buffer = io.BytesIO()
    image.save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def _drawn(sheet: Sheet) -> Image.Image:
    image = Image.new("RGB", sheet.extent, "white")
    pen = ImageDraw.Draw(image)
    for mark in sheet.marks:
        match mark:
            case Writing(text, name, size, bold, x, y):
                pen.text((x, y), text, INK, face(name, size, bold), anchor="ls")
            case Box(left, top, right, bottom, fill):
                pen.rectangle((left, top, right, bottom), fill, INK, 2)
            case Rule(left, right, y, width):
                pen.line((left, y, right, y), INK, width)
    return image


def _pdf(sheet: Sheet) -> bytes:
    with pdfium.PdfDocument.new() as document:
        page = document.new_page(*(side * POINTS for side in sheet.extent))
        fonts: dict[tuple[str, bool], object] = {}
        for mark in sheet.marks:
            if isinstance(mark, Writing) and (mark.face, mark.bold) not in fonts:
                fonts[mark.face, mark.bold] = _loaded(document, file_of(mark.face, mark.bold))
            raw.FPDFPage_InsertObject(page, _object(document, mark, fonts, sheet.extent[1]))
        raw.FPDFPage_GenerateContent(page)
        buffer = io.BytesIO()
        document.save(buffer)
    return buffer.getvalue()


def _loaded(document: pdfium.PdfDocument, file: bytes) -> object:
    data = (ctypes.c_uint8 * len(file)).from_buffer_copy(file)
    return raw.FPDFText_LoadFont(document, data, len(file), raw.FPDF_FONT_TRUETYPE, True)


def _object(document: pdfium.PdfDocument, mark: Mark, fonts: dict[tuple[str, bool], object], height: int) -> object:
    match mark:
        case Writing(text, name, size, bold, x, y):
            made = raw.FPDFPageObj_CreateTextObj(document, fonts[name, bold], size * POINTS)
            letters = (text + "\0").encode("utf-16-le")
            wide = (ctypes.c_ushort * (len(letters) // 2)).from_buffer_copy(letters)
            raw.FPDFText_SetText(made, wide)
            raw.FPDFPageObj_Transform(made, 1, 0, 0, 1, x * POINTS, (height - y) * POINTS)
            _fill(made, INK)
        case Box(left, top, right, bottom, fill):
            corner = (left * POINTS, (height - bottom) * POINTS)
            made = raw.FPDFPageObj_CreateNewRect(*corner, (right - left) * POINTS, (bottom - top) * POINTS)
            raw.FPDFPageObj_SetStrokeColor(made, *INK, 255)
            raw.FPDFPageObj_SetStrokeWidth(made, 2 * POINTS)
            raw.FPDFPath_SetDrawMode(made, raw.FPDF_FILLMODE_WINDING if fill else raw.FPDF_FILLMODE_NONE, True)
            _fill(made, fill or INK)
        case Rule(left, right, y, width):
            corner = (left * POINTS, (height - y - width / 2) * POINTS)
            made = raw.FPDFPageObj_CreateNewRect(*corner, (right - left) * POINTS, width * POINTS)
            raw.FPDFPath_SetDrawMode(made, raw.FPDF_FILLMODE_WINDING, False)
            _fill(made, INK)
    return made


def _fill(made: object, colour: Colour) -> None:
    raw.FPDFPageObj_SetFillColor(made, *colour, 255)
