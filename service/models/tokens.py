"""How many tokens a question will be charged, told before it is asked: no model's server is asked for it.

Sources, second hand: OpenAI's vision guide (patches and tiles, and what each counts), and users' measurements of what
was billed for a patch (1.2 tokens by gpt-5.2 and later). For models of other servers it is no more than an order of
magnitude.
"""

import math
from dataclasses import dataclass
from typing import Protocol

from service.models.sizes import Size, known_by_name, patches

_TILE = 512


@dataclass(frozen=True, slots=True)
class Span:
    """From the least to the most that may be expected."""

    least: int
    most: int

    def __add__(self, other: "Span") -> "Span":
        return Span(self.least + other.least, self.most + other.most)

    def __mul__(self, times: int) -> "Span":
        return Span(self.least * times, self.most * times)


class _Rate(Protocol):
    def of(self, size: Size, detail: str) -> Span: ...


@dataclass(frozen=True)
class _Patches:
    """An image counts its patches of 32 pixels, each up to `most` tokens."""

    most: float = 1.2

    def of(self, size: Size, detail: str) -> Span:
        return Span(patches(size), math.ceil(patches(size) * self.most))


@dataclass(frozen=True)
class _Tiles:
    """An image counts `base` tokens, and unless `detail` is low `each` for a tile of 512 pixels."""

    base: int
    each: int

    def of(self, size: Size, detail: str) -> Span:
        tiles = 0 if detail == "low" else math.ceil(size[0] / _TILE) * math.ceil(size[1] / _TILE)
        return Span(*[self.base + self.each * tiles] * 2)


_RATES: dict[str, _Rate] = {
    "gpt-4.1-mini": _Patches(1.62),
    "gpt-4.1": _Tiles(85, 170),
    "gpt-4o-mini": _Tiles(2833, 5667),
    "gpt-4o": _Tiles(85, 170),
    "gpt-5.1": _Tiles(70, 140),
}
"""By the beginning of a model's name; any other counts patches."""


def image_tokens(model: str, size: Size, detail: str) -> Span:
    """The tokens of an image that is sent at `size`."""
    return (known_by_name(model, _RATES) or _Patches()).of(size, detail)


def text_tokens(text: str) -> Span:
    """The tokens of a text by its characters: of Latin letters and figures 2.5 to 4 a token, of others 1 to 2."""
    return characters_tokens(sum(map(str.isascii, text)), sum(not one.isascii() for one in text))


def characters_tokens(ascii_ones: int, others: int) -> Span:
    """The tokens of a text of so many characters within ASCII and beyond."""
    return Span(math.ceil(ascii_ones / 4 + others / 2), math.ceil(ascii_ones / 2.5 + others))
