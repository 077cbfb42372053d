"""Figures and how they are shown."""

import math
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.processes import Cost


@dataclass(frozen=True)
class Figure:
    """One line of the report. `limit` is the most the value may be, where a target is set."""

    what: str
    value: float
    unit: str
    limit: float | None = None
    note: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.limit is None else self.value <= self.limit

    def cells(self) -> list[str]:
        """The line as a table shows it."""
        target = "" if self.limit is None else f"≤ {_number(self.limit)} {self.unit}"
        verdict = {None: "", True: "yes", False: "**no**"}[self.met]
        return [self.what, f"{_number(self.value)} {self.unit}", target, verdict, self.note]


@dataclass(frozen=True)
class Missing(Figure):
    """The rest of a group that could not be measured; `note` says why."""

    def cells(self) -> list[str]:
        return [self.what, "failed", "", "**no**", self.note]


def measured(group: str, figures: Iterator[Figure]) -> Iterator[Figure]:
    """The figures of a group as they come; should it fail, a line that says so in place of the rest."""
    try:
        yield from figures
    except Exception as error:
        traceback.print_exception(error)
        yield Missing(f"the rest of: {group}", math.nan, "", note=f"{type(error).__name__}: {error}"[:100])


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` of the values do not exceed (nearest rank)."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]


def spread(values: Sequence[float]) -> str:
    """Where the values lie, for a note."""
    shares = {"p50": 0.5, "p95": 0.95, "p99": 0.99}
    return ", ".join(f"{name} {_number(quantile(values, share))}" for name, share in shares.items())


def of_parts(cost: Cost) -> str:
    """A cost by part, for a note."""
    return ", ".join(f"{part} {_number(value)}" for part, value in cost.items())


HEAD = ["What", "Measured", "Target", "Met", "Note"]


def as_table(figures: Sequence[Figure]) -> str:
    """A Markdown table with even columns, readable as it is."""
    rows = [figure.cells() for figure in figures]
    lines = [HEAD, *rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEAD))]
    rule = ["-" * width for width in widths]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
        for line in (HEAD, rule, *rows)
    )


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"
