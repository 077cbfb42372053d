"""How far a page leans, on made-up lines."""

import numpy as np
import pytest

from workers.engines.local.leaning import lean_of
from workers.engines.local.pixels import Quad


def line(left: float, top: float, length: float, lean: float = 0.0, height: float = 24.0) -> Quad:
    rise = length * np.tan(np.radians(lean))
    corners = [(left, top), (left + length, top + rise), (left + length, top + rise + height), (left, top + height)]
    return np.array(corners, dtype=np.float32)


def table(lean: float) -> list[Quad]:
    """Short lines in rows that lean; each line by itself lies straight, as found ones of a few letters do."""
    slope = np.tan(np.radians(lean))
    return [line(150 * column, 60 * row + 150 * column * slope, 70) for row in range(8) for column in range(6)]


def test_a_page_of_lines_leans_as_they_do() -> None:
    assert lean_of([line(100, 50 * row, 900, -1.5) for row in range(10)]) == pytest.approx(-1.5, abs=0.01)


def test_rows_outweigh_two_long_lines_that_were_found_askew() -> None:
    assert lean_of([line(0, 600, 420, 0.8), line(0, 700, 310), *table(0.0)]) == 0.0


@pytest.mark.parametrize("lean", [-0.7, 1.5, 4.0])
def test_a_table_leans_as_its_rows_do(lean: float) -> None:
    assert lean_of(table(lean)) == pytest.approx(lean, abs=0.01)


def test_heights_that_differ_make_no_row() -> None:
    assert lean_of([line(0, 0, 70, height=24), line(400, 20, 70, height=60)]) == 0.0


@pytest.mark.parametrize("quads", [[], [line(0, 0, 30)]])
def test_nothing_to_tell_by_is_straight(quads: list[Quad]) -> None:
    assert lean_of(quads) == 0.0
