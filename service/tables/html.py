"""A table as an HTML page, with its spans."""

from collections.abc import Iterator
from html import escape

from service.tables.model import Cell, Table


def html_lines(table: Table) -> Iterator[str]:
    """The lines of a page that holds this table alone; no text of it becomes markup."""
    title = escape(table.title or "")
    yield '<!doctype html>\n<meta charset="utf-8">\n'
    yield f"<title>{title or 'Table'}</title>\n<table>\n"
    if title:
        yield f"<caption>{title}</caption>\n"
    rows: list[list[Cell]] = [[] for _ in range(table.rows)]
    for cell in table.cells:
        rows[cell.row].append(cell)
    head = _head_rows(table, rows)
    for name, first, last in (("thead", 0, head), ("tbody", head, table.rows)):
        if first < last:
            yield f"<{name}>\n"
            for row in rows[first:last]:
                yield f"<tr>{''.join(_cell(cell, name == 'thead') for cell in _in_order(row))}</tr>\n"
            yield f"</{name}>\n"
    yield "</table>\n"


def _head_rows(table: Table, rows: list[list[Cell]]) -> int:
    """The header rows, and those that one of their cells reaches into: no span may leave a section of the table."""
    head = row = 0
    while row < min(max(head, table.header_rows), table.rows):
        head = max(head, row + 1, *(cell.row + cell.row_span for cell in rows[row]))
        row += 1
    return min(head, table.rows)


def _in_order(row: list[Cell]) -> list[Cell]:
    return sorted(row, key=lambda cell: cell.column)


def _cell(cell: Cell, heads: bool) -> str:
    tag = "th" if heads else "td"
    spans = _span("rowspan", cell.row_span) + _span("colspan", cell.column_span)
    scope = f' scope="{"colgroup" if cell.column_span > 1 else "col"}"' if heads else ""
    text = "<br>".join(escape(line) for line in cell.text.splitlines())
    return f"<{tag}{spans}{scope}>{text}</{tag}>"


def _span(name: str, places: int) -> str:
    return f' {name}="{places}"' if places > 1 else ""
