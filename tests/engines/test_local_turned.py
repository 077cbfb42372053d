"""Pages that lie on their side, upside down or askew: read as if upright, and told where things stand as given."""

from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from demo.truth import PHOTO, RECEIPT, REPORT, TRUTH
from service.tables.model import Box
from tests.engines.conftest import REQUEST, ReadSample, page_of
from tests.engines.heed import Heed
from tests.engines.likeness import error_rate
from tests.engines.test_local import needs_korean
from workers.engines.base import Analysis
from workers.engines.local import LocalEngine
from workers.page import Page, Word

TURNS = {
    0: None,
    90: Image.Transpose.ROTATE_90,
    180: Image.Transpose.ROTATE_180,
    270: Image.Transpose.ROTATE_270,
}
"""What lays a page so that it must be turned clockwise by so many degrees: Pillow turns the other way."""

BACK: dict[int, Callable[[Box], Box]] = {
    0: lambda box: box,
    90: lambda box: (box[1], 1 - box[2], box[3], 1 - box[0]),
    180: lambda box: (1 - box[2], 1 - box[3], 1 - box[0], 1 - box[1]),
    270: lambda box: (1 - box[3], box[0], 1 - box[1], box[2]),
}
"""Where a box of the upright page lies on the page that was laid so."""


def analysis(engine: LocalEngine, image: Image.Image, words: tuple[Word, ...] | None = None) -> Analysis:
    return engine.analyze(iter([Page(1, 1, image, words=words)]), REQUEST, Heed())


def told(read: Analysis) -> dict[str, object]:
    (page,) = read.details["pages"]  # type: ignore[misc]
    return page


def boxes(read: Analysis) -> dict[str, Box]:
    """Of each word that stands on the page but once."""
    words = [word for line in told(read)["lines"] for word in line["words"]]  # type: ignore[attr-defined]
    texts = [word["text"] for word in words]
    return {word["text"]: word["box"] for word in words if texts.count(word["text"]) == 1}


@pytest.mark.parametrize("rotation", TURNS)
@pytest.mark.parametrize("name", [RECEIPT, pytest.param(REPORT, marks=needs_korean)])
def test_a_turned_page_is_read(read_sample: ReadSample, name: str, rotation: int) -> None:
    read = read_sample(name, TURNS[rotation])
    assert error_rate(read.text, TRUTH[name].text) < 0.02
    assert told(read)["rotation"] == rotation
    assert abs(told(read)["skew_degrees"]) < 0.5  # type: ignore[arg-type]


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_boxes_are_those_of_the_page_as_given(read_sample: ReadSample, rotation: int) -> None:
    straight, turned = (read_sample(RECEIPT, TURNS[turn]) for turn in (0, rotation))
    expected, found = boxes(straight), boxes(turned)
    assert len(expected.keys() & found.keys()) > 20
    for text in expected.keys() & found.keys():
        assert found[text] == pytest.approx(BACK[rotation](expected[text]), abs=0.012), text
    table, laid_table = straight.tables[0].box, turned.tables[0].box
    assert table and laid_table == pytest.approx(BACK[rotation](table), abs=0.03)


def test_boxes_of_a_skewed_page_hold_their_words(engine: LocalEngine, samples: Path, read_sample: ReadSample) -> None:
    upright = page_of(samples / RECEIPT, engine).pixels
    straight = boxes(read_sample(RECEIPT, TURNS[0]))
    skewed = analysis(engine, upright.rotate(-4, resample=Image.Resampling.BICUBIC, fillcolor="white"))
    assert told(skewed)["skew_degrees"] == pytest.approx(4, abs=0.5)
    # The page was turned about its middle, so what stands there stays.
    for text in ("Blueberry", "Muffin", "Avocado"):
        assert boxes(skewed)[text] == pytest.approx(straight[text], abs=0.04)
    assert error_rate(skewed.text, TRUTH[RECEIPT].text) < 0.05


@pytest.mark.parametrize("rotation", TURNS)
def test_a_picture_without_text_is_never_turned(read_sample: ReadSample, rotation: int) -> None:
    assert told(read_sample(PHOTO, TURNS[rotation]))["rotation"] == 0


def test_own_words_that_run_up_the_page_are_read_from_the_side(engine: LocalEngine) -> None:
    lines = ("Minutes of the meeting", "All members were present")
    words = [
        Word(text, BACK[90]((0.1 + 0.1 * column, 0.1 + 0.05 * row, 0.19 + 0.1 * column, 0.12 + 0.05 * row)))
        for row, line in enumerate(lines)
        for column, text in enumerate(line.split())
    ]
    read = analysis(engine, Image.new("RGB", (1000, 1000), "white"), tuple(words))
    assert told(read)["rotation"] == 90
    assert read.text.splitlines()[0] == "Minutes of the meeting"
    assert boxes(read)["Minutes"] == pytest.approx(words[0].box, abs=0.001)
