"""Which way up a page lies: a document orientation model, the shapes of its lines, and how they read."""

import itertools
from collections.abc import Callable, Sequence
from statistics import mean

import cv2
import numpy as np
import onnxruntime

from workers.engines.local import carried
from workers.engines.local.line import Line
from workers.engines.local.pixels import Pixels, Quad, flipped, is_tall, length_of
from workers.engines.local.pose import turned

SIDE = 224
"""Pixels of the square the whole page is pressed into: with its middle cut out instead, as the model was trained, it
is wrong on 6 of 124 pages instead of 1 [measured]."""

MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
"""Of the red, green and blue of ImageNet, which the model was trained with."""

LEGIBLE = 0.75
"""Mean legibility of the longest lines from which a page stands upright: upside down they reach 0.7 where they are
figures alone, 0.55 else; upright 0.8 to 1 [measured on 15 pages]."""

ILLEGIBLE = 0.3
"""Mean legibility below which no way up is right, and the page stays as it came."""

FEW, MORE = 3, 6
"""Lines read to see whether a page stands upright; and both ways up, where that leaves doubt."""

MARGIN = 0.05
"""By how much more legible lines must be the other way up."""

Find = Callable[[Pixels], list[Quad]]
"""Finds the lines of a page."""

Legible = Callable[[Pixels, Quad], float]
"""How legible a line is, 0 to 1."""


class FacingModel:
    """One PP-LCNet session on one thread; 0.02 s a page."""

    def __init__(self) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._model = onnxruntime.InferenceSession(str(carried.orientation_model()), options)

    def guess(self, page: Pixels) -> int:
        """How far the page must be turned clockwise, in degrees."""
        small = cv2.resize(page, (SIDE, SIDE), interpolation=cv2.INTER_AREA)[:, :, ::-1]
        shades = ((small / 255.0 - MEAN) / DEVIATION).transpose(2, 0, 1)[None].astype(np.float32)
        (odds,) = self._model.run(None, {self._model.get_inputs()[0].name: shades})
        return (360 - 90 * int(np.argmax(odds[0]))) % 360


def facing(page: Pixels, guess: int, find: Find, legible: Legible) -> tuple[int, list[Quad]]:
    """How far the page must be turned clockwise to stand upright, in degrees, and its lines as they lie then.

    A page whose lines read well as they came is never turned, nor is one that reads well no way up.
    """
    rotation, quads = guess, find(turned(page, guess))
    if _lie_down(quads):
        rotation = (rotation + 90) % 360
        quads = find(turned(page, rotation))
    upright = turned(page, rotation)
    longest = sorted(quads, key=length_of, reverse=True)[:MORE]
    ahead = _mean(upright, longest[:FEW], legible)
    if ahead >= LEGIBLE:
        return rotation, quads
    ahead, behind = _mean(upright, longest, legible), _mean(upright, [flipped(quad) for quad in longest], legible)
    if max(ahead, behind) < ILLEGIBLE:
        return 0, quads if rotation == 0 else find(page)
    if behind > ahead + MARGIN:
        size = np.array((upright.shape[1], upright.shape[0]), dtype=np.float32)
        return (rotation + 180) % 360, [flipped(size - quad) for quad in reversed(quads)]
    return rotation, quads


def told_facing(words: Sequence[Line]) -> int:
    """The same for the words that a page tells, in the order it tells them: 0, 90 or 270.

    Words that stand upside down are not known from others by their boxes.
    """
    long = [word.rect for word in words if len(word.text) > 2]
    if len(long) < FEW or 2 * sum(rect.height > 1.5 * rect.width for rect in long) <= len(long):
        return 0
    rises = [
        one.rect.centre[1] > other.rect.centre[1]
        for one, other in itertools.pairwise(words)
        if abs(one.rect.centre[0] - other.rect.centre[0]) < one.rect.width / 2
    ]
    return 90 if 2 * sum(rises) >= len(rises) else 270


def _lie_down(quads: list[Quad]) -> bool:
    return sum(is_tall(quad) for quad in quads) * 2 > max(FEW, len(quads))


def _mean(page: Pixels, quads: list[Quad], legible: Legible) -> float:
    return mean(legible(page, quad) for quad in quads) if quads else 0.0
