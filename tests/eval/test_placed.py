"""Letters held against what was read in their places."""

import io
from pathlib import Path
from typing import Any

import pypdfium2
from PIL import Image

from tests.eval.english import sheets
from tests.eval.figures import score
from tests.eval.placed import letters_of, pairs
from tests.eval.printed import files, images
from tests.eval.printing import pdf_of
from tests.eval.service import Outcome
from tests.eval.truth import Content, Document, Letter


def line(text: str, top: float, left: float = 0.1, right: float = 0.9) -> dict[str, Any]:
    return {"text": text, "box": (left, top, right, top + 0.02)}


def page(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"analysis": {"text": "", "pages": [{"page": 1, "lines": list(lines)}]}, "tables": []}


def letters(text: str, top: float) -> list[Letter]:
    return [Letter(1, one, 0.15 + 0.02 * at, top + 0.01) for at, one in enumerate(text)]


def test_the_order_of_the_file_does_not_matter() -> None:
    known = (*letters("둘째", 0.5), *letters("첫째", 0.2))
    assert pairs(page(line("첫째", 0.2), line("둘째", 0.5)), known) == ("첫째\n둘째", "첫째\n둘째\n")


def test_what_no_line_holds_is_missed_and_what_holds_no_letter_is_left_out() -> None:
    read, true = pairs(page(line("logo", 0.8), line("첫째", 0.2)), tuple(letters("첫째", 0.2) + letters("둘", 0.5)))
    assert (read, true) == ("첫째", "첫째\n둘")


def test_of_lines_that_overlap_the_nearest_holds_a_letter() -> None:
    known = tuple(letters("가나", 0.2))
    assert pairs(page(line("다라", 0.195), line("가나", 0.2)), known) == ("가나", "가나\n")


def test_signs_that_look_the_same_are_the_same() -> None:
    read, true = pairs(page(line("'25년 도·소매 ....", 0.2)), tuple(letters("‘25년도ㆍ소매·········", 0.2)))
    assert read.replace(" ", "") == true.strip()


def test_a_failed_document_has_all_letters_missed() -> None:
    document = Document("one", 1, Content(None, None), lambda: b"", tuple(letters("가나다", 0.2)))
    failed = score(document, Outcome(None, "broken", 1.0, 1))
    assert (failed.letters.wrong, failed.letters.letters, failed.hangul.wrong) == (3, 3, 3)


def test_a_printed_page_tells_its_letters_and_becomes_a_picture(tmp_path: Path) -> None:
    made = pdf_of(next(iter(sheets())))
    (tmp_path / "korean").mkdir()
    (tmp_path / "korean" / "one.pdf").write_bytes(made.data())
    (document,) = images(files(tmp_path))
    assert document.truth == Content(None, None) and document.pages == 1
    with pypdfium2.PdfDocument(made.data()) as opened:
        told = opened[0].get_textpage().get_text_bounded()
    assert sorted(one.text for one in document.places) == sorted("".join(told.split()))
    assert all(0 < one.x < 1 and 0 < one.y < 1 for one in letters_of(tmp_path / "korean" / "one.pdf"))
    with Image.open(io.BytesIO(document.data())) as picture:
        assert picture.format == "TIFF"
