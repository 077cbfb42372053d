"""What PP-OCR sees that Tesseract's Korean data cannot, on made-up readings."""

import pytest

from tests.engines.test_local_router import letters
from workers.engines.local.reading import Piece, Reading
from workers.engines.local.seen import with_seen


def seen(text: str, confidence: float = 0.97) -> Reading:
    """The text as PP-OCR would place it, every letter as wide as the next."""
    wide = 1 / len(text)
    pieces = [Piece(letter, confidence, at * wide, (at + 1) * wide) for at, letter in enumerate(text)]
    return Reading(text, confidence, tuple(pieces))


def over(hangul: str, latin: Reading) -> str:
    return "".join(" " * letter.spaced + letter.text for letter in with_seen(letters(hangul), latin))


@pytest.mark.parametrize(
    ("tesseract", "paddle", "whole"),
    [
        ("쇼 방한복", "▲ 明司号", "▲ 방한복"),
        ("인공 시. 기술", "号号 AI 7号", "인공 AI. 기술"),
        ("서(010)를", "刈(PDF)号", "서(PDF)를"),
        ("비율은 0로", "日号号 %号", "비율은 %로"),
    ],
)
def test_shapes_words_and_signs_are_laid_over_what_was_read_into_them(tesseract: str, paddle: str, whole: str) -> None:
    assert over(tesseract, seen(paddle)) == whole


@pytest.mark.parametrize(
    ("tesseract", "paddle"),
    [
        ("가나다라마바사아자차", "斗%4号叫号4号斗%"),  # a sign in a syllable
        ("가나다라마바사아자차", "斗A4号H号4l斗L"),  # single letters
        ("제24호", "刈24号"),  # digits
    ],
)
def test_edges_of_hangul_are_not_believed(tesseract: str, paddle: str) -> None:
    assert over(tesseract, seen(paddle)) == tesseract


def test_a_word_in_doubt_is_not_believed() -> None:
    assert over("인공 시. 기술", seen("号号 AI 7号", 0.85)) == "인공 시. 기술"


def test_a_digit_at_the_end_of_a_word_may_be_the_edge_of_hangul() -> None:
    assert over("가012를", seen("号API7")) == "가API를"


def test_a_lone_jamo_is_the_box_that_begins_a_paragraph() -> None:
    assert over("ㅁ 사업명", seen("日 外習嗯")) == "□ 사업명"
