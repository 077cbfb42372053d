"""What PP-OCR knows and Tesseract's Korean data does not, laid over Tesseract's letters: shapes and Latin words.

Tesseract reads syllables into them, and is as sure of those as of real ones: ▲ as 쇼, △ as 스, AI as 시, PPT as 다.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from workers.engines.local.hangul import Letter
from workers.engines.local.reading import Piece, Reading, joined
from workers.engines.local.script import has_hangul

SHAPES, SHAPE_SURE = "→←↑↓▲△▼▽□", 0.8
"""Shapes, and the score from which they are believed: right 29 times of 30 on Korean public documents."""

SIGNS = "%~"
"""Signs that it sees in Hangul, too: believed only over what Tesseract did not take for Hangul."""

WORD_SURE = 0.9
"""Score of each letter from which a word of at least two Latin letters is believed: right 225 times of 226 on Korean
public documents, where digits at its ends, which may be the edges of Hangul, are left out."""

AROUND = "()[]{}<>「」『』.,:;'\""
"""Signs that Tesseract reads well, at the ends of what it does not."""

_WORD = re.compile(r"[A-Za-z](?:[A-Za-z0-9&./@-]*[A-Za-z])")


def with_seen(letters: list[Letter], latin: Reading) -> list[Letter]:
    """Tesseract's letters of a line, those under a shape or a Latin word of PP-OCR's reading being that; and a lone ㅁ,
    which is a jamo that nobody prints, the box that begins a paragraph."""
    letters = [letter._replace(text="□") if letter.text == "ㅁ" else letter for letter in letters]
    for piece in (*_shapes(latin.pieces), *_words(latin.pieces)):
        letters = _laid_over(letters, piece)
    return letters


def _shapes(pieces: Iterable[Piece]) -> Iterator[Piece]:
    return (piece for piece in pieces if piece.text in {*SHAPES, *SIGNS} and piece.confidence >= SHAPE_SURE)


def _words(pieces: Iterable[Piece]) -> Iterator[Piece]:
    sure = groupby(pieces, key=lambda piece: piece.confidence >= WORD_SURE and piece.text.isascii())
    for run in (list(run) for believed, run in sure if believed):
        yield from (joined(run[word.start() : word.end()]) for word in _WORD.finditer("".join(one.text for one in run)))


def _laid_over(letters: list[Letter], piece: Piece) -> list[Letter]:
    under = _bare([letter for letter in letters if _is_under(letter, piece)])
    if not under or (piece.text in SIGNS and any(has_hangul(letter.text) for letter in under)):
        return letters
    seen = Letter(piece.text, piece.confidence, under[0].start, under[-1].end, under[0].spaced)
    return [seen if letter is under[0] else letter for letter in letters if letter not in under[1:]]


def _is_under(letter: Letter, piece: Piece) -> bool:
    """Whether most of the letter, or of the piece, is under the other: three Latin letters may be one syllable."""
    common = min(letter.end, piece.end) - max(letter.start, piece.start)
    return common > 0.5 * min(letter.end - letter.start, piece.end - piece.start)


def _bare(letters: list[Letter]) -> list[Letter]:
    """The letters without the brackets and stops at their ends."""
    told = [place for place, letter in enumerate(letters) if letter.text not in AROUND]
    return letters[told[0] : told[-1] + 1] if told else []
