"""The figures as a table, and the place in a document where it stands."""

from collections.abc import Sequence
from pathlib import Path

from tests.eval.figures import Pool

HEAD = (
    "Documents", "Pages", "CER", "… with blanks", "Hangul CER", "F1 pooled", "F1 by document", "TEDS",
    "Tables found / true", "CPU s a page", "Peak MB", "Failed",
)  # fmt: skip
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def line(name: str, pool: Pool | None) -> list[str]:
    """A row's cells; a dash where there is nothing to be measured."""
    if pool is None:
        return [name, *["not measured"], *[""] * (len(HEAD) - 2)]
    all_ = pool.summed()
    return [
        name,
        str(all_.pages),
        _percent(all_.letters.rate),
        _percent(all_.spaced.rate),
        _percent(all_.hangul.rate),
        _share(all_.relations.f1),
        _share(pool.f1_by_document),
        _share(all_.trees.mean),
        f"{all_.found} / {all_.true}",
        f"{all_.cpu / max(1, all_.pages):.2f}",
        f"{all_.peak / 1e6:.0f}",
        all_.error,
    ]


def as_table(lines: Sequence[Sequence[str]]) -> str:
    """A Markdown table with even columns, readable as it is."""
    widths = [max(len(cells[column]) for cells in (HEAD, *lines)) for column in range(len(HEAD))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
        for cells in (HEAD, rule, *lines)
    )


def put(path: Path, text: str) -> None:
    """Put `text` between the marks in a document; all else stays. Raises ValueError where it has no marks."""
    before, begin, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{path} has no lines {BEGIN} and {END}")
    path.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}", encoding="utf-8")


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{rate:.2%}"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
