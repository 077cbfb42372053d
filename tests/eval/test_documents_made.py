"""The documents made: the same each time, with all that is on them in their truth."""

import io
from collections.abc import Callable, Iterator

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from tests.eval import charts, english, korean
from tests.eval.faces import KOREAN, LATIN, SERIF, missing
from tests.eval.printing import pdf_of, picture_of
from tests.eval.sheet import Sheet, Style
from tests.eval.truth import Cell, Document
from tests.eval.wear import KINDS, after, worn

Sheets = Callable[[], Iterator[Sheet]]


@pytest.mark.parametrize("sheets", [korean.sheets, english.sheets])
def test_sheets_are_the_same_each_time(sheets: Sheets) -> None:
    one, other = list(sheets()), list(sheets())
    assert [sheet.truth for sheet in one] == [sheet.truth for sheet in other]
    assert picture_of(one[0]).data() == picture_of(other[0]).data()
    assert len({sheet.name for sheet in one}) == len(one)


def test_charts_have_no_tables() -> None:
    assert [chart.truth.tables for chart in charts.documents()] == [()] * 4


def test_truth_is_what_was_written() -> None:
    truth = sample(LATIN).truth
    assert truth.text == "Sample\nleft right\na\nb c"
    assert truth.tables == ((Cell(0, 0, "a", 1, 2), Cell(1, 0, "b"), Cell(1, 1, "c")),)


def test_a_paragraph_broken_over_lines_keeps_its_words() -> None:
    sheet, text = Sheet("sample", KOREAN), "가나다라 마바사 " * 40
    sheet.paragraph(text)
    lines = (sheet.truth.text or "").split("\n")
    assert len(lines) > 3 and " ".join(lines).split() == text.split()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(AssertionError, match="wider than its cell"):
        Sheet("sample", LATIN).table([("much too long for a tenth of the page", "b")], Style((1, 9), "ll"))
    sheet = Sheet("sample", LATIN)
    sheet.line("한글")
    with pytest.raises(AssertionError, match="latin has no"):
        _ = sheet.truth


def test_a_letter_without_a_shape_is_found() -> None:
    assert missing(LATIN, "a가") == {"가"} and missing(KOREAN, "a가☎") == set()


@pytest.mark.parametrize("face", [KOREAN, LATIN, SERIF])
def test_a_pdf_looks_like_the_picture_and_holds_its_text(face: str) -> None:
    sheet = sample(face)
    with pypdfium2.PdfDocument(pdf_of(sheet).data()) as document:
        page = document[0]
        text = page.get_textpage().get_text_range()
        drawn = page.render(scale=200 / 72).to_pil().convert("L")
    assert text.split() == (sheet.truth.text or "").split()
    picture = _pixels(picture_of(sheet)).mean(axis=2)
    assert drawn.size == sheet.extent
    dark, also_dark = picture < 128, np.asarray(drawn) < 128
    assert (dark & also_dark).sum() > 0.7 * max(dark.sum(), also_dark.sum())


def test_wear_is_the_same_each_time_and_changes_the_page() -> None:
    document = picture_of(sample(KOREAN))
    clean = _pixels(document)
    for name, change in KINDS.items():
        assert not np.array_equal(_pixels(after(document, change)), clean), name
    assert after(document, worn).data() == after(document, worn).data()


def sample(face: str) -> Sheet:
    sheet = Sheet("sample", face, (600, 500), margin=40)
    sheet.title("Sample")
    sheet.sides("left", "right")
    sheet.table([("a", "<"), ("b", "c")], Style((1, 1), "ll"))
    return sheet


def _pixels(document: Document) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    with Image.open(io.BytesIO(document.data())) as image:
        return np.asarray(image)
