"""PP-OCRv6 tiny: finds lines of any script, reads Latin letters and digits."""

import itertools
import math
from collections.abc import Iterator
from statistics import median
from typing import Any

import cv2
import numpy as np
from rapidocr import RapidOCR

from workers.engines.local import carried
from workers.engines.local.pixels import Pixels, Quad, part_of
from workers.engines.local.reading import Piece, Reading

LONGEST_SIDE = 8000
"""Pixels: never shrinks what `LocalEngine.fit` let through, so that long strips stay readable (fit bounds the area)."""


MOST_PIXELS = 2_000_000
"""Size at which lines are looked for: finds the same lines as A4 at 200 dpi (3.9 million) in 0.65 of its memory."""

PRESSED = 0.5
"""Share of its width to which a page is pressed together across for a second look; 0.4 and 0.5 part lines alike."""

AIR = 0.1
"""Line heights added at both ends of a found line, which else loses full stops and quotation marks."""


class PaddleReader:
    """One detection and one recognition session on one thread; they load at their first use."""

    def __init__(self) -> None:
        # Its answer is one of four classes, told apart by the switches of the call.
        self._ocr: Any = RapidOCR(params=_settings())

    def find(self, page: Pixels) -> list[Quad]:
        """The lines of text on a page, from the top."""
        return self._find(page, 1.0)

    def find_pressed(self, page: Pixels) -> list[Quad]:
        """The same, seen with the page pressed together across."""
        return self._find(page, PRESSED)

    def _find(self, page: Pixels, across: float) -> list[Quad]:
        down = min(1.0, math.sqrt(MOST_PIXELS / (page.shape[0] * page.shape[1] * across)))
        scale = np.array([down * across, down], dtype=np.float32)
        small = cv2.resize(page, None, fx=scale[0], fy=scale[1], interpolation=cv2.INTER_AREA)
        boxes = self._ocr(small if scale.min() < 1 else page, use_det=True, use_cls=False, use_rec=False).boxes
        return [] if boxes is None else [_widened(np.asarray(box, dtype=np.float32) / scale) for box in boxes]

    def read(self, line: Pixels) -> Reading:
        """Read one line; of a script it does not know it makes nonsense, mostly with low confidence."""
        found = self._ocr(line, use_det=False, use_cls=False, use_rec=True, return_word_box=True)
        if not found.txts or not found.txts[0].strip():
            return Reading("", 0.0)
        return Reading(
            found.txts[0].strip(), float(found.scores[0]), tuple(_letters(found.txts[0], found.word_results[0]))
        )


def _widened(quad: Quad) -> Quad:
    length, height = np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[3] - quad[0])
    air = float(AIR * height / length) if length > height > 0 else 0.0
    return part_of(quad, -air, 1 + air)


def _letters(text: str, seen: Any) -> Iterator[Piece]:
    """Each letter and blank of a line; the model tells the column in which it saw each letter's middle."""
    columns = iter([column for word in seen.word_cols for column in word])
    steps = [after - before for word in seen.word_cols for before, after in itertools.pairwise(word)]
    half, whole = median(steps or [2]) / 2, seen.line_txt_len
    end = 0.0
    for letter, sure in zip(text, seen.confs, strict=True):
        if letter.isspace():
            yield Piece(" ", sure, end, end)
            continue
        middle = next(columns) + 0.5
        end = min(1.0, (middle + half) / whole)
        yield Piece(letter, sure, max(0.0, (middle - half) / whole), end)


def _settings() -> dict[str, Any]:
    return {
        "Global.use_cls": False,
        "Global.log_level": "error",
        "Global.max_side_len": LONGEST_SIDE,
        "Global.text_score": 0.0,
        # Its padding of wide pictures to 4:1 would make 2 GB of a strip of 20,000 by 50 pixels.
        "Global.width_height_ratio": -1,
        "EngineConfig.onnxruntime.intra_op_num_threads": 1,
        "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        "Det.model_path": str(carried.detection_model()),
        "Det.limit_side_len": 32,
        "Rec.model_path": str(carried.recognition_model()),
        "Rec.rec_keys_path": str(carried.recognition_letters()),
    }
