"""Rasters that Pillow decodes."""

from functools import cached_property

from PIL import Image, JpegImagePlugin

from workers.images.exif import forget_turn, told_by, turn_of
from workers.images.flat import levels, stretched
from workers.images.raster import turned
from workers.page import Size


class PillowRaster:
    """The frame at which an opened image stands."""

    def __init__(self, image: Image.Image) -> None:
        self._image = image
        self._levels: tuple[float, float] | None = None
        self.size: Size = turned(image.size, self.turn) if image.format == "TIFF" else image.size

    @property
    def exif(self) -> Image.Exif:
        return told_by(self._image)

    @cached_property
    def turn(self) -> Image.Transpose | None:
        turn = turn_of(self.exif)
        if self._image.format == "TIFF":
            forget_turn(self._image.getexif())  # or Pillow turns it as it is loaded, in as much memory again
        return turn

    @property
    def plain(self) -> bool:
        image = self._image
        return image.mode in ("RGB", "L") and "transparency" not in image.info and image.size == self.size

    def decode(self, wanted: Size) -> None:
        if isinstance(self._image, JpegImagePlugin.JpegImageFile):
            self._image.draft(None, wanted)  # libjpeg then decodes at 1/2, 1/4 or 1/8 of the size, at less cost
        self._image.load()
        self.size = self._image.im.size
        if self._image.mode in ("I", "F"):
            self._levels = levels(self._image)

    def strip(self, top: int, bottom: int) -> Image.Image:
        whole = (top, bottom) == (0, self.size[1]) and self._image.size == self.size  # a TIFF names the turned one
        strip = self._image if whole else self._image.crop((0, top, self.size[0], bottom))
        return stretched(strip, *self._levels) if self._levels else strip

    def release(self) -> None:
        self._image.im = None  # type: ignore[assignment]  # as Pillow does; `close` would end the file's other frames
