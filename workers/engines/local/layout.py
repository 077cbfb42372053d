"""Where tables and figures are on a page: rapid-layout."""

import logging
from dataclasses import dataclass

from rapid_layout import RapidLayout

from workers.engines.local import carried
from workers.engines.local.pixels import Pixels
from workers.engines.local.rect import Rect

CHATTER = ("inference_engine.base", "inference_engine.onnxruntime.main", "model_handler.main", "model_handler.utils")
"""Its loggers that tell at level INFO, set anew at each load, which files they use."""


@dataclass(frozen=True)
class Regions:
    """The boxes of one page, and of each table how sure the model is, 0 to 1."""

    tables: tuple[tuple[Rect, float], ...]
    figures: tuple[Rect, ...]


class LayoutFinder:
    """One layout session on one thread."""

    def __init__(self) -> None:
        for name in CHATTER:
            logging.getLogger(f"rapid_layout.{name}").addFilter(lambda record: record.levelno >= logging.WARNING)
        threads = {"intra_op_num_threads": 1, "inter_op_num_threads": 1}
        self._model = RapidLayout(model_dir_or_path=str(carried.layout_model()), engine_cfg=threads)

    def find(self, page: Pixels) -> Regions:
        """The tables and figures of a page."""
        seen = self._model(page)
        boxes = [Rect(*(float(side) for side in box)) for box in seen.boxes or ()]
        named = list(zip(seen.class_names or (), boxes, seen.scores or (), strict=True))
        tables = tuple((rect, float(score)) for name, rect, score in named if name == "table")
        return Regions(tables, tuple(rect for name, rect, _ in named if name == "figure"))
