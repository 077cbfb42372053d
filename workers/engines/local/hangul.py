"""Tesseract with Korean data alone: reads Hangul, one line at a time."""

from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import tesserocr
from PIL import Image

from workers.engines.local.pixels import Pixels

LINE_HEIGHT = 32
"""Pixels to which a line is scaled: the data was trained near it; measured best on Korean documents at 200 dpi."""

MARGIN = 8
"""Pixels of the line's own edge colour around it, without which the first and last letter suffer."""


class Word(NamedTuple):
    """One word of a line: its text, confidence 0 to 1, and where it starts and ends as shares of the line's width."""

    text: str
    confidence: float
    start: float
    end: float


class HangulReader:
    """One Tesseract session; `data` is the folder that holds kor.traineddata. Never with English beside it."""

    def __init__(self, data: Path) -> None:
        mode = tesserocr.PSM.SINGLE_LINE
        self._tesseract = tesserocr.PyTessBaseAPI(path=str(data), lang="kor", psm=mode, oem=tesserocr.OEM.LSTM_ONLY)
        self._tesseract.SetVariable("debug_file", "/dev/null")

    def read(self, line: Pixels) -> list[Word]:
        """The words of one line, from the left; none where nothing is legible."""
        grey = _prepared(line)
        self._tesseract.SetImage(Image.fromarray(grey))
        text = self._tesseract.GetUTF8Text()
        width = grey.shape[1] - 2 * MARGIN
        return _words(text.split(), self._letters(), width)

    def _letters(self) -> "list[Letter]":
        level, found = tesserocr.RIL.SYMBOL, []
        for place in tesserocr.iterate_level(self._tesseract.GetIterator(), level):
            if not place.Empty(level):
                left, _, right, _ = place.BoundingBox(level)
                found.append(Letter(place.GetUTF8Text(level), place.Confidence(level) / 100, left - MARGIN, right - MARGIN))
        return found


class Letter(NamedTuple):
    """One letter as Tesseract places it: `left` and `right` in pixels of the scaled line."""

    text: str
    confidence: float
    left: int
    right: int


def _words(texts: list[str], letters: list[Letter], width: int) -> list[Word]:
    # Only the line's text has the spaces: of Korean, Tesseract's own word level makes a word of nearly every syllable.
    words, coming = [], iter(letters)
    for text in texts:
        own: list[Letter] = []
        while sum(len(letter.text) for letter in own) < len(text) and (letter := next(coming, None)):
            own.append(letter)
        if own:
            words.append(_word(text, own, width))
    return words


def _prepared(line: Pixels) -> Pixels:
    grey = cv2.cvtColor(line, cv2.COLOR_BGR2GRAY)
    scale = LINE_HEIGHT / grey.shape[0]
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    size = (max(1, round(grey.shape[1] * scale)), LINE_HEIGHT)
    framed = cv2.copyMakeBorder(cv2.resize(grey, size, interpolation=way), MARGIN, MARGIN, MARGIN, MARGIN, cv2.BORDER_REPLICATE)
    return np.asarray(framed, dtype=np.uint8)


def _word(text: str, letters: list[Letter], width: int) -> Word:
    sure = sum(letter.confidence for letter in letters) / len(letters)
    start, end = min(letter.left for letter in letters), max(letter.right for letter in letters)
    return Word(text, sure, max(0.0, start / width), min(1.0, end / width))
