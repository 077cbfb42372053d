"""The lines of a page, each read by two recognisers."""

from pathlib import Path
from statistics import mean

from workers.engines.local.closer import close_to_ink
from workers.engines.local.hangul import HangulReader
from workers.engines.local.leaders import leader_in, led
from workers.engines.local.line import Line, Word
from workers.engines.local.pixels import Pixels, Quad, line_image, part_of, rect_of, sides_of
from workers.engines.local.ppocr import PaddleReader
from workers.engines.local.reading import Reading
from workers.engines.local.router import Span, routed
from workers.engines.local.script import has_hangul, is_latin

LEGIBLE = 0.4
"""Confidence below which a line is taken for texture, not writing."""

CREDIBLE = 0.6
"""Mean confidence of a page below which it is a picture in whose patterns letters were seen: only lines above stay."""

DOUBTFUL = 0.9
"""Confidence below which a line is read again, cut close to its ink."""

AIR = 0.12
"""Line heights added at each end of a part that is read again."""

SLIVER = 0.2
"""Line heights of length up to which there is nothing beside dots that lead somewhere."""


class Recogniser:
    """PP-OCR, and Tesseract where `data` is the folder of its Korean data."""

    def __init__(self, paddle: PaddleReader, data: Path | None) -> None:
        self._paddle = paddle
        self._hangul = HangulReader(data) if data else None

    def read(self, page: Pixels, quad: Quad) -> Line | None:
        """What stands on a line of the page, or None where that is no writing."""
        reading, quad = self._surest(page, quad)
        if not reading.text or reading.confidence < LEGIBLE:
            return None
        words = (Word(text, sure, rect_of(part_of(quad, start, end))) for text, sure, start, end in reading.words())
        return Line(reading.text, reading.confidence, rect_of(quad), tuple(words))

    def legible(self, page: Pixels, quad: Quad) -> float:
        """How sure the surer reader is of a line in a script that it knows, 0 to 1."""
        line = line_image(page, quad)
        latin = self._paddle.read(line)
        letters = self._hangul.read(line) if self._hangul else []
        hangul = sum(letter.confidence for letter in letters if has_hangul(letter.text)) / max(1, len(letters))
        return max(latin.confidence if is_latin(latin.text) else 0.0, hangul)

    def _surest(self, page: Pixels, quad: Quad) -> tuple[Reading, Quad]:
        """The reading of a line and its place; of one in doubt, both cut close to its ink where that reads better."""
        reading = self._reading(page, quad)
        close = close_to_ink(page, quad) if reading.confidence < DOUBTFUL else None
        if close is None:
            return reading, quad
        again = self._reading(page, close)
        return (again, close) if again.confidence > reading.confidence else (reading, quad)

    def _reading(self, page: Pixels, quad: Quad) -> Reading:
        line = line_image(page, quad)
        leader = leader_in(line)
        if leader is None:
            return self._written(page, quad, line)
        before, after = part_of(quad, 0.0, leader[0]), part_of(quad, leader[1], 1.0)
        return led(self._beside(page, before), leader, self._beside(page, after))

    def _beside(self, page: Pixels, quad: Quad) -> Reading:
        length, height = sides_of(quad)
        return self._written(page, quad, line_image(page, quad)) if length > SLIVER * height else Reading("", 0.0)

    def _written(self, page: Pixels, quad: Quad, line: Pixels) -> Reading:
        latin = self._paddle.read(line)
        if self._hangul is None:
            return latin
        letters = self._hangul.read(line)
        if not letters and latin.text and not is_latin(latin.text):
            letters = self._hangul.read_again(line)
        return routed(latin, letters, lambda span: self._part(page, quad, span))

    def _part(self, page: Pixels, quad: Quad, span: Span) -> Reading:
        # A little air at both ends: a letter cut short at the edge is read as another.
        rect, (start, end) = rect_of(quad), span
        air = AIR * rect.height / rect.width
        return self._paddle.read(line_image(page, part_of(quad, max(0.0, start - air), min(1.0, end + air))))


def credible(lines: list[Line]) -> list[Line]:
    """The lines of a page, without what was read into the patterns of a picture."""
    if not lines or mean(line.confidence for line in lines) >= CREDIBLE:
        return lines
    return [line for line in lines if line.confidence >= CREDIBLE]
