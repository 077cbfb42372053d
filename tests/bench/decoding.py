"""How much memory a caged reader takes for an image of 40 megapixels."""

from collections.abc import Iterator
from pathlib import Path

from tests.bench.figures import Figure
from tests.decoding.appetite import FOR_HIGH, KEPT, appetite
from tests.decoding.large import LARGE

_SHOWN = {media_type: name for name, (media_type, _) in reversed(LARGE.items())}.values()
"""The first of each type."""


def appetites(folder: Path) -> Iterator[Figure]:
    """Peak of the whole process for a page kept as large as any model takes it."""
    for name in reversed(_SHOWN):
        media_type, made = LARGE[name]
        path = folder / "large"
        path.write_bytes(made())
        kept, smaller = (appetite(path, media_type, pixels) for pixels in (KEPT, FOR_HIGH))
        yield Figure(f"peak memory of decoding 40 megapixels, {name}", kept, "MB", 300, f"for high {smaller:.0f}")
