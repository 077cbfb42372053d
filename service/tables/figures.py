"""Texts that are numbers, as a spreadsheet understands them."""

import re
from typing import NamedTuple

_FIGURE = re.compile(
    r"(?P<sign>[+\-−△])?(?P<money>[$₩￦€£¥] ?)?"
    r"(?P<whole>0|[1-9]\d{0,2}(?:,\d{3})+|[1-9]\d*)(?P<part>\.\d+)?(?P<unit> ?[%원])?"
)
"""Not `007` or `010-1234`: what begins with a zero names something."""

DIGITS = 15
"""Significant digits a spreadsheet keeps of a number; what has more, such as a card's number, stays text."""


class Figure(NamedTuple):
    """A number and the spreadsheet format that shows it as it was written."""

    value: float
    format: str


def figure_of(text: str) -> Figure | None:
    """The number that a text is: digits, with a sign, a currency, thousands' commas, decimals, a percent sign or 원.

    △ is how Korean accounts write a minus. None where it is anything else: what stands in parentheses may be a loss, or
    a share or a note beside another number.
    """
    found = _FIGURE.fullmatch(text.strip())
    if found is None or (found["money"] and found["unit"]):
        return None
    whole, part, unit = found["whole"], found["part"] or "", found["unit"] or ""
    digits = whole.replace(",", "")
    if len(digits + part) - bool(part) > DIGITS:
        return None
    value = float(digits + part) * (-1 if found["sign"] in ("-", "−", "△") else 1)
    shown = ("#,##0" if "," in whole else "0") + part[:1] + "0" * len(part[1:])
    shown = _literal(found["money"] or "") + shown + ("%" if "%" in unit else _literal(unit))
    if found["sign"] == "+":
        shown = f"+{shown};-{shown}"
    if found["sign"] == "△":
        shown = f"{shown};{_literal('△')}{shown}"
    return Figure(value / 100 if "%" in unit else value, shown)


def _literal(words: str) -> str:
    """Words as a format shows them."""
    return f'"{words}"' if words else ""
