"""HEIC, by pi-heif."""

from typing import BinaryIO

import pi_heif
from PIL import Image

from workers.images.exif import loaded
from workers.page import Size


class HeicRaster:
    """The primary image of a file. libheif turns it upright itself."""

    plain = False
    turn: Image.Transpose | None = None

    def __init__(self, file: BinaryIO) -> None:
        found = pi_heif.open_heif(file)
        self._frame = found[found.primary_index]
        self.size: Size = self._frame.size
        self.exif = loaded(self._frame.info.get("exif") or b"")

    def decode(self, wanted: Size) -> None:
        self._frame.load()
        self.size = self._frame.size

    def strip(self, top: int, bottom: int) -> Image.Image:
        mode, stride = self._frame.mode, self._frame.stride
        rows = bytes(memoryview(self._frame.data)[top * stride : bottom * stride])
        return Image.frombuffer(mode, (self.size[0], bottom - top), rows, "raw", mode, stride, 1)

    def release(self) -> None:
        del self._frame
