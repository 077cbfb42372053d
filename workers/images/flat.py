"""Images of every mode made RGB or L, 8 bits a channel; what is transparent becomes white."""

from PIL import Image

_TRANSPARENT = ("LA", "La", "PA", "RGBA", "RGBa")


def flat(image: Image.Image) -> Image.Image:
    """RGB or L; the image itself where it is that already."""
    if image.mode in _TRANSPARENT or "transparency" in image.info:
        return _on_white(image if image.mode in ("LA", "RGBA") else image.convert("RGBA"))
    if image.mode in ("RGB", "L"):
        return image
    if image.mode.startswith("I;16"):
        return image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    return image.convert("L" if image.mode == "1" else "RGB")


def levels(image: Image.Image) -> tuple[float, float]:
    """What is black and what is white among 32-bit samples: 16 bits' worth where they may be that, else the least and
    the largest that there are."""
    low, high = (float(value) for value in image.getextrema())  # type: ignore[arg-type]
    return (0.0, 65535.0) if image.mode == "I" and low >= 0 and 255 < high <= 65535 else (low, high)


def stretched(image: Image.Image, low: float, high: float) -> Image.Image:
    """32-bit samples between two levels as L."""
    scale = 255 / (high - low) if high > low else 1.0
    return image.convert("F").point(lambda value: value * scale + (-low * scale)).convert("L")


def _on_white(image: Image.Image) -> Image.Image:
    ground = Image.new("L" if image.mode == "LA" else "RGB", image.size, "white")
    ground.paste(image.convert(ground.mode), mask=image.getchannel("A"))
    return ground
