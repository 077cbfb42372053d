"""The documents made: the same each time, with all that is on them in their truth."""

import io
from collections.abc import Callable, Iterator

import numpy as np
import pytest
from PIL import Image

from tests.eval import charts, english, korean
from tests.eval.sheet import KOREAN, LATIN, Sheet, Style, missing
from tests.eval.truth import Cell, Document
from tests.eval.wear import KINDS, after, worn

Documents = Callable[[], Iterator[Document]]


@pytest.mark.parametrize("documents", [korean.documents, english.documents, charts.documents])
def test_documents_are_the_same_each_time(documents: Documents) -> None:
    one, other = list(documents()), list(documents())
    assert [document.truth for document in one] == [document.truth for document in other]
    assert one[0].data() == other[0].data()
    assert len({document.name for document in one}) == len(one)


def test_truth_is_what_was_written() -> None:
    sheet = Sheet("sample", LATIN)
    sheet.title("Sample")
    sheet.sides("left", "right")
    sheet.table([("a", "<"), ("b", "c")], Style((1, 1), "ll"))
    truth = sheet.document().truth
    assert truth.text == "Sample\nleft right\na\nb c"
    assert truth.tables == ((Cell(0, 0, "a", 1, 2), Cell(1, 0, "b"), Cell(1, 1, "c")),)


def test_a_paragraph_broken_over_lines_keeps_its_words() -> None:
    sheet, text = Sheet("sample", KOREAN), "가나다라 마바사 " * 40
    sheet.paragraph(text)
    lines = (sheet.document().truth.text or "").split("\n")
    assert len(lines) > 3 and " ".join(lines).split() == text.split()


def test_what_does_not_fit_is_refused() -> None:
    sheet = Sheet("sample", LATIN)
    with pytest.raises(AssertionError, match="wider than its cell"):
        sheet.table([("much too long for a tenth of the page", "b")], Style((1, 9), "ll"))


def test_a_letter_without_a_shape_is_found() -> None:
    assert missing(LATIN, "a가") == {"가"} and missing(KOREAN, "a가☎") == set()


def test_wear_is_the_same_each_time_and_changes_the_page() -> None:
    sheet = Sheet("sample", KOREAN, (600, 300), margin=40)
    sheet.line("받는 이")
    document = sheet.document()
    clean = _pixels(document.data())
    for name, change in KINDS.items():
        assert not np.array_equal(_pixels(after(document, change).data()), clean), name
    assert after(document, worn).data() == after(document, worn).data()


def _pixels(data: bytes) -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image)
