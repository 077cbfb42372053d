"""What the engine says of a page besides its text: what it seems to be, and its picture's facts."""

from pathlib import Path

import pytest
from PIL import Image, ImageFilter

from demo.truth import PHOTO, RECEIPT
from tests.engines.conftest import REQUEST, ReadSample, page_of
from tests.engines.heed import Heed
from tests.engines.test_local import seems
from tests.engines.test_local_tables import bar_chart, line_chart
from workers.engines.base import Analysis
from workers.engines.local import LocalEngine
from workers.engines.local.kind import Signs, kind_of
from workers.engines.local.look import Look, look_of
from workers.engines.local.pixels import pixels_of
from workers.page import Facts, Page

PAPER = Look(247, 25, "black and white", ("white",), 1.5, 28, 0.9)


def analysis(engine: LocalEngine, image: Image.Image, facts: Facts | None = None) -> Analysis:
    return engine.analyze(iter([Page(1, 1, image, facts=facts or {})]), REQUEST, Heed())


def noise(mean: int, deviation: int = 3) -> Image.Image:
    """An empty sheet or a covered lens, as a scanner or a camera sees it."""
    grain = Image.effect_noise((900, 1200), deviation).point(lambda value: value + mean - 128)
    return Image.merge("RGB", [grain] * 3)


@pytest.mark.parametrize("brightness", [255, 240, 128, 12, 0])
def test_a_page_without_anything_on_it_is_blank(engine: LocalEngine, brightness: int) -> None:
    for image in (Image.new("RGB", (900, 1200), (brightness,) * 3), noise(brightness)):
        read = analysis(engine, image)
        assert seems(read) == "blank"
        assert read.text.endswith("No text was found in this image.")
        assert any("holds no text" in concern for concern in read.concerns)
        assert read.tables == ()


def test_a_black_page_is_said_to_be_black(engine: LocalEngine) -> None:
    assert "black nearly all over" in analysis(engine, noise(8)).text


def test_nothing_is_read_into_noise(engine: LocalEngine) -> None:
    coarse = Image.effect_noise((120, 160), 90).resize((900, 1200), Image.Resampling.NEAREST)
    read = analysis(engine, Image.merge("RGB", [coarse, noise(128, 60).getchannel(0), coarse]))
    assert "No text" in read.text and read.tables == ()


def test_charts_seem_to_be_drawings(engine: LocalEngine) -> None:
    assert [seems(analysis(engine, chart())) for chart in (bar_chart, line_chart)] == ["drawing", "drawing"]


def test_a_receipt_says_by_which_words(read_sample: ReadSample) -> None:
    read = read_sample(RECEIPT)
    assert seems(read) == "receipt"
    (page,) = read.details["pages"]  # type: ignore[misc]
    assert "subtotal" in page["kind"]["why"]  # type: ignore[has-type]


@pytest.mark.parametrize(
    ("text", "in_tables", "kind"),
    [
        ("INVOICE\nBill to: Acme\nTotal due $1,200.00\nTax $100.00", 0.4, "invoice"),
        ("세금계산서\n공급가액 1,200,000 원\n공급받는자 (주)가나\n세액 120,000 원", 0.9, "invoice"),
        ("영수증\n아메리카노 4,500 원\n합계금액 4,500 원", 0.5, "receipt"),
        ("이름 나이 " * 40, 0.95, "table_sheet"),
        ("오늘 우리는 산에 올랐다가 내려왔다. " * 20, 0.0, "text"),
        ("Thank you for your card, dear aunt. We spent no cash. " * 5, 0.0, "text"),
    ],
)
def test_words_and_amounts_speak_for_a_kind(text: str, in_tables: float, kind: str) -> None:
    assert kind_of(Signs(text, len(text.splitlines()), in_tables, 0.0, 1.4, PAPER)).seems == kind


def test_facts_of_the_file_are_told_with_what_is_seen(engine: LocalEngine, samples: Path) -> None:
    facts: Facts = {
        "format": "JPEG",
        "width": 3024,
        "height": 4032,
        "camera": "Canon EOS R6",
        "taken_at": "2026-03-14T09:27:30",
    }
    read = analysis(engine, page_of(samples / PHOTO, engine).pixels.reduce(3), facts)
    (page,) = read.details["pages"]  # type: ignore[misc]
    told = page["image"]  # type: ignore[has-type]
    assert told.items() >= facts.items()
    assert told["orientation"] == "portrait" and told["mode"] == "colour" and told["colours"]
    for fact in ("3024×4032", "Canon EOS R6", "2026-03-14T09:27:30"):
        assert read.text.count(fact) == 2, "once in Korean, once in English"


def test_a_blurred_picture_is_told_from_a_sharp_one(samples: Path) -> None:
    with Image.open(samples / RECEIPT) as sharp:
        blurred = sharp.convert("RGB").filter(ImageFilter.GaussianBlur(6))
        assert look_of(pixels_of(sharp)).focus == "sharp"
        assert look_of(pixels_of(blurred)).focus == "blurred"


@pytest.mark.parametrize(
    ("colour", "mode", "name"),
    [((200, 30, 30), "colour", "red"), ((30, 60, 200), "colour", "blue"), ((128, 128, 128), "grey", "grey")],
)
def test_colours_have_names(colour: tuple[int, int, int], mode: str, name: str) -> None:
    look = look_of(pixels_of(Image.new("RGB", (300, 200), colour)))
    assert (look.mode, look.colours, look.focus) == (mode, (name,), "flat")
