"""Which of two recognisers is believed, line by line and word by word."""

from collections.abc import Callable

from workers.engines.local.hangul import Word
from workers.engines.local.ppocr import Reading
from workers.engines.local.script import has_hangul, is_latin

LATIN_SURE = 0.9
"""From this score on PP-OCR is believed where it read only Latin (measured on Korean public documents)."""

HANGUL_SURE = 0.86
"""From this confidence on Tesseract's Hangul is believed against it; measured best between 0.85 and 0.88."""


def routed(latin: Reading, words: list[Word], reread: Callable[[Word], Reading]) -> Reading:
    """The line as read by the better of the two; `reread` lets PP-OCR read one word of the line again."""
    if believes_latin(latin, words):
        return latin
    return _line([_better(word, reread) for word in words])


def believes_latin(latin: Reading, words: list[Word]) -> bool:
    """Whether the line holds no Hangul worth believing, so that PP-OCR's reading of the whole line stands."""
    hangul = [word for word in words if has_hangul(word.text)]
    if not hangul:
        return True
    sure = sum(word.confidence for word in hangul) / len(hangul)
    return is_latin(latin.text) and latin.confidence >= LATIN_SURE and sure < HANGUL_SURE


def _better(word: Word, reread: Callable[[Word], Reading]) -> Reading:
    # Korean data alone reads addresses and long numbers badly: such words inside a Korean line go to PP-OCR.
    if not has_hangul(word.text) and len(word.text) > 2:
        again = reread(word)
        if is_latin(again.text) and again.confidence >= max(LATIN_SURE, word.confidence):
            return again
    return Reading(word.text, word.confidence)


def _line(words: list[Reading]) -> Reading:
    letters = sum(len(word.text) for word in words)
    sure = sum(word.confidence * len(word.text) for word in words) / letters
    return Reading(" ".join(word.text for word in words), sure)
