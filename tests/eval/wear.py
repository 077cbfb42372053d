"""What happens to a page before it is read: each kind of wear as a function of the image, the same each time."""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image

from tests.eval.printing import png
from tests.eval.truth import Document

SKEW = 1.5
"""Degrees anticlockwise."""

NOISE = 8
"""Standard deviation of the noise, of 255."""

JPEG = 40
"""JPEG quality."""

SHADE = 0.45
"""Share of the light that the shadow takes where it is deepest."""

Wear = Callable[[Image.Image], Image.Image]


def skewed(image: Image.Image) -> Image.Image:
    """Turned a little, as on a scanner."""
    return image.rotate(SKEW, Image.Resampling.BICUBIC, fillcolor="white")


def noisy(image: Image.Image) -> Image.Image:
    """With grain."""
    pixels = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(20261122).normal(0, NOISE, pixels.shape)
    return Image.fromarray((pixels + noise).clip(0, 255).astype(np.uint8))


def pressed(image: Image.Image) -> Image.Image:
    """Saved as a poor JPEG."""
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=JPEG)
    return Image.open(buffer).convert("RGB")


def shadowed(image: Image.Image) -> Image.Image:
    """Darker towards a corner, with a soft-edged band across, as a photographed page with a hand over it."""
    down, right = np.mgrid[0 : image.height, 0 : image.width].astype(np.float32)
    slope = (down / image.height + right / image.width) / 2
    band = 1 / (1 + np.exp(-(right - 0.6 * image.width + 0.3 * down) / (0.02 * image.width)))
    light = 1 - SHADE * (0.5 * slope + 0.5 * band)
    pixels = np.asarray(image, dtype=np.float32) * light[:, :, None]
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def worn(image: Image.Image) -> Image.Image:
    """Skewed, noisy and pressed: the scan that the figures aimed at were measured with."""
    return pressed(noisy(skewed(image)))


def grainy(image: Image.Image) -> Image.Image:
    """The same without the skew: every letter stays in its place."""
    return pressed(noisy(image))


def sideways(image: Image.Image) -> Image.Image:
    """Turned a quarter to the right."""
    return image.transpose(Image.Transpose.ROTATE_270)


def upside_down(image: Image.Image) -> Image.Image:
    """Turned by half."""
    return image.transpose(Image.Transpose.ROTATE_180)


KINDS: dict[str, Wear] = {
    "skew 1.5°": skewed,
    "noise σ 8": noisy,
    "JPEG 40": pressed,
    "shadow": shadowed,
    "skew, noise, JPEG": worn,
    "turned 90°": sideways,
    "turned 180°": upside_down,
}


def after(document: Document, wear: Wear) -> Document:
    """A document of one image, worn."""

    def data() -> bytes:
        with Image.open(io.BytesIO(document.data())) as image:
            return png(wear(image.convert("RGB")))

    return Document(document.name, document.pages, document.truth, data)
