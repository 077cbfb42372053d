"""The embedded engine on the project's own samples; models and pictures are real."""

from pathlib import Path

import pytest
from PIL import Image

from demo.truth import PHOTO, RECEIPT, REPORT, TRUTH
from tests.engines.conftest import REQUEST, ReadSample, page_of
from tests.engines.heed import Heed
from tests.engines.likeness import error_rate
from workers.engines.base import Analysis
from workers.engines.local import LocalEngine, languages
from workers.page import Page

needs_korean = pytest.mark.skipif("ko" not in languages(), reason="Korean recognition data is not installed")


class Stopped(Exception):
    pass


def seems(read: Analysis) -> str:
    (page,) = read.details["pages"]  # type: ignore[misc]
    kind: dict[str, str] = page["kind"]  # type: ignore[has-type]
    assert kind["why"]
    return kind["seems"]


@needs_korean
def test_korean_report_is_read(read_sample: ReadSample) -> None:
    read = read_sample(REPORT)
    assert error_rate(read.text, TRUTH[REPORT].text) < 0.02
    assert seems(read) == "report"
    assert read.details["languages"] == ["ko", "en"]


@needs_korean
def test_korean_table_is_exact(engine: LocalEngine, samples: Path) -> None:
    (table,) = engine.extract(iter([page_of(samples / REPORT, engine)]), REQUEST, Heed()).tables
    assert table.grid() == [list(row) for row in TRUTH[REPORT].rows]
    assert table.header_rows == 1
    assert table.box == pytest.approx((150 / 1650, 910 / 2340, 1500 / 1650, 1498 / 2340), abs=0.005)


def test_english_receipt_is_read(read_sample: ReadSample) -> None:
    read = read_sample(RECEIPT)
    assert error_rate(read.text, TRUTH[RECEIPT].text) < 0.02
    rows = [tuple(row) for row in read.tables[0].grid()]
    assert rows[: len(TRUTH[RECEIPT].rows)] == list(TRUTH[RECEIPT].rows)


def test_prompt_is_said_not_to_be_followed(read_sample: ReadSample) -> None:
    read = read_sample(RECEIPT)
    assert not read.prompt_followed
    assert "해석하지 않았습니다" in read.concerns[0] and "not interpreted" in read.concerns[0]


def test_photo_has_no_text_and_no_table(read_sample: ReadSample) -> None:
    read = read_sample(PHOTO)
    assert read.text.endswith("No text was found in this image.")
    assert read.tables == ()
    assert seems(read) == "photo" and read.details["mean_confidence"] is None
    assert read.text.startswith("사진(으)로 보입니다.") and "This seems to be: photo." in read.text


def test_skewed_page_is_read(engine: LocalEngine, samples: Path) -> None:
    upright = page_of(samples / RECEIPT, engine).image
    skewed = Page(1, 1, upright.rotate(3, resample=Image.Resampling.BICUBIC, fillcolor="white"))
    read = engine.analyze(iter([skewed]), REQUEST, Heed())
    assert error_rate(read.text, TRUTH[RECEIPT].text) < 0.05


@pytest.mark.parametrize("size", [(1, 1), (40, 3), (3, 900), (1200, 20), (20_000, 50)])
def test_odd_sizes_and_blank_pages_are_no_error(engine: LocalEngine, size: tuple[int, int]) -> None:
    blank = Page(1, 1, Image.new("L", size, 255))
    assert engine.analyze(iter([blank]), REQUEST, Heed()).tables == ()


def test_progress_rises_over_all_pages(engine: LocalEngine, samples: Path) -> None:
    told: list[float] = []

    def tell(fraction: float) -> None:
        told.append(fraction)

    pages = (page_of(samples / RECEIPT, engine, number, 2) for number in (1, 2))
    found = engine.extract(pages, REQUEST, Heed(tell))
    assert told == sorted(told) and told[0] == 0.0 and told[-1] == 1.0
    assert len(told) > 40
    assert [table.page for table in found.tables] == [1, 2]


def test_raising_progress_stops_the_run(engine: LocalEngine, samples: Path) -> None:
    told: list[float] = []

    def stop(fraction: float) -> None:
        told.append(fraction)
        if fraction > 0.7:
            raise Stopped

    with pytest.raises(Stopped):
        engine.analyze(iter([page_of(samples / RECEIPT, engine)]), REQUEST, Heed(stop))
    assert len([fraction for fraction in told if fraction > 0.7]) == 1


def test_fit_bounds_the_area_and_keeps_the_shape() -> None:
    engine = LocalEngine()
    assert engine.fit((800, 600), REQUEST) == (800, 600)
    width, height = engine.fit((4032, 3024), REQUEST)
    assert width * height <= 1654 * 2339 and width / height == pytest.approx(4 / 3, abs=0.01)
    assert engine.fit((600, 6000), REQUEST) == (600, 6000)
