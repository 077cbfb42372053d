"""Which texts are figures, as they fill a table, and which only look so."""


def has_figures(row: list[tuple[int, str]]) -> bool:
    """Whether most texts of a row, told with their columns, are figures; the first column, which may name the row,
    does not count."""
    told = [text for column, text in row if column > 0 and text]
    return bool(told) and sum(_is_figure(text) for text in told) * 2 > len(told)


def _is_figure(text: str) -> bool:
    # A year or a quarter over a column is a name; figures that fill a table carry signs or vary in length.
    bare = text.strip("()%$₩€£+-–▲△ ")
    return (
        bool(bare)
        and bare.replace(",", "").replace(".", "").isdigit()
        and not (len(bare) == 4 and bare[:2] in ("19", "20"))
    )
