"""Letters by their places on the page, so that what was read is held against them whatever its order.

A PDF tells its letters in the order in which they were drawn: tables last, boxes first. No reader of its picture can
know that order, and none should be charged for it.
"""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

from tests.eval.answer import Result
from tests.eval.truth import Letter

_NO_WRITING = {"Cc", "Cn", "Co", "Cs"}
"""Controls, and characters without a meaning of their own: bullets that a font draws in places of letters."""

_ALIKE = str.maketrans("‘’“”ㆍ‧･・∙⋅․＊", "''\"\"·······*")
"""Signs that look the same on paper."""

_SLACK = 0.003
"""Share of the page's width by which a letter may stand beyond its line's end."""


def letters_of(path: Path) -> tuple[Letter, ...]:
    """Every letter of a PDF's text layer that means something."""
    with pypdfium2.PdfDocument(path) as document:
        return tuple(letter for number, page in enumerate(document, 1) for letter in _of_page(page, number))


def pairs(result: Result | None, letters: tuple[Letter, ...]) -> tuple[str, str]:
    """What was read and what stands there, line by line as the lines were found, both as one text; letters that no line
    holds come last on their page. Lines with no letter in their place, such as those of a logo, are left out."""
    read, true = [], []
    for page, lines in _pages(result, letters).items():
        held: list[list[Letter]] = [[] for _ in lines]
        missed = []
        for letter in (one for one in letters if one.page == page):
            at = _line_of(letter, lines)
            (missed if at is None else held[at]).append(letter)
        for line, here in zip(lines, held, strict=True):
            if here:
                read.append(line["text"])
                true.append("".join(letter.text for letter in sorted(here, key=lambda one: one.x)))
        true.append("".join(letter.text for letter in missed))
    return _plain("\n".join(read)), _plain("\n".join(true))


def _pages(result: Result | None, letters: tuple[Letter, ...]) -> dict[int, list[Result]]:
    """The lines read on each page on which there are letters."""
    found = {page["page"]: page["lines"] for page in result["analysis"]["pages"]} if result else {}
    return {number: found.get(number, []) for number in sorted({letter.page for letter in letters})}


def _of_page(page: pypdfium2.PdfPage, number: int) -> Iterator[Letter]:
    told, (width, height) = page.get_textpage(), page.get_size()
    for at in range(told.count_chars()):
        text = chr(raw.FPDFText_GetUnicode(told, at))
        if text.isspace() or unicodedata.category(text) in _NO_WRITING or raw.FPDFText_IsGenerated(told, at) == 1:
            continue
        left, bottom, right, top = told.get_charbox(at, loose=True)
        yield Letter(number, text, (left + right) / 2 / width, 1 - (bottom + top) / 2 / height)


def _line_of(letter: Letter, lines: list[Result]) -> int | None:
    """The line in which the letter stands, the one whose middle is nearest where several overlap."""
    best, nearest = None, 1.0
    for at, line in enumerate(lines):
        left, top, right, bottom = line["box"]
        if left - _SLACK <= letter.x <= right + _SLACK and top <= letter.y <= bottom:
            away = abs(letter.y - (top + bottom) / 2) / max(bottom - top, 1e-9)
            if away < nearest:
                best, nearest = at, away
    return best


def _plain(text: str) -> str:
    """In one spelling: composed, signs that look the same as one, leaders of any number of dots as one."""
    return re.sub(r"[·.…]{4,}|…+", "…", unicodedata.normalize("NFC", text).translate(_ALIKE))
