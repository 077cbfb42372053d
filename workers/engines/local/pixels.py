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


def pixels_of(image: Image) -> Pixels:
    """The pixels of a decoded page of any mode."""
    return np.ascontiguousarray(np.asarray(image.convert("RGB"))[:, :, ::-1])


def rect_of(quad: Quad) -> Rect:
    """The upright rectangle around a line."""
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return Rect(float(left), float(top), float(right), float(bottom))


def is_long(quad: Quad) -> bool:
    """Whether a line is long enough across to tell by itself how the page leans."""
    length, height = sides_of(quad)
    return length > 5 * height


def is_tall(quad: Quad) -> bool:
    """Whether a line runs down the page rather than across."""
    rect = rect_of(quad)
    return rect.height > 1.5 * rect.width


def length_of(quad: Quad) -> float:
    """The length of a line in pixels."""
    return sides_of(quad)[0]


def sides_of(quad: Quad) -> tuple[float, float]:
    """The length and the height of a line, in pixels."""
    length = max(np.linalg.norm(quad[0] - quad[1]), np.linalg.norm(quad[2] - quad[3]))
    return float(length), float(max(np.linalg.norm(quad[0] - quad[3]), np.linalg.norm(quad[1] - quad[2])))


def centre_of(quad: Quad) -> tuple[float, float]:
    """The middle of a line: across, down."""
    across, down = quad.mean(axis=0)
    return float(across), float(down)


def flipped(quad: Quad) -> Quad:
    """The same place read the other way up."""
    return quad[[2, 3, 0, 1]]


def line_image(page: Pixels, quad: Quad) -> Pixels:
    """The line that `quad` marks, cut out and levelled; a line that runs downwards is turned to read across."""
    width, height = (max(1, round(side)) for side in sides_of(quad))
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
