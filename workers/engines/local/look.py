"""What a picture looks like, before anything is read: light, colours, sharpness."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.engines.local.pixels import Pixels

GLANCE = 256
"""Pixels of the longer side at which colours are looked at."""

SHARP_AT = 1024
"""Pixels of the longer side at which sharpness is looked at, so that it does not go by size."""

COLOURFUL = 24
"""Least spread between red, green and blue, of 255, for a pixel to have a colour of its own."""

NAMES: dict[str, tuple[int, int]] = {
    "red": (0, 10),
    "orange": (10, 22),
    "yellow": (22, 34),
    "green": (34, 85),
    "cyan": (85, 97),
    "blue": (97, 130),
    "purple": (130, 150),
    "pink": (150, 170),
}
"""Hues from and up to, in OpenCV's half degrees; what lies beyond is red again."""


@dataclass(frozen=True)
class Look:
    """`brightness` is the mean grey and `contrast` its deviation, of 255; `colours` the names of those that cover a
    twentieth or more, most first; `mode` is colour, grey or black and white; `sharpness` the variance of the Laplacian
    over the variance of the grey; `shades` how many of 4,096 colours are there, `plain` the share of the most frequent
    one."""

    brightness: int
    contrast: int
    mode: str
    colours: tuple[str, ...]
    sharpness: float
    shades: int
    plain: float

    @property
    def focus(self) -> str:
        """`flat` where there is nothing to be sharp, else `sharp`, `soft` or `blurred`."""
        if self.contrast < 4:
            return "flat"
        return "sharp" if self.sharpness >= 0.1 else "soft" if self.sharpness >= 0.02 else "blurred"


def look_of(page: Pixels) -> Look:
    """The look of a page; takes a few milliseconds."""
    small = _within(page, GLANCE)
    grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    coloured = (small.max(axis=2).astype(int) - small.min(axis=2)) > COLOURFUL
    _, shades = np.unique((small >> 4).astype(np.int32) @ np.array([1, 16, 256]), return_counts=True)
    return Look(
        brightness=round(float(grey.mean())),
        contrast=round(float(grey.std())),
        mode=_mode(grey, float(coloured.mean())),
        colours=_colours(small, coloured),
        sharpness=_sharpness(page),
        shades=len(shades),
        plain=round(float(shades.max() / shades.sum()), 3),
    )


def _within(page: Pixels, side: int) -> Pixels:
    scale = side / max(page.shape[:2])
    if scale >= 1:
        return page
    size = max(1, round(page.shape[1] * scale)), max(1, round(page.shape[0] * scale))
    return np.asarray(cv2.resize(page, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _mode(grey: Pixels, coloured: float) -> str:
    if coloured > 0.005:
        return "colour"
    middling = float(((grey > 64) & (grey < 192)).mean())
    return "grey" if middling > 0.2 else "black and white"


def _colours(small: Pixels, coloured: NDArray[np.bool_]) -> tuple[str, ...]:
    hue, _, value = np.moveaxis(cv2.cvtColor(small, cv2.COLOR_BGR2HSV), 2, 0)
    named = np.full(hue.shape, "red", dtype="<U6")
    for name, (start, end) in NAMES.items():
        named[(hue >= start) & (hue < end)] = name
    plain = np.where(value > 200, "white", np.where(value < 64, "black", "grey"))
    names, counts = np.unique(np.where(coloured, named, plain), return_counts=True)
    most = sorted(zip(counts.tolist(), names.tolist(), strict=True), reverse=True)
    return tuple(str(name) for count, name in most if count >= 0.05 * hue.size)


def _sharpness(page: Pixels) -> float:
    grey = cv2.cvtColor(_within(page, SHARP_AT), cv2.COLOR_BGR2GRAY)
    spread = float(grey.var())
    return round(float(cv2.Laplacian(grey, cv2.CV_64F).var()) / spread, 3) if spread else 0.0
