"""Pages as clients name them: `1-3,7`."""

import re

HIGHEST = 10_000
"""The highest number a page may have: further on, a TIFF's pages take minutes to count."""

_SPAN = re.compile(r"\s*([0-9]{1,9})\s*(?:-\s*([0-9]{1,9})\s*)?", re.ASCII)


class Reversed(ValueError):
    """A span that ends before it begins, which is its text."""


class OutOfReach(ValueError):
    """A number that no page has, which is its text."""


def page_numbers(text: str) -> tuple[int, ...]:
    """The pages that are named, each once, rising. Raises Reversed, OutOfReach, or ValueError for anything else."""
    numbers: set[int] = set()
    for span in text.split(","):
        found = _SPAN.fullmatch(span)
        if found is None:
            raise ValueError(span)
        first, last = int(found[1]), int(found[2] or found[1])
        for number in (first, last):
            if not 1 <= number <= HIGHEST:
                raise OutOfReach(str(number))
        if last < first:
            raise Reversed(span.strip())
        numbers.update(range(first, last + 1))
    return tuple(sorted(numbers))


def page_spans(numbers: tuple[int, ...]) -> str:
    """The shortest text that names these pages; they rise."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    return ",".join("-".join(map(str, span)) for span in spans)
