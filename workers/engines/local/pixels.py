"""A page as the models see it, and the lines cut out of it."""

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL.Image import Image

from workers.engines.local.rect import Rect

Pixels = NDArray[np.uint8]
"""Height x width x 3, blue-green-red as OpenCV has them."""

Quad = NDArray[np.float32]
"""4 x 2 corners of a line of text: top left, top right, bottom right, bottom left."""

STRAIGHT = 0.2
"""Degrees of lean that harm neither recogniser nor table finder (lines stay within 1 pixel over a column's width)."""

STEEPEST = 15.0
"""Degrees beyond which the lines do not tell a page's lean but something else, as a slanted title."""


def pixels_of(image: Image) -> Pixels:
    """The pixels of a decoded page of any mode."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def rect_of(quad: Quad) -> Rect:
    """The upright rectangle around a line."""
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Rect(float(left), float(top), float(right), float(bottom))


def is_long(quad: Quad) -> bool:
    """Whether a line is long enough across to tell how the page leans."""
    length, height = _sides(quad)
    return length > 5 * height


def is_tall(quad: Quad) -> bool:
    """Whether a line runs down the page rather than across."""
    rect = rect_of(quad)
    return rect.height > 1.5 * rect.width


def length_of(quad: Quad) -> float:
    """The length of a line in pixels."""
    return _sides(quad)[0]


def flipped(quad: Quad) -> Quad:
    """The same place read the other way up."""
    return quad[[2, 3, 0, 1]]


def lean_of(quads: list[Quad]) -> float:
    """How far the long lines of a page lean, in degrees clockwise; 0 where no line is long enough to tell."""
    sides = [quad[1] - quad[0] for quad in quads if is_long(quad)]
    lean = float(np.median([np.degrees(np.arctan2(side[1], side[0])) for side in sides])) if sides else 0.0
    return lean if STRAIGHT < abs(lean) < STEEPEST else 0.0


def line_image(page: Pixels, quad: Quad) -> Pixels:
    """The line that `quad` marks, cut out and levelled; a line that runs downwards is turned to read across."""
    width, height = (max(1, round(side)) for side in _sides(quad))
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    shift = cv2.getPerspectiveTransform(np.asarray(quad, dtype=np.float32), corners)
    line = cv2.warpPerspective(page, shift, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    upright = np.rot90(line) if height >= 1.5 * width and height >= 24 else line
    return np.ascontiguousarray(upright, dtype=np.uint8)


def part_of(quad: Quad, start: float, end: float) -> Quad:
    """The part of a line between two shares (0 to 1) of its length."""
    top, bottom = quad[1] - quad[0], quad[2] - quad[3]
    corners = (quad[0] + start * top, quad[0] + end * top, quad[3] + end * bottom, quad[3] + start * bottom)
    return np.array(corners, dtype=np.float32)


def _sides(quad: Quad) -> tuple[float, float]:
    """The length and the height of a line, in pixels."""
    length = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))
    return float(length), float(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2])))
