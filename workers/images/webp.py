"""WebP, by the libwebp that Pillow brings, decoded window by window.

Pillow's own reader holds two canvases at four bytes a pixel, a copy of one and its image: 660 to 700 MB for 40
megapixels [measured].
"""

import ctypes
import struct
from collections.abc import Iterator
from operator import lt
from typing import BinaryIO, NamedTuple

from PIL import Image, _webp

from workers.images.exif import loaded, turn_of
from workers.page import Size

WINDOW = 13_000_000
"""Pixels that are decoded at once. The decoder begins at the top each time, so that a smaller window takes longer."""

_ABI = 0x0209
_RGBA = 1
_OUT_OF_MEMORY = 1
_ANIMATED = 0x02


class _Features(ctypes.Structure):
    _fields_ = (
        *((name, ctypes.c_int) for name in ("width", "height", "has_alpha", "has_animation", "format")),
        ("room", ctypes.c_uint32 * 5),
    )


class _Output(ctypes.Structure):
    """WebPDecBuffer, with the member RGBA of its union."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("colorspace", "width", "height", "is_external_memory")),
        ("rgba", ctypes.c_void_p),
        ("stride", ctypes.c_int),
        ("size", ctypes.c_size_t),
        ("rest_of_union", ctypes.c_uint8 * 56),
        ("room", ctypes.c_uint32 * 4),
        ("private_memory", ctypes.c_void_p),
    )


class _Options(ctypes.Structure):
    _fields_ = (
        ("filters", ctypes.c_int * 2),
        *((name, ctypes.c_int) for name in ("crop", "crop_left", "crop_top", "crop_width", "crop_height")),
        *((name, ctypes.c_int) for name in ("scale", "scaled_width", "scaled_height")),
        ("others", ctypes.c_int * 4),
        ("room", ctypes.c_uint32 * 5),
    )


class _Config(ctypes.Structure):
    """WebPDecoderConfig [decode.h]; libwebp compares its version with `_ABI`."""

    _fields_ = (("input", _Features), ("output", _Output), ("options", _Options))


_libwebp = ctypes.CDLL(_webp.__file__)
_data = ctypes.c_char_p, ctypes.c_size_t
_libwebp.WebPGetFeaturesInternal.argtypes = *_data, ctypes.POINTER(_Features), ctypes.c_int
_libwebp.WebPInitDecoderConfigInternal.argtypes = ctypes.POINTER(_Config), ctypes.c_int
_libwebp.WebPDecode.argtypes = *_data, ctypes.POINTER(_Config)


class WebPRaster:
    """A still image, or the first frame of an animation on its canvas, which is white."""

    plain = False

    def __init__(self, file: BinaryIO) -> None:
        file.seek(0)
        data = file.read()
        self.exif = loaded(next((data[start:end] for kind, start, end in _chunks(data) if kind == b"EXIF"), b""))
        self.turn = turn_of(self.exif)
        self._frame = _first_frame(data)
        self.size = self._frame.canvas
        self._window: Image.Image | None = None
        self._top = self._bottom = 0

    def decode(self, wanted: Size) -> None:
        """At twice the wanted size, or else later: each window when it is asked for."""
        scaled = 2 * wanted[0], 2 * wanted[1]
        if self._frame.size == self.size and all(map(lt, scaled, self.size)):
            self._window = self._frame.pixels(scaled, scale=True, scaled_width=scaled[0], scaled_height=scaled[1])
            self._frame, self.size = self._frame._replace(size=scaled), scaled
            self._bottom = scaled[1]

    def strip(self, top: int, bottom: int) -> Image.Image:
        frame = self._frame
        if frame.size == self.size:
            return self._rows(top, bottom)
        ground = Image.new("RGB", (self.size[0], bottom - top), "white")
        first, last = max(top - frame.y, 0), min(bottom - frame.y, frame.size[1])
        if first < last:
            rows = self._rows(first, last)
            ground.paste(rows, (frame.x, first + frame.y - top), rows if rows.mode == "RGBA" else None)
        return ground

    def release(self) -> None:
        self._window = None

    def _rows(self, top: int, bottom: int) -> Image.Image:
        """Rows of the frame."""
        width, height = self._frame.size
        if self._window is None or top < self._top or bottom > self._bottom:
            self._window = None
            self._top = top - top % 2  # where libwebp begins
            self._bottom = min(height, max(bottom, self._top + WINDOW // width))
            extent = width, self._bottom - self._top
            self._window = self._frame.pixels(
                extent, crop=True, crop_top=self._top, crop_width=extent[0], crop_height=extent[1]
            )
        return self._window.crop((0, top - self._top, width, bottom - self._top))


class _Frame(NamedTuple):
    """One coded image, and where it lies on its canvas."""

    data: bytes
    size: Size
    mode: str
    canvas: Size
    x: int = 0
    y: int = 0

    def pixels(self, size: Size, **options: int) -> Image.Image:
        """What libwebp makes of it with these options, in `size`."""
        pixels, config = bytearray(size[0] * size[1] * 4), _Config()
        if not _libwebp.WebPInitDecoderConfigInternal(config, _ABI):
            raise RuntimeError("libwebp has another interface")
        config.output.colorspace, config.output.is_external_memory = _RGBA, True
        config.output.rgba = ctypes.addressof(ctypes.c_char.from_buffer(pixels))
        config.output.stride, config.output.size = size[0] * 4, len(pixels)
        for name, value in options.items():
            setattr(config.options, name, value)
        _check(_libwebp.WebPDecode(self.data, len(self.data), config))
        return Image.frombuffer(self.mode, size, pixels, "raw", self.mode, 0, 1)


def _first_frame(data: bytes) -> _Frame:
    """Raises ValueError where there is none. [RFC 9649, 2.7]"""
    canvas: Size | None = None
    for kind, start, end in _chunks(data):
        if kind == b"VP8X":
            canvas = _number(data, start + 4) + 1, _number(data, start + 7) + 1
        elif kind == b"ANMF" and canvas is not None:
            coded = data[start + 16 : end]
            size, mode = _features(coded)
            x, y = 2 * _number(data, start), 2 * _number(data, start + 3)
            if x + size[0] > canvas[0] or y + size[1] > canvas[1]:
                raise ValueError("a frame lies beyond its canvas")
            return _Frame(coded, size, mode, canvas, x, y)
        elif kind in (b"VP8 ", b"VP8L"):
            size, mode = _features(data)
            return _Frame(data, size, mode, size)
    raise ValueError("no frame")


def _chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """The name of each chunk, and where its content begins and ends [RFC 9649, 2.3]."""
    at = len(b"RIFF....WEBP")
    while at + 8 <= len(data):
        kind, size = struct.unpack_from("<4sI", data, at)
        yield kind, at + 8, at + 8 + size
        at += 8 + size + size % 2


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 3], "little")


def _features(data: bytes) -> tuple[Size, str]:
    """The size of a coded image, and the mode of its pixels."""
    found = _Features()
    _check(_libwebp.WebPGetFeaturesInternal(data, len(data), found, _ABI))
    return (found.width, found.height), "RGBA" if found.has_alpha else "RGBX"


def _check(status: int) -> None:
    """Raises MemoryError or ValueError for a VP8StatusCode that is not VP8_STATUS_OK."""
    if status == _OUT_OF_MEMORY:
        raise MemoryError
    if status:
        raise ValueError(f"libwebp: {status}")
