"""A page's lines as Markdown."""

from workers.engines.local.line import Line
from workers.engines.local.markdown import page_markdown
from workers.engines.local.rect import Rect


def lines(*told: tuple[str, float, float]) -> list[Line]:
    """Text, top and height of each."""
    return [Line(text, 0.9, Rect(0, top, 900, top + height)) for text, top, height in told]


BODY = [(f"본문 {row}", 300 + 30 * row, 20) for row in range(5)]


def test_a_title_over_two_lines_is_one_heading() -> None:
    read = page_markdown(lines(("해외직접투자는 141.5억", 0, 60), ("달러로 13.4% 감소", 70, 58), *BODY), [])
    assert read.splitlines()[0] == "# 해외직접투자는 141.5억 달러로 13.4% 감소"
    assert read.splitlines()[2:] == [text for text, _, _ in BODY]


def test_a_smaller_line_below_is_no_part_of_the_title() -> None:
    read = page_markdown(lines(("제목", 0, 60), ("부제", 70, 30), *BODY), [])
    assert read.splitlines()[:3] == ["# 제목", "", "## 부제"]


def test_much_text_in_large_type_is_no_heading() -> None:
    rows = [(f"큰 글씨로 된 글 {row}", 70 * row, 60) for row in range(4)]
    assert "#" not in page_markdown(lines(*rows, *[(text, top + 100, 20) for text, top, _ in BODY]), [])
