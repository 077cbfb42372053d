"""Which pages of a document are read."""

import pytest

from service.jobs.errors import NoSuchPage
from workers.choice import Choice, Wanted


@pytest.mark.parametrize(
    ("pages", "most", "found", "choice"),
    [
        (None, 100, 3, Choice((1, 2, 3))),
        (None, 2, 3, Choice((1, 2), more=True)),
        ((2, 5), 100, 9, Choice((2, 5))),
        ((5, 2), 100, 3, Choice((2,), (5,))),
        ((1, 2, 3), 2, 9, Choice((1, 2), more=True)),
    ],
)
def test_those_that_are_there_up_to_the_limit(
    pages: tuple[int, ...] | None, most: int, found: int, choice: Choice
) -> None:
    told: list[Choice] = []
    assert Wanted(pages, most, tell=told.append).among(found) == choice
    assert told == [choice]


def test_none_that_is_there() -> None:
    with pytest.raises(NoSuchPage) as caught:
        Wanted((4, 5, 9), 100).among(3)
    assert "4-5,9" in caught.value.message("en") and "3쪽" in caught.value.message("ko")


def test_pages_are_counted_no_further_than_needed() -> None:
    assert (Wanted(None, 100).upto, Wanted((3, 7), 100).upto) == (101, 7)


def test_how_many_pages_are_skipped_before_one() -> None:
    choice = Choice((2, 3, 7))
    assert [choice.skipped(number) for number in choice.numbers] == [1, 1, 4]
