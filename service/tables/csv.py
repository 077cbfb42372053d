"""A table as CSV that a spreadsheet opens as it stands, and runs nothing of."""

import csv
import re
from collections.abc import Iterator

from service.tables.figures import figure_of
from service.tables.model import Table

BOM = "\ufeff"
"""Without it Excel takes the text for the machine's old code page, and Korean for noise."""

_FORMULA = re.compile(r"[\t\r\n\0]|\s*[=+\-@＝＋－＠]")
"""How a text begins that a spreadsheet may run [OWASP, CSV Injection; ASVS 5.0, 1.2.10]; wide signs in East Asia."""


def csv_lines(table: Table) -> Iterator[str]:
    """The lines of the table [RFC 4180], the first with a byte order mark; a merged cell's text at its first place."""
    lines = _Lines()
    writer = csv.writer(lines)
    yield BOM
    for row in table.grid():
        writer.writerow([_harmless(text) for text in row])
        yield lines.last


class _Lines:
    """Takes what the csv module writes, a line at a time."""

    last = ""

    def write(self, line: str) -> None:
        self.last = line


def _harmless(text: str) -> str:
    return f"'{text}" if _FORMULA.match(text) and figure_of(text) is None else text
