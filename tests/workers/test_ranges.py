"""Which parts of a sheet are tables; each sheet is drawn: a bar between cells, `<` for the rest of a merged cell."""

import pytest

from workers.workbook.ranges import Found, Sheet

APART = {
    "with figures": ("이름|금액\nx|1\ny|2\n|\n이름|수량\nz|3\nw|4", ["A1:B3", "A5:B7"]),
    "under the same headings": ("이름|부서\nx|a\n|\n이름|부서\nz|c", ["A1:B2", "A4:B5"]),
    "two rows apart": ("이름|부서\nx|a\n|\n|\n품목|비고\nz|c", ["A1:B2", "A5:B6"]),
    "side by side": ("이름|금액||이름|수량\nx|1||p|3\ny|2||q|4", ["A1:B3", "D1:E3"]),
    "side by side, not as long": ("a|b||c|d\n1|2||3|4\n3|4||\n5|6||", ["A1:B4", "D1:E2"]),
    "corner to corner": ("a|b|||\n1|2|||\n||||\n|||c|d\n|||3|4", ["A1:B2", "D4:E5"]),
    "one wider than the other": ("a|b|\n1|2|\n||\nc|d|e\n1|2|3", ["A1:B2", "A4:C5"]),
    "four of them": ("a|b||c|d\n1|x||1|y\n|\n|\ne|f||g|h\n1|z||1|w", ["A1:B2", "D1:E2", "A5:B6", "D5:E6"]),
}
WHOLE = {
    "one": "a|b\n1|2",
    "one cell": "hi",
    "empty rows among data": "이름|금액\nx|1\ny|2\n|\nz|3\nw|4\n|\n합계|10",
    "an empty row below the headings": "이름|금액\n|\nx|1\ny|2",
    "groups of rows": "이름|부서|금액\n영업\nx|a|1\n||\n관리\ny|b|2\nz|c|3",
    "holes all over": "a|||b\n|1||\n||2|\n3|||4",
    "nothing but a diagonal": "a\n|b\n||c",
    "empty columns among years": "항목||2023||2024\n매출||1||2\n비용||3||4",
    "an empty column after the labels": "항목||2023|2024\n매출||1|2\n비용||3|4",
    "a remark below": "이름|금액\nx|1\ny|2\n|\n※ 단위: 원",
    "a merged cell over an empty row": "이름|금액\nx|1\n<|\ny|2",
}
CAPTIONED = {
    "two": (
        "매출 보고\n|\n이름|금액|x\na|1|2\nb|2|3\n\n비용 보고\n|\n이름|금액|y\nc|1|2\nd|2|3",
        [("A3:C5", "매출 보고"), ("A9:C11", "비용 보고")],
    ),
    "merged": ("매출 보고|<|<\n||\n이름|금액|x\na|1|2\nb|2|3", [("A3:C5", "매출 보고")]),
    "too far away": ("매출 보고\n|\n|\n|\n이름|금액\na|1", [("A1:A1", None), ("A5:B6", None)]),
    "beside": ("매출 보고||||\n||||\n||이름|금액\n||a|1", [("A1:A1", None), ("C3:D4", None)]),
}


@pytest.mark.parametrize("case", APART)
def test_tables_with_emptiness_between_them_are_apart(case: str) -> None:
    drawn, expected = APART[case]
    assert [name for name, _ in _found(drawn)] == expected


@pytest.mark.parametrize("case", WHOLE)
def test_a_sparse_table_is_not_torn(case: str) -> None:
    rows = WHOLE[case].split("\n")
    right = chr(ord("A") + max(row.count("|") for row in rows))
    assert [name for name, _ in _found(WHOLE[case])] == [f"A1:{right}{len(rows)}"]


@pytest.mark.parametrize("case", CAPTIONED)
def test_a_lone_text_above_a_table_is_its_caption(case: str) -> None:
    drawn, expected = CAPTIONED[case]
    assert _found(drawn) == expected


def test_an_empty_sheet_has_none_and_of_many_the_first_are_kept() -> None:
    assert _found("|\n|") == []
    assert Sheet([], []).tables(9) == []
    many = "\n".join(["a|b", "1|2", "|", "|"] * 50)
    assert len(_found(many, most=7)) == 7


def _found(drawn: str, most: int = 1000) -> list[tuple[str, str | None]]:
    rows = [[cell.strip() for cell in row.split("|")] for row in drawn.split("\n")]
    width = max(map(len, rows))
    filled = [row + [""] * (width - len(row)) for row in rows]
    kinds = ["".join(map(_kind, row)) for row in filled]
    return [(_name(one), one.caption) for one in Sheet(kinds, filled).tables(most)]


def _kind(cell: str) -> str:
    return " " if not cell else "m" if cell == "<" else "n" if cell.isdigit() else "t"


def _name(one: Found) -> str:
    top, left, bottom, right = one.range
    return f"{chr(ord('A') + left)}{top + 1}:{chr(ord('A') + right)}{bottom + 1}"
