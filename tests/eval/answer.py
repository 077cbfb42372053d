"""A result file of the service in the words of the evaluation."""

import re
from typing import Any

from tests.eval.truth import Cell, Content, Table, plain_text

Result = dict[str, Any]


def content_of(result: Result) -> Content:
    """What was read, from a result's JSON."""
    tables = tuple(_table(table) for table in result["tables"])
    if "analysis" not in result:
        return Content(None, tables)
    text: str = result["analysis"]["text"]
    # A table's Markdown puts several header rows into one: its cells tell their order, the Markdown does not.
    for shown, table in zip(result["tables"], tables, strict=True):
        _, _, rows = shown["markdown"].rpartition("\n\n")  # a title stands in the text as a line of its page
        text = text.replace(rows, plain_text(table), 1)
    return Content(plain(text), tables)


def plain(markdown: str) -> str:
    """The text without Markdown's signs."""
    text = re.sub(r"(?m)^\|[ |:-]+\|$|^ *#{1,6} ", "", markdown)
    text = re.sub(r"(?<!\\)\||<br>", " ", text)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", text)


def _table(table: Result) -> Table:
    return tuple(
        Cell(cell["row"], cell["column"], cell["text"], cell["row_span"], cell["column_span"])
        for cell in table["cells"]
    )
