"""A table as GitHub Markdown."""

import re

_MARKS = re.compile(
    r"[\\|<`*~\[]"  # cell ends, HTML, code, emphasis, links
    r"|(?<![^\W_])_|_(?![^\W_])"  # emphasis too, unless it stands within a word
    r"|&(?=#?\w+;)"  # what would be read as a character by its name
)


def markdown_table(grid: list[list[str]], header_rows: int, title: str | None) -> str:
    """The rows of `grid`, its first `header_rows` as one; Markdown demands a header, so the first row is one anyway."""
    if not grid or not grid[0]:
        return ""
    texts = [[_escaped(text) for text in row] for row in grid]
    top = max(1, header_rows)
    header = ["<br>".join(text for text in column if text) for column in zip(*texts[:top], strict=True)]
    lines = [header, ["---"] * len(header), *texts[top:]]
    table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"**{_escaped(title)}**\n\n{table}" if title else table


def _escaped(text: str) -> str:
    return "<br>".join(_MARKS.sub(r"\\\g<0>", text).splitlines())
