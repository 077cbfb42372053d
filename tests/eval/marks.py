"""What is on a page, wherever it will be printed; pixels at 200 dots per inch, from the top left corner."""

from dataclasses import dataclass

Colour = tuple[int, int, int]

INK: Colour = (28, 28, 32)


@dataclass(frozen=True)
class Writing:
    """A line of text; `x` is its left end, `y` its baseline."""

    text: str
    face: str
    size: int
    bold: bool
    x: float
    y: float


@dataclass(frozen=True)
class Box:
    """A rectangle from corner to corner, drawn with a line of two pixels; `fill` is None for see-through."""

    left: int
    top: int
    right: int
    bottom: int
    fill: Colour | None = None


@dataclass(frozen=True)
class Rule:
    """A line across."""

    left: int
    right: int
    y: int
    width: int


Mark = Writing | Box | Rule
