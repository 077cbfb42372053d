"""The words that stand in a PDF page, where they can be trusted to be what the page shows."""

import ctypes
import sys
import unicodedata
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

from workers.page import Word

MAX_CHARACTERS = 100_000
"""Of one page; a sheet of A3 in the smallest type that can be read has half as many."""

MAX_PIECES, _DEPTH = 20_000, 3
"""Pieces of a page that are looked at for pictures, and how deep: forms can hold each other, ten times ten."""

FEW_CHARACTERS = 200
"""A page that is mostly picture and tells no more than these by itself is a scan with a stamp on it."""

MOSTLY = 0.5
"""Share of a page beyond which a picture is what the page shows; share of characters beyond which all are alike."""

GARBAGE = 0.05
"""Share of characters without a meaning beyond which none is believed: their fonts have lost what they say."""

MOJIBAKE = 0.3
"""Share of À to ÿ beyond which text is in another writing, taken for Latin; French and Vietnamese stay below 0.2."""

_INVISIBLE = (raw.FPDF_TEXTRENDERMODE_INVISIBLE, raw.FPDF_TEXTRENDERMODE_CLIP)
_HYPHENS = (0x02, 0xFFFE)
"""What pdfium makes of the hyphen at the end of a line."""

_LEAST_REACH = 4.0
"""Points: the dots that lead to a page number are next to nothing in height."""

_SCALE = 1_000_000
"""Device pixels of a page's side, where places are told in whole pixels."""

_UNKNOWN = "\ufffd"
"""Stands for a character that its font does not tell."""

_NO_MEANING = {"Cc", "Cn", "Co", "Cs"}
"""Unicode's categories of control characters, unassigned, private and half ones."""


class _Glyph(NamedTuple):
    """One character of a page, by its index there; `box` is left, bottom, right, top in the page's own coordinates:
    with the room that its font gives it, so that all words of a line are of one height, whatever their letters."""

    at: int
    text: str
    box: tuple[float, float, float, float]


def page_words(page: pdfium.PdfPage) -> tuple[Word, ...] | None:
    """Every word that a page shows, in the order of the file.

    None where it tells none, or where its picture has to be read all the same: a scan, also one with invisible words
    that another reader put there, or a page whose fonts do not say what their characters mean.
    """
    try:
        text = page.get_textpage()
        try:
            return _told(page, text)
        finally:
            text.close()
    except pdfium.PdfiumError:  # a layer that cannot be followed is none, and the picture is there all the same
        return None


def _told(page: pdfium.PdfPage, text: pdfium.PdfTextPage) -> tuple[Word, ...] | None:
    if not 0 < text.count_chars() <= MAX_CHARACTERS:
        return None
    words = list(_words(text))
    shown = [word for word in words if _is_shown(text, word)]
    if not _meaningful([glyph for word in shown for glyph in word]) or _is_picture(page, words, shown):
        return None
    return tuple(word for glyphs in shown if (word := _placed(page, glyphs))) or None


def _words(text: pdfium.PdfTextPage) -> Iterator[list[_Glyph]]:
    """Runs of characters without a space between them, and without a jump: a word hyphenated at a line's end is two."""
    word: list[_Glyph] = []
    for index in range(text.count_chars()):
        glyph = _glyph(text, index)
        if word and (glyph is None or _is_jump(word[-1], glyph)):
            yield word
            word = []
        if glyph is not None:
            word.append(glyph)
    if word:
        yield word


def _glyph(text: pdfium.PdfTextPage, index: int) -> _Glyph | None:
    """A character, None for a space."""
    code = raw.FPDFText_GetUnicode(text, index)
    letter = "-" if code in _HYPHENS else chr(code) if code <= sys.maxunicode else _UNKNOWN
    if letter.isspace():
        return None
    if unicodedata.category(letter) in _NO_MEANING or raw.FPDFText_HasUnicodeMapError(text, index) == 1:
        letter = _UNKNOWN
    return _Glyph(index, letter, _box(text, index))


def _box(text: pdfium.PdfTextPage, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(text, index, left, right, bottom, top)
    ink = (left.value, bottom.value, right.value, top.value)
    room = raw.FS_RECTF()
    if not raw.FPDFText_GetLooseCharBox(text, index, room):
        return ink
    return (
        min(ink[0], room.left),
        min(ink[1], room.bottom),
        max(ink[2], room.right),
        max(ink[3], room.top),
    )


def _is_jump(one: _Glyph, other: _Glyph) -> bool:
    """Whether a character stands further from the one before than its own size."""
    (left, bottom, right, top), (next_left, next_bottom, next_right, next_top) = one.box, other.box
    reach = max(_LEAST_REACH, top - bottom, next_top - next_bottom)
    across = max(next_left - right, left - next_right)
    down = max(next_bottom - top, bottom - next_top)
    return across > reach or down > reach


def _is_shown(text: pdfium.PdfTextPage, word: list[_Glyph]) -> bool:
    """Whether a word's ink is on the page; that of an OCR layer under a scan is not."""
    piece = raw.FPDFText_GetTextObject(text, word[0].at)
    return not piece or raw.FPDFTextObj_GetTextRenderMode(piece) not in _INVISIBLE


def _meaningful(glyphs: list[_Glyph]) -> bool:
    """Whether the characters say what they look like."""
    empty = sum(glyph.text == _UNKNOWN for glyph in glyphs)
    accented = sum("À" <= glyph.text <= "ÿ" for glyph in glyphs)
    return bool(glyphs) and empty <= GARBAGE * len(glyphs) and accented <= MOJIBAKE * len(glyphs)


def _is_picture(page: pdfium.PdfPage, words: list[list[_Glyph]], shown: list[list[_Glyph]]) -> bool:
    """Whether what the page shows is mostly a picture, with words on it at most by the way, or behind it."""
    if len(shown) < MOSTLY * len(words):
        return True
    width, height = page.get_size()
    covered, texts, behind = 0.0, 0, 0
    for piece in islice(page.get_objects(max_depth=_DEPTH), MAX_PIECES):
        if piece.type == raw.FPDF_PAGEOBJ_TEXT:
            texts += 1
        elif piece.type == raw.FPDF_PAGEOBJ_IMAGE:
            left, bottom, right, top = piece.get_bounds()
            share = (right - left) * (top - bottom) / max(width * height, 1)
            covered = max(covered, share)
            behind = texts if share > MOSTLY else behind
    few = sum(map(len, shown)) < FEW_CHARACTERS
    return (covered > MOSTLY and few) or behind > MOSTLY * texts


def _placed(page: pdfium.PdfPage, glyphs: list[_Glyph]) -> Word | None:
    """A word with its place on the upright page; None where it stands outside of it."""
    lefts, bottoms, rights, tops = zip(*(glyph.box for glyph in glyphs), strict=True)
    corners = (_on_page(page, min(lefts), min(bottoms)), _on_page(page, max(rights), max(tops)))
    (left, right), (top, bottom) = (sorted(side) for side in zip(*corners, strict=True))
    if right <= 0 or bottom <= 0 or left >= 1 or top >= 1:
        return None
    said = unicodedata.normalize("NFC", "".join(glyph.text for glyph in glyphs))
    return Word(said, (_within(left), _within(top), _within(right), _within(bottom)))


def _on_page(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    """A place of the page's own coordinates as fractions of the page as it is shown: turned, cut to its box."""
    across, down = ctypes.c_int(), ctypes.c_int()
    raw.FPDF_PageToDevice(page, 0, 0, _SCALE, _SCALE, 0, x, y, across, down)
    return across.value / _SCALE, down.value / _SCALE


def _within(edge: float) -> float:
    return min(1.0, max(0.0, edge))
