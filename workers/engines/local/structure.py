"""The rows and columns of one cropped table, guessed by a model: SLANet-plus."""

import numpy as np
from numpy.typing import NDArray
from rapid_table.table_matcher import TableMatch
from rapid_table.table_structure import TableStructurer

from workers.engines.local import carried
from workers.engines.local.grid import Grid, GridCell
from workers.engines.local.pixels import Pixels
from workers.engines.local.rect import Rect


class StructureReader:
    """One SLANet-plus session on one thread."""

    def __init__(self) -> None:
        threads = {"intra_op_num_threads": 1, "inter_op_num_threads": 1}
        self._model = TableStructurer({"model_path": str(carried.structure_model()), **threads})
        self._matcher = TableMatch()

    def read(self, page: Pixels, box: Rect, certainty: float) -> Grid | None:
        """The grid of the table in `box`, or None where the model sees none."""
        left, top, right, bottom = (max(0, round(side)) for side in box)
        crop = page[top:bottom, left:right]
        tokens, corners, _ = self._model(np.ascontiguousarray(crop))
        places = self._matcher.decode_logic_points(tokens)
        if len(places) < 4 or len(places) != len(corners):
            return None
        rects = _rects(np.asarray(corners, dtype=np.float32), crop.shape[1], crop.shape[0], (left, top))
        return _grid(places, rects, certainty)


def _rects(corners: NDArray[np.float32], width: int, height: int, origin: tuple[int, int]) -> list[Rect]:
    # SLANet-plus answers in shares of the padded square, which the package reads as shares of the crop.
    longer = max(width, height)
    xs, ys = corners[:, 0::2] * (longer / width), corners[:, 1::2] * (longer / height)
    left, top = origin
    return [
        Rect(float(x.min()) + left, float(y.min()) + top, float(x.max()) + left, float(y.max()) + top)
        for x, y in zip(xs, ys, strict=True)
    ]


def _grid(places: list[list[int]], rects: list[Rect], certainty: float) -> Grid | None:
    cells = tuple(
        GridCell(first, left, last - first + 1, right - left + 1, rect)
        for (first, last, left, right), rect in zip(places, rects, strict=True)
    )
    rows, columns = max(place[1] for place in places) + 1, max(place[3] for place in places) + 1
    return Grid(rows, columns, cells, certainty) if rows > 1 and columns > 1 else None
