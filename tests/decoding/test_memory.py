"""Decoding an image of 40 megapixels takes no more than 300 MB, whatever its format and the size it is wanted in."""

from pathlib import Path

import pytest

from tests.decoding.appetite import FOR_HIGH, KEPT, appetite
from tests.decoding.large import LARGE

MOST = 300
"""MB that the caged child may have, 33 of them Python's and its libraries'."""

SMALLER = (
    "JPEG, progressive",
    "PNG, a palette with transparency",
    "PNG, one colour transparent",
    "GIF with transparency",
    "BMP",
)
"""Of the first, what libjpeg holds of it and its pixels kept at its size come to 301 MB. The others are read row by row
or have a byte a pixel, so that they take as much (or 184 MB instead of 112) at any size; only, a page of 30 megapixels
from a palette is written for four seconds."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LARGE)
def test_forty_megapixels(tmp_path: Path, name: str) -> None:
    media_type, made = LARGE[name]
    path = tmp_path / "upload"
    path.write_bytes(made())
    taken = appetite(path, media_type, FOR_HIGH if name in SMALLER else KEPT)
    print(f"{name}: {taken:.0f} MB")
    assert taken <= MOST
