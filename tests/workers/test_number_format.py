"""Numbers and dates as Excel shows them, format by format; what is expected was told by Excel's own rules."""

# ruff: noqa: DTZ001  (a sheet knows no time zones)

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from workers.workbook.number_format import BUILT_IN, plain, shown

d = datetime(2026, 3, 5, 14, 7, 9)

CASES: list[tuple[Any, str, str]] = [
    (0.125, "0.0%", "12.5%"),
    (0.125, "0%", "13%"),
    (1234567.5, '"₩"#,##0', "₩1,234,568"),
    (-1234.5, "#,##0.00_);[Red](#,##0.00)", "(1,234.50)"),
    (-1234.5, "#,##0", "-1,235"),
    (-1234.5, "#,##0;[Red]-#,##0", "-1,235"),
    (0, '#,##0;-#,##0;"-"', "-"),
    (0.0, '_-* #,##0_-;-* #,##0_-;_-* "-"_-;_-@_-', "-"),
    (1234, "_-[$₩-412]* #,##0_-;-[$₩-412]* #,##0_-", "₩1,234"),
    (-1234, "_-[$₩-412]* #,##0_-;-[$₩-412]* #,##0_-", "-₩1,234"),
    (1234.5, '#,##0"원"', "1,235원"),
    (1234567, "#,##0,", "1,235"),
    (1234567, '0.0,,"백만"', "1.2백만"),
    (12345678, "000-0000-0000", "000-1234-5678"),
    (1012345678, "000-0000-0000", "010-1234-5678"),
    (7, "000", "007"),
    (0.5, "#.##", ".5"),
    (1.5, "0.##", "1.5"),
    (2, "0.##", "2."),
    (12345, "0.00E+00", "1.23E+04"),
    (0.000123, "0.0E+0", "1.2E-4"),
    (12345, "##0.0E+0", "12.3E+3"),
    (1.25, "# ?/?", "1 1/4"),
    (0.5, "# ?/?", "1/2"),
    (3, "# ?/?", "3"),
    (1e300, "#,##0", "1" + ",000" * 100),
    (2.5, "0", "3"),
    (0.285, "0%", "29%"),
    (1.005, "0.00", "1.01"),
    (-0.001, "0.00", "0.00"),
    (d, "yyyy-mm-dd", "2026-03-05"),
    (d, 'yyyy"년" m"월" d"일"', "2026년 3월 5일"),
    (d, '[$-412]yyyy"년" m"월" d"일" dddd;@', "2026년 3월 5일 목요일"),
    (d, "[$-F800]dddd, mmmm dd, yyyy", "2026-03-05"),
    (d, "h:mm AM/PM", "2:07 PM"),
    (d, "[$-412]AM/PM h:mm", "오후 2:07"),
    (d, "mm:ss", "07:09"),
    (d, "d-mmm-yy", "5-Mar-26"),
    (d, "dddd, mmmm d", "Thursday, March 5"),
    (d, "yyyy-mm-dd hh:mm:ss", "2026-03-05 14:07:09"),
    (d, "d/m/yy", "5/3/26"),
    (time(12, 0), "h:mm", "12:00"),
    (timedelta(days=1, hours=12, minutes=3), "[h]:mm", "36:03"),
    (timedelta(days=1, hours=12, minutes=3), "[mm]:ss", "2163:00"),
    (46086.58829861111, "m/d/yy h:mm", "3/5/26 14:07"),
    (46086, "aaa", "목"),
    (5, '[>=100]"many";[<10]"few";0', "few"),
    (500, '[>=100]"many";[<10]"few";0', "many"),
    (50, '[>=100]"many";[<10]"few";0', "50"),
    (3.0, "General", "3"),
    (3.5, 'General"개"', "3.5개"),
    (3, "@", "3"),
    (5, ";;;", ""),
    (-5, ";;;", ""),
    (1.5, '0.0 "%"', "1.5 %"),
    (0.1 + 0.2, "General", "0.3"),
    (d, "0.00", "2026-03-05 14:07:09"),
    (datetime(2026, 3, 5), "General", "2026-03-05"),
    (1234, '0" "000', "1 234"),
    (float("inf"), "0", "inf"),
    (1, "", ""),
    (1234.5, "$#,##0.00", "$1,234.50"),
    (datetime(2026, 3, 5, 1, 2, 3, 456000), "hh:mm:ss.000", "01:02:03.456"),
    (12, '"A"0', "A12"),
    (-12, '0.0"%"', "-12.0%"),
    (1e-20, "0.00", "0.00"),
    (0, "#", ""),
    (0, "0", "0"),
    (1234567890123456789, "0", "1234567890123460000"),
    (1000, "#,###", "1,000"),
    (0.5, "0.0%;-0.0%", "50.0%"),
    (100, "??0", "100"),
    (5, "??0", "5"),
]


@pytest.mark.parametrize(("value", "code", "expected"), CASES)
def test_a_value_as_it_is_shown(value: Any, code: str, expected: str) -> None:
    assert shown(value, code) == expected


@pytest.mark.parametrize(
    "code",
    [*BUILT_IN.values(), "#" * 255, "[", '"', "\\", "_", "*", ";;", ",,,", "0.", ".0", "E+", "[h", "/", "%" * 99],
)
@pytest.mark.parametrize(
    "value",
    [0, -1, 1.5, 1e308, -1e308, 5e-324, float("nan"), float("-inf"), 2**70, d, d.date(), d.time(), timedelta(days=-1)],
)
def test_nothing_makes_it_fail(value: Any, code: str) -> None:
    assert isinstance(shown(value, code), str)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, "TRUE"),
        (0.1 + 0.2, "0.3"),
        (1e21, "1e+21"),
        (12.0, "12"),
        (date(2026, 3, 5), "2026-03-05"),
        (datetime(2026, 3, 5), "2026-03-05"),
        (d, "2026-03-05 14:07:09"),
        (time(9, 30), "09:30:00"),
        ("글", "글"),
        (None, ""),
    ],
)
def test_values_without_a_format(value: object, expected: str) -> None:
    assert plain(value) == expected
