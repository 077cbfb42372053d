"""Pages as clients name them."""

import pytest

from service.jobs.pages import HIGHEST, OutOfReach, Reversed, page_numbers, page_spans


@pytest.mark.parametrize(
    ("text", "numbers", "again"),
    [
        ("1", (1,), "1"),
        ("1-3,7", (1, 2, 3, 7), "1-3,7"),
        (" 7 , 1 - 3 ", (1, 2, 3, 7), "1-3,7"),
        ("3,1,2,2-4", (1, 2, 3, 4), "1-4"),
        ("5-5", (5,), "5"),
        (str(HIGHEST), (HIGHEST,), str(HIGHEST)),
    ],
)
def test_pages_that_are_named(text: str, numbers: tuple[int, ...], again: str) -> None:
    assert page_numbers(text) == numbers
    assert page_spans(numbers) == again


@pytest.mark.parametrize("text", ["", ",", "1,", "a", "1-", "-3", "1--3", "1;2", "1.5", "٣", "1 2", "+1", "9" * 10])
def test_what_names_no_pages(text: str) -> None:
    with pytest.raises(ValueError) as caught:
        page_numbers(text)
    assert type(caught.value) is ValueError


@pytest.mark.parametrize("text", ["0", "1-0", "0-3", str(HIGHEST + 1), f"1-{HIGHEST + 1}", "999999999"])
def test_pages_that_no_document_has(text: str) -> None:
    with pytest.raises(OutOfReach):
        page_numbers(text)


def test_a_span_that_ends_before_it_begins() -> None:
    with pytest.raises(Reversed, match="^3-1$"):
        page_numbers("7, 3-1")
