"""Tesseract with Korean data alone: reads Hangul, one line at a time."""

from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tesserocr
from PIL import Image

from workers.engines.local.pixels import Pixels

LINE_HEIGHT = 32
"""Pixels to which a line is scaled: the data was trained near it; measured best on Korean documents at 200 dpi."""

LARGER = 44
"""Pixels to which a line is scaled where nothing was seen: Tesseract takes some short lines for specks."""

MARGIN = 8
"""Pixels of the line's own edge colour around it, without which the first and last letter suffer."""

EVEN, ONE_PAPER = 0.9, 0.4
"""The darkest paper along a line, as a share of its brightest: from the first on there is no shadow to take away, up to
the second it is not one paper, but dark cells beside bright ones."""

PAPER = 65
"""Pixels along a line over which its paper is looked for: two letters, between which there is always some."""

SYMBOL = tesserocr.RIL.SYMBOL


class Letter(NamedTuple):
    """One letter of a line: how sure its word is, 0 to 1, where the letter starts and ends as shares of the line's
    width, and whether a space stands before it.

    The word's confidence tells more than the letter's: Hangul seen in Latin text has letters at 0.9 in words at 0.5.
    """

    text: str
    confidence: float
    start: float
    end: float
    spaced: bool


class HangulReader:
    """One Tesseract session; `data` is the folder that holds kor.traineddata. Never with English beside it."""

    def __init__(self, data: Path) -> None:
        mode = tesserocr.PSM.SINGLE_LINE
        self._tesseract = tesserocr.PyTessBaseAPI(path=str(data), lang="kor", psm=mode, oem=tesserocr.OEM.LSTM_ONLY)
        self._tesseract.SetVariable("debug_file", "/dev/null")

    def read(self, line: Pixels) -> list[Letter]:
        """The letters of one line, from the left; none where nothing is legible."""
        return self._seen(_prepared(line, LINE_HEIGHT))

    def read_again(self, line: Pixels) -> list[Letter]:
        """The same where `read` saw nothing: larger, then whatever it may be."""
        larger = _prepared(line, LARGER)
        letters = self._seen(larger)
        if letters:
            return letters
        self._tesseract.SetPageSegMode(tesserocr.PSM.RAW_LINE)
        try:
            return _inner(self._seen(larger))
        finally:
            self._tesseract.SetPageSegMode(tesserocr.PSM.SINGLE_LINE)

    def _seen(self, grey: Pixels) -> list[Letter]:
        self._tesseract.SetImage(Image.fromarray(grey))
        # Only the line's text has the spaces: Tesseract's word level makes a word of nearly every Korean syllable.
        words = self._tesseract.GetUTF8Text().split()
        starts = set(accumulate(len(word) for word in words))
        return self._letters(starts, grey.shape[1] - 2 * MARGIN)

    def _letters(self, starts: set[int], width: int) -> list[Letter]:
        letters: list[Letter] = []
        passed = 0
        for place in tesserocr.iterate_level(self._tesseract.GetIterator(), SYMBOL) if starts else ():
            if place.Empty(SYMBOL):
                continue
            text, (left, _, right, _) = place.GetUTF8Text(SYMBOL), place.BoundingBox(SYMBOL)
            start, end = max(0.0, (left - MARGIN) / width), min(1.0, (right - MARGIN) / width)
            letters.append(Letter(text, place.Confidence(tesserocr.RIL.WORD) / 100, start, end, passed in starts))
            passed += len(text)
        return letters


def _inner(letters: list[Letter]) -> list[Letter]:
    """The letters without the signs at both ends, which are seen in the margin when nothing is left out."""
    told = [place for place, letter in enumerate(letters) if letter.text.isalnum()]
    return letters[told[0] : told[-1] + 1] if told else []


def _prepared(line: Pixels, height: int) -> Pixels:
    grey = np.asarray(cv2.cvtColor(line, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    scale = height / grey.shape[0]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(grey.shape[1] * scale)), height)
    small = np.asarray(cv2.resize(grey, size, interpolation=way), dtype=np.uint8)
    framed = cv2.copyMakeBorder(_evened(small), MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REPLICATE)
    return np.asarray(framed, dtype=np.uint8)


def _evened(grey: Pixels) -> Pixels:
    """The line without the shadow that lies on a part of it, which Tesseract, with one threshold for all, takes for
    ink."""
    middle = np.median(grey, axis=0).astype(np.uint8)
    paper = np.asarray(cv2.medianBlur(middle[None, :], PAPER), dtype=np.float64)
    if not ONE_PAPER < paper.min() / max(1.0, paper.max()) < EVEN:
        return grey
    return np.asarray((grey * (paper.max() / paper)).clip(0, 255), dtype=np.uint8)
