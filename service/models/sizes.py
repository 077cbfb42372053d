"""How large an image a model can use: the rules by model family and detail.

Source: OpenAI's vision guide, second hand. A model cuts an image into patches of 32 x 32 pixels; more than it uses is
scaled down on its side, so sending more only costs. The newest refuse an image of over 30,000 patches: it is sent with
as many.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

Size = tuple[int, int]
"""Width and height in pixels."""

T = TypeVar("T")

PATCH = 32


@dataclass(frozen=True)
class Bound:
    """A box of `side` pixels, at most `patches` patches, and a short side of at most `short` pixels; None: no bound."""

    side: int | None = None
    patches: int | None = None
    short: int | None = None

    def fit(self, size: Size) -> Size:
        """The largest size with the same proportions within the bound; never larger than `size`."""
        if self.side is not None:
            size = _scaled(size, self.side / max(size))
        if self.patches is not None:
            size = _within_patches(size, self.patches)
        if self.short is not None:
            size = _scaled(size, self.short / min(size))
        return size


@dataclass(frozen=True)
class Family:
    """The bounds of one model family by `detail`; `original` is None where it is not accepted."""

    low: Bound
    high: Bound
    original: Bound | None
    auto: Bound


_BOX_512 = Bound(side=512)
_HIGH = Bound(side=2048, patches=2500)
_WIDE_LOW = Bound(side=2048, patches=6144)
_LARGE = Bound(side=6000, patches=10_000)
_WHOLE = Bound(patches=30_000)
_TILES = Bound(side=2048, short=768)

FAMILIES = {
    "gpt-6-astra": Family(_BOX_512, Bound(side=65_535, patches=2500), _WHOLE, _WHOLE),
    "gpt-5.6": Family(_BOX_512, _HIGH, _WHOLE, _WHOLE),
    "gpt-5.5": Family(_BOX_512, _HIGH, _LARGE, _LARGE),
    "gpt-5.4": Family(_WIDE_LOW, _HIGH, _LARGE, _HIGH),
    "gpt-5.2": Family(_WIDE_LOW, _WIDE_LOW, None, _WIDE_LOW),
    "gpt-4.1-mini": Family(_WIDE_LOW, _WIDE_LOW, None, _WIDE_LOW),
    "gpt-5.1": Family(_BOX_512, _TILES, None, _TILES),
    "gpt-4.1": Family(_BOX_512, _TILES, None, _TILES),
    "gpt-4o": Family(_BOX_512, _TILES, None, _TILES),
}


def bound_for(model: str, detail: str, other_side: int) -> Bound:
    """The bound for a model and a detail; a model of no known family gets a box of `other_side` pixels."""
    family = known_by_name(model, FAMILIES)
    if family is None:
        return _BOX_512 if detail == "low" else Bound(side=other_side)
    bound: Bound = getattr(family, accepted_detail(model, detail))
    return bound


def accepted_detail(model: str, detail: str) -> str:
    """The detail to ask with: `high` in place of `original` where the model's family does not know that."""
    family = known_by_name(model, FAMILIES)
    return "high" if detail == "original" and family is not None and family.original is None else detail


def patches(size: Size) -> int:
    """The patches that cover an image of `size`."""
    return math.ceil(size[0] / PATCH) * math.ceil(size[1] / PATCH)


def known_by_name(model: str, families: Mapping[str, T]) -> T | None:
    """What stands for the longest beginning of the model's name, after a gateway's name for the provider."""
    name = model.rpartition("/")[2]
    known = [prefix for prefix in families if name.startswith(prefix)]
    return families[max(known, key=len)] if known else None


def _scaled(size: Size, ratio: float) -> Size:
    if ratio >= 1:
        return size
    return max(1, int(size[0] * ratio + 1e-6)), max(1, int(size[1] * ratio + 1e-6))


def _within_patches(size: Size, most: int) -> Size:
    width, height = size
    if patches(size) <= most:
        return size
    ratio = min(1.0, PATCH * math.sqrt(most / (width * height)))
    across, down = width * ratio / PATCH, height * ratio / PATCH
    # Whole patches along the side where rounding down costs the least of the picture.
    ratio *= min(max(1, math.floor(across)) / across, max(1, math.floor(down)) / down)
    return _scaled(size, ratio)
