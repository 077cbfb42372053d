"""The fonts documents are written in, all carried by packages: NanumGothic, Aileron, PT Serif."""

import io
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

from demo.fonts import font

KOREAN, LATIN, SERIF = "korean", "latin", "serif"
"""NanumGothic; Aileron, which Pillow carries, in one weight; PT Serif."""


@cache
def face(name: str, size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """A font by name and size."""
    if name == KOREAN:
        return font(size, bold)
    if name == SERIF:
        spec = find_spec("fontpkg_pt_serif")
        assert spec is not None and spec.origin is not None, "make setup installs fontpkg-pt-serif"
        weight = "Bold" if bold else "Regular"
        return ImageFont.truetype(str(Path(spec.origin).parent / "files" / f"PT_Serif-Web-{weight}.ttf"), size)
    aileron = ImageFont.load_default(size)
    assert isinstance(aileron, ImageFont.FreeTypeFont)
    return aileron


def missing(name: str, text: str) -> set[str]:
    """The letters for which a face has no shape: on paper they would be boxes, and no truth."""
    used = face(name, 20)
    box = bytes(used.getmask("\uffff"))
    return {letter for letter in set(text) - {" "} if bytes(used.getmask(letter)) == box}


def file_of(name: str, bold: bool) -> bytes:
    """The font file of a face."""
    source = face(name, 20, bold).path
    return source.getvalue() if isinstance(source, io.BytesIO) else Path(str(source)).read_bytes()
