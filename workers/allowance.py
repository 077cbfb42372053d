"""How much of a document's tables is taken; what is beyond is left out, and the result says so."""

from service.jobs.errors import UnreadableFile

MAX_ROWS = 20_000
"""Of one table."""

MAX_COLUMNS = 16_384
"""Excel's last column is XFD; Word ends at 63. What has more was made by no program that writes such files."""

MAX_CELLS = 200_000
"""Places of one table's grid."""

MAX_DOCUMENT_CELLS = 400_000
"""Of all tables of a document: a worker takes 1 KB for a cell until it is saved [measured], about 400 MB."""

MAX_CHARACTERS = 20_000_000
"""Of all cells of a document: a long text that thousands of cells refer to stands only once in the file."""

MAX_TABLES = 1_000

_ROWS = "전체 {1}행 중 앞의 {0}행만 담았습니다. Only the first {0} of {1} rows are given."
_TABLES = "문서가 너무 커서 앞의 표 {0}개만 담았습니다. The document is too large: only its first {0} tables are given."


class Spent(Exception):
    """Nothing more may be taken from this document."""


class Allowance:
    """What may still be taken from one document."""

    def __init__(self) -> None:
        self._cells = MAX_DOCUMENT_CELLS
        self._characters = MAX_CHARACTERS
        self._tables = 0

    def rows(self, found: int, columns: int) -> int:
        """How many rows of the next table may be taken. Raises Spent when none may."""
        kept = min(found, MAX_ROWS, max(1, MAX_CELLS // columns))
        if self._tables == MAX_TABLES or kept * columns > self._cells:
            raise Spent
        return kept

    def take_text(self, text: str) -> str:
        """A cell's text, counted. Raises Spent."""
        self._characters -= len(text)
        if self._characters < 0:
            raise Spent
        return text

    def take_table(self, rows: int, columns: int) -> None:
        """Count a table."""
        self._tables += 1
        self._cells -= rows * columns

    @property
    def concern(self) -> str:
        """What to say of a document when Spent was raised."""
        return _TABLES.format(self._tables)


def concerns_of(kept: int, found: int) -> tuple[str, ...]:
    """What to say of a table of which `kept` of `found` rows were taken."""
    return () if found <= kept else (_ROWS.format(kept, found),)


def check_width(columns: int, media_type: str) -> None:
    """Raises UnreadableFile for more columns than any program writes."""
    if columns > MAX_COLUMNS:
        raise UnreadableFile(media_type=media_type)
