"""How a page lay when it came, and the way back from the page as read to the page as given."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from service.tables.model import Box
from workers.engines.local.pixels import Pixels, Quad
from workers.engines.local.rect import Rect
from workers.page import Size

Way = NDArray[np.float64]
"""2 x 3: takes a place on one page to the place on another, both in pixels."""


@dataclass(frozen=True)
class Pose:
    """`rotation` is how far the page was turned clockwise to stand upright: 0, 90, 180 or 270 degrees; `skew` how far
    its lines then leaned, in degrees clockwise; `back` leads from the page as read to the page as given, of `given`
    pixels."""

    rotation: int
    skew: float
    given: Size
    back: Way

    def box(self, rect: Rect) -> Box:
        """The least upright box, in shares of the page as given, around a rectangle of the page as read."""
        corners = np.array(
            [(rect.left, rect.top), (rect.right, rect.top), (rect.right, rect.bottom), (rect.left, rect.bottom)]
        )
        places = (corners @ self.back[:, :2].T + self.back[:, 2]) / self.given
        (left, top), (right, bottom) = places.min(axis=0), places.max(axis=0)
        return _share(left), _share(top), _share(right), _share(bottom)

    def read(self, box: Rect) -> Rect:
        """A rectangle of the page as given, on the page as read; of a page that was turned only, not straightened."""
        way = cv2.invertAffineTransform(self.back)
        corners = np.array([(box.left, box.top), (box.right, box.bottom)]) @ way[:, :2].T + way[:, 2]
        (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
        return Rect(float(left), float(top), float(right), float(bottom))


def turned_pose(size: Size, rotation: int) -> Pose:
    """The pose of a page of `size` that was turned clockwise by `rotation` degrees and not straightened."""
    width, height = size
    back = {
        0: [[1, 0, 0], [0, 1, 0]],
        90: [[0, 1, 0], [-1, 0, height]],
        180: [[-1, 0, width], [0, -1, height]],
        270: [[0, -1, width], [1, 0, 0]],
    }[rotation]
    return Pose(rotation, 0.0, size, np.array(back, dtype=np.float64))


def turned(page: Pixels, rotation: int) -> Pixels:
    """The page turned clockwise by 0, 90, 180 or 270 degrees."""
    return page if rotation == 0 else np.ascontiguousarray(np.rot90(page, -rotation // 90))


def straightened(page: Pixels, quads: list[Quad], lean: float, pose: Pose) -> tuple[Pixels, list[Quad], Pose]:
    """The page and its lines turned back by `lean` degrees, on a sheet that holds the whole page; and its pose then."""
    if not lean:
        return page, quads, pose
    height, width = page.shape[:2]
    way = cv2.getRotationMatrix2D((width / 2, height / 2), lean, 1.0)
    across, down = abs(way[0, 0]), abs(way[0, 1])
    size = round(width * across + height * down), round(height * across + width * down)
    way[:, 2] += (size[0] - width) / 2, (size[1] - height) / 2
    level = cv2.warpAffine(page, way, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    moved = [np.asarray(quad @ way[:, :2].T + way[:, 2], dtype=np.float32) for quad in quads]
    undone = cv2.invertAffineTransform(way)
    back = np.hstack([pose.back[:, :2] @ undone[:, :2], (pose.back[:, :2] @ undone[:, 2] + pose.back[:, 2])[:, None]])
    return np.asarray(level, dtype=np.uint8), moved, Pose(pose.rotation, round(lean, 2), pose.given, back)


def _share(place: float) -> float:
    return round(min(1.0, max(0.0, float(place))), 4)
