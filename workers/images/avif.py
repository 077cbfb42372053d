"""AVIF, by the libavif that Pillow brings: its YUV planes are kept, and made pixels of strip by strip.

Pillow's own reader holds the planes, two copies in RGB and its image, 390 to 490 MB for 40 megapixels [measured].
"""

import ctypes
from typing import Any, BinaryIO

from PIL import Image, _avif

from workers.images.exif import told_by, turn_of
from workers.page import Size

_RGBA, _DEPTH = 1, 8
_OUT_OF_MEMORY = 26
"""Of avifResult."""


class _Decoder(ctypes.Structure):
    """The first members of avifDecoder; version 1 only adds to its end [avif.h]."""

    _fields_ = (
        ("choices", ctypes.c_int * 7),
        ("limits", ctypes.c_uint32 * 3),
        ("strict_flags", ctypes.c_uint32),
        ("image", ctypes.c_void_p),
    )


class _Rgb(ctypes.Structure):
    """avifRGBImage, and room for what a later version may add to it."""

    _fields_ = (
        *((name, ctypes.c_uint32) for name in ("width", "height", "depth", "format")),
        ("choices", ctypes.c_int * 7),
        ("pixels", ctypes.c_void_p),
        ("row_bytes", ctypes.c_uint32),
        ("room", ctypes.c_uint64 * 8),
    )


class _Rect(ctypes.Structure):
    _fields_ = tuple((name, ctypes.c_uint32) for name in ("x", "y", "width", "height"))


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    pointer, result = ctypes.c_void_p, ctypes.c_int
    functions: dict[str, tuple[Any, ...]] = {
        "avifDecoderCreate": (pointer,),
        "avifDecoderSetIOMemory": (result, pointer, ctypes.c_char_p, ctypes.c_size_t),
        "avifDecoderParse": (result, pointer),
        "avifDecoderNextImage": (result, pointer),
        "avifDecoderDestroy": (None, pointer),
        "avifImageCreateEmpty": (pointer,),
        "avifImageSetViewRect": (result, pointer, pointer, ctypes.POINTER(_Rect)),
        "avifImageDestroy": (None, pointer),
        "avifRGBImageSetDefaults": (None, ctypes.POINTER(_Rgb), pointer),
        "avifImageYUVToRGB": (result, pointer, ctypes.POINTER(_Rgb)),
    }
    for name, (returned, *taken) in functions.items():
        function = getattr(library, name)
        function.restype, function.argtypes = returned, taken
    return library


_libavif = _declared(ctypes.CDLL(_avif.__file__))


class AvifRaster:
    """The first frame of a file; `image` is its header as Pillow reads it."""

    plain = False

    def __init__(self, file: BinaryIO, image: Image.Image) -> None:
        self.size: Size = image.size
        self.exif = told_by(image)
        self.turn = turn_of(self.exif)
        self._mode = "RGBA" if image.mode == "RGBA" else "RGBX"
        file.seek(0)
        self._data = file.read()
        self._decoder = _some(_libavif.avifDecoderCreate())
        self._view = _some(_libavif.avifImageCreateEmpty())

    def decode(self, wanted: Size) -> None:
        _Decoder.from_address(self._decoder).strict_flags = 0  # many encoders' files do not stand them
        _check(_libavif.avifDecoderSetIOMemory(self._decoder, self._data, len(self._data)))
        _check(_libavif.avifDecoderParse(self._decoder))
        _check(_libavif.avifDecoderNextImage(self._decoder))

    def strip(self, top: int, bottom: int) -> Image.Image:
        odd = top % 2  # a view begins at an even row, for two rows of light share one of colour
        size = self.size[0], bottom - top + odd
        planes = _Decoder.from_address(self._decoder).image
        _check(_libavif.avifImageSetViewRect(self._view, planes, _Rect(0, top - odd, *size)))
        rgb, pixels = _Rgb(), bytearray(size[0] * size[1] * 4)
        _libavif.avifRGBImageSetDefaults(rgb, self._view)
        rgb.depth, rgb.format, rgb.row_bytes = _DEPTH, _RGBA, size[0] * 4
        rgb.pixels = ctypes.addressof(ctypes.c_char.from_buffer(pixels))
        _check(_libavif.avifImageYUVToRGB(self._view, rgb))
        strip = Image.frombuffer(self._mode, size, pixels, "raw", self._mode, 0, 1)
        return strip.crop((0, 1, *size)) if odd else strip

    def release(self) -> None:
        _libavif.avifImageDestroy(self._view)
        _libavif.avifDecoderDestroy(self._decoder)


def _some(address: int | None) -> int:
    if address is None:
        raise MemoryError
    return address


def _check(result: int) -> None:
    """Raises MemoryError or ValueError for an avifResult that is not AVIF_RESULT_OK."""
    if result == _OUT_OF_MEMORY:
        raise MemoryError
    if result:
        raise ValueError(f"libavif: {result}")
