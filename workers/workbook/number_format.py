"""Values as a spreadsheet shows them, by their cells' number formats [ECMA-376-1, 18.8.30 and 18.8.31]."""

import operator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from math import isfinite

from workers.workbook.figure_format import with_digits
from workers.workbook.format_code import Piece, Section, sections_of
from workers.workbook.moment_format import moment_text

Value = float | int | datetime | date | time | timedelta

LONGEST = 255
"""Characters of a format that Excel takes."""

GENERAL = "General"

BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    11: "0.00E+00",
    12: "# ?/?",
    13: "# ??/??",
    **dict.fromkeys((5, 6, 37, 38, 41, 42), "#,##0"),
    **dict.fromkeys((7, 8, 39, 40, 43, 44), "#,##0.00"),
    **dict.fromkeys((14, 15, 16, 17, 27, 28, 29, 30, 34, 35, 36), "yyyy-mm-dd"),
    **dict.fromkeys((*range(50, 59),), "yyyy-mm-dd"),
    18: "h:mm AM/PM",
    19: "h:mm:ss AM/PM",
    20: "h:mm",
    21: "h:mm:ss",
    22: "yyyy-mm-dd h:mm",
    31: 'yyyy"년" m"월" d"일"',
    32: 'h"시" mm"분"',
    33: 'h"시" mm"분" ss"초"',
    45: "mm:ss",
    46: "[h]:mm:ss",
    47: "mm:ss.0",
    48: "##0.0E+0",
}
"""The formats that files name by a number alone. What a date looks like then depends on the reader's country: ISO."""

LOCAL = frozenset({*range(14, 23), *range(27, 37), *range(50, 59)})
"""Those of them that look otherwise in each country, whatever the file says."""

_SYSTEM_DATE, _SYSTEM_TIME = "[$-F800]", "[$-F400]"
"""How formats begin that say: as this machine writes dates, times."""

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a sheet knows no time zones)
"""Day 0 of a spreadsheet, from 1 March 1900 on [ECMA-376-1, 18.17.4.1]."""

_LAST_DAY = 2_958_465
"""31 December 9999."""

_HOLDS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}


def shown(value: Value, code: str) -> str:
    """The value as its cell shows it; a date or time under a format that tells none as ISO 8601."""
    if len(code) > LONGEST or code.casefold() == GENERAL.casefold():
        return plain(value)
    if code.startswith((_SYSTEM_DATE, _SYSTEM_TIME)):
        code = "yyyy-mm-dd" if code.startswith(_SYSTEM_DATE) else "h:mm:ss"
    sections = sections_of(code)
    if isinstance(value, (int, float)):
        return _number_shown(value, sections)
    if sections[0].has("moment", "elapsed"):
        return moment_text(value, sections[0].pieces, sections[0].korean)
    return plain(value)


def plain(value: object) -> str:
    """A value without a format: numbers with the 15 digits that a spreadsheet keeps, dates as ISO 8601."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.15g}"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    return str(value) if isinstance(value, (str, timedelta)) else ""


def _number_shown(value: float, sections: tuple[Section, ...]) -> str:
    if not isfinite(value):
        return plain(value)
    section, bare = _section_of(value, sections)
    number = abs(value) if bare else value
    if section.has("moment", "elapsed"):
        if not 0 <= value <= _LAST_DAY:
            return plain(value)
        return moment_text(_EPOCH + timedelta(days=value), section.pieces, section.korean)
    if section.has("general", "@"):
        return "".join(plain(number) if one.kind in ("general", "@") else _written(one) for one in section.pieces)
    if section.has("/"):
        return _fraction(number, section)
    return _figure(number, section)


def _section_of(value: float, sections: tuple[Section, ...]) -> tuple[Section, bool]:
    """The section for a number, and whether that tells of its sign by itself."""
    if any(section.condition for section in sections):
        for section in sections[:3]:
            if section.condition is None or _HOLDS[section.condition[0]](value, section.condition[1]):
                return section, False
        return sections[0], False
    if len(sections) > 2 and value == 0:
        return sections[2], False
    return (sections[1], True) if len(sections) > 1 and value < 0 else (sections[0], False)


def _figure(number: float, section: Section) -> str:
    if not section.has("digit"):
        sign = "-" if number < 0 else ""
        return (sign + "".join(_written(piece) for piece in section.pieces)).strip()
    percents = sum(piece.kind == "%" for piece in section.pieces)
    return with_digits(Decimal(plain(float(number))).scaleb(2 * percents), section.pieces).strip()


def _fraction(number: float, section: Section) -> str:
    before, _, _ = "".join(piece.text for piece in section.pieces).rpartition("/")
    places = len(before) - len(before.rstrip("#?0"))
    near = Fraction(abs(number)).limit_denominator(10 ** min(max(places, 1), 4) - 1)
    whole, rest = divmod(near.numerator, near.denominator)
    sign = "-" if number < 0 and near else ""
    part = f"{rest}/{near.denominator}" if rest else ""
    return sign + (f"{whole} {part}".strip() if whole or not part else part)


def _written(piece: Piece) -> str:
    return {"text": piece.text, "%": "%", "/": "/"}.get(piece.kind, "")
