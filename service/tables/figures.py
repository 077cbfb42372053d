"""Texts that are numbers, as a spreadsheet understands them."""

import re
from typing import NamedTuple

_FIGURE = re.compile(r"(?P<sign>[+\-−])?(?P<whole>0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?P<part>\.\d+)?(?P<percent> ?%)?")
"""Not `007` or `010-1234`: what begins with a zero names something."""

DIGITS = 15
"""Significant digits a spreadsheet keeps of a number; what has more, such as a card's number, stays text."""


class Figure(NamedTuple):
    """A number and the spreadsheet format that shows it as it was written."""

    value: float
    format: str


def figure_of(text: str) -> Figure | None:
    """The number that a text is: digits, with a sign, thousands' commas, decimals and a percent sign where there are.

    None where it is anything else.
    """
    found = _FIGURE.fullmatch(text.strip())
    if found is None:
        return None
    whole, part = found["whole"], found["part"] or ""
    digits = whole.replace(",", "")
    if len(digits + part) - bool(part) > DIGITS:
        return None
    value = float(digits + part) * (-1 if found["sign"] in ("-", "−") else 1)
    shown = ("#,##0" if "," in whole else "0") + part[:1] + "0" * len(part[1:]) + ("%" if found["percent"] else "")
    if found["sign"] == "+":
        shown = f"+{shown};-{shown}"
    return Figure(value / 100 if found["percent"] else value, shown)
