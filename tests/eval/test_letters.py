"""Error rates of texts whose errors were counted by hand."""

import unicodedata

import pytest

from tests.eval.letters import Errors, errors, errors_in_hangul, errors_with_blanks


@pytest.mark.parametrize(
    ("read", "truth", "wrong", "letters"),
    [
        ("합계 1,200원", "합계 1,200원", 0, 8),
        ("합게 1,2OO원", "합계 1,200원", 3, 8),  # three changed
        ("합계1,200", "합계 1,200원", 1, 8),  # one dropped; the blank does not count
        ("합계 11,200원!", "합계 1,200원", 2, 8),  # two added
        ("", "합계", 2, 2),
        ("x", "", 1, 0),
    ],
)
def test_errors_are_letters_added_dropped_and_changed(read: str, truth: str, wrong: int, letters: int) -> None:
    assert errors(read, truth) == Errors(wrong, letters)


def test_blanks_count_where_asked_for() -> None:
    assert errors_with_blanks("a bc", "ab c") == Errors(2, 4)
    assert errors_with_blanks("a  b\n\nc", "a b c") == Errors(0, 5)


def test_hangul_alone_is_looked_at() -> None:
    assert errors_in_hangul("가나 12 da", "가다 34 라") == Errors(2, 3)
    assert errors_in_hangul("abc", "123").rate is None


def test_a_syllable_in_pieces_is_one_letter() -> None:
    assert errors(unicodedata.normalize("NFD", "한글"), "한글") == Errors(0, 2)


def test_rates_are_pooled_by_letters_not_by_texts() -> None:
    assert (Errors(1, 10) + Errors(0, 90)).rate == 0.01
