"""Lines looked for a second time where the first look left letters out or took several lines for one.

The detector takes letters for neighbours that stand close. Where lines stand closer than their letters, as in the cells
of forms and the boxes of charts, it ties letters down the page or gives up. On the page pressed together across, and
without the rules between, it ties them along their lines [looked at on Korean public documents].
"""

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from workers.engines.local.pixels import Pixels, Quad, rect_of
from workers.engines.local.rules import Boxes, Rules, without_rules
from workers.engines.local.stacked import apart, untangled
from workers.engines.local.walls import between_walls

LETTERS = 0.3, 4.0
"""Least and greatest height of a letter, in middle line heights, titles among them; width at most the latter, too."""

FEWEST = 10
"""Letters left out or lost among others from which a page is worth a second look, which takes 0.4 s."""

NEAR = 0.5
"""Line heights from a line up to which a letter may belong to it."""

SEVERAL = 0.45
"""Height or width of the larger letters of a line, as a share of its height, below which it holds several lines."""

BETTER = 1.1
"""How many times as many letters the second look must have found well, to be believed against the first."""

Find = Callable[[Pixels], list[Quad]]


def looked_again(page: Pixels, quads: list[Quad], rules: Rules, find_pressed: Find) -> list[Quad]:
    """The lines of a page; where several touch, as the better of two looks found them."""
    lines = _boxes(quads)
    letters = _letters(rules, _usual(lines))
    lost = letters[_near(letters, lines) & ~_well_held(letters, lines)]
    if len(lost) < FEWEST:
        return untangled(quads, rules.letters)
    left, top, right, bottom = _around(lost, lines, page.shape)
    part = without_rules(page[top:bottom, left:right], rules.drawn[top:bottom, left:right])
    moved = [quad + np.array((left, top), dtype=np.float32) for quad in find_pressed(part)]
    again = between_walls(moved, rules.walls)
    better = _better(letters, quads, again) if again else quads
    return untangled(_apart(letters, better, rules), rules.letters)


def _usual(lines: Boxes) -> float:
    """The middle height of the lines; or width, of what is higher than wide, which is hardly one line."""
    return float(np.median((lines[:, 2:] - lines[:, :2]).min(axis=1)))


def _letters(rules: Rules, usual: float) -> Boxes:
    """Where there is ink of a letter's size."""
    _, _, stats, _ = cv2.connectedComponentsWithStats(rules.letters, connectivity=8)
    least, most = LETTERS[0] * usual, LETTERS[1] * usual
    wide, high = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    left, top, wide, high = stats[(high >= least) & (high <= most) & (wide <= most)][:, :4].T.astype(np.float64)
    return np.stack([left, top, left + wide, top + high], axis=1)


def _boxes(quads: list[Quad]) -> Boxes:
    return np.array([rect_of(quad) for quad in quads], dtype=np.float64).reshape(-1, 4)


def _around(lost: Boxes, lines: Boxes, shape: tuple[int, ...]) -> tuple[int, int, int, int]:
    """The part of the page that holds the lost letters, and whole lines."""
    left, top = lost[:, :2].min(axis=0)
    right, bottom = lost[:, 2:].max(axis=0)
    touching = (lines[:, 0] < right) & (left < lines[:, 2]) & (lines[:, 1] < bottom) & (top < lines[:, 3])
    every = np.vstack([lost, lines[touching]])
    air = _usual(lines)
    left, top = np.maximum(every[:, :2].min(axis=0) - air, 0)
    right, bottom = np.minimum(every[:, 2:].max(axis=0) + air, (shape[1], shape[0]))
    return int(left), int(top), int(right), int(bottom)


def _near(letters: Boxes, lines: Boxes) -> NDArray[np.bool_]:
    """Which letters are in a line or as close as letters are: others may be parts of pictures."""
    air = NEAR * (lines[:, 3:] - lines[:, 1:2])
    return np.asarray(_holds(letters, np.hstack([lines[:, :2] - air, lines[:, 2:] + air])).any(axis=1))


def _apart(letters: Boxes, quads: list[Quad], rules: Rules) -> list[Quad]:
    """The lines; those that seem to hold several as these."""
    lines = _boxes(quads)
    several = ~_single(letters, lines, _holds(letters, lines))
    usual = _usual(lines)
    parted = [apart(quad, usual, rules.letters) if many else [quad] for quad, many in zip(quads, several, strict=True)]
    return [quad for parts in parted for quad in parts]


def _well_held(letters: Boxes, lines: Boxes) -> NDArray[np.bool_]:
    """Which letters are in a line that is none but theirs."""
    held = _holds(letters, lines)
    return np.asarray(held[:, _single(letters, lines, held)].any(axis=1))


def _single(letters: Boxes, lines: Boxes, held: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which lines are as high as their letters are large, and so hold no others above or below."""
    sizes, own = (letters[:, 2:] - letters[:, :2]).max(axis=1), lines[:, 3] - lines[:, 1]
    pairs = zip(held.T, own, strict=True)
    large = [np.percentile(sizes[inside], 80) if inside.any() else high for inside, high in pairs]
    return np.asarray(np.array(large) >= SEVERAL * own)


def _holds(letters: Boxes, lines: Boxes) -> NDArray[np.bool_]:
    """Of each letter (row) whether each line (column) has its middle."""
    x, y = (letters[:, 0] + letters[:, 2]) / 2, (letters[:, 1] + letters[:, 3]) / 2
    left, top, right, bottom = lines.T
    across = (left <= x[:, None]) & (x[:, None] <= right)
    return np.asarray(across & (top <= y[:, None]) & (y[:, None] <= bottom))


def _better(letters: Boxes, first: list[Quad], second: list[Quad]) -> list[Quad]:
    """Of each bunch of lines that touch, those of the look that holds more letters well."""
    every = [*first, *second]
    lines, chosen = _boxes(every), []
    well = [_well_held(letters, _boxes(quads)) for quads in (first, second)]
    held = _holds(letters, lines)
    for bunch in _bunches(lines):
        here = held[:, bunch].any(axis=1)
        looks = [at for at in bunch if at < len(first)], [at for at in bunch if at >= len(first)]
        better = (well[1] & here).sum() > BETTER * (well[0] & here).sum() + 1
        # What the second look alone saw may be anything: a picture has many patterns.
        chosen += looks[1] if better and looks[0] else looks[0]
    return [every[at] for at in sorted(chosen, key=lambda at: tuple(lines[at][[1, 0]]))]


def _bunches(lines: Boxes) -> list[list[int]]:
    """Lines that overlap, directly or by others."""
    wide = np.minimum(lines[:, None, 2], lines[:, 2]) - np.maximum(lines[:, None, 0], lines[:, 0])
    high = np.minimum(lines[:, None, 3], lines[:, 3]) - np.maximum(lines[:, None, 1], lines[:, 1])
    touching = (wide > 0) & (high > 0)
    left, bunches = set(range(len(lines))), []
    while left:
        bunch, found = set(), {min(left)}
        while found:
            bunch |= found
            found = set(np.flatnonzero(touching[list(found)].any(axis=0)).tolist()) - bunch
        bunches.append(sorted(bunch))
        left -= bunch
    return bunches
