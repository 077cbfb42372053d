"""Images that promise more than they hold, or hold far more than they show."""

import io
import struct
import zlib
from collections.abc import Iterator

from PIL import Image

from tests.hostile.case import COMPLETED, MB, Case, packed, zeros
from tests.pictures import encoded, picture

TOO_MANY = "422 too_many_pixels"
UNREADABLE = "unreadable_file"


def images() -> Iterator[Case]:
    """Every hostile image."""
    yield from _png()
    yield from _gif_bmp()
    yield from _jpeg()
    yield from _tiff()
    yield from _webp_avif()


def chunk(kind: bytes, data: bytes) -> bytes:
    """One chunk of a PNG."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, data: bytes, *extra: bytes) -> bytes:
    """A grey PNG of 8 bits."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(extra) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _png() -> Iterator[Case]:
    small = zlib.compress(bytes(9 * 8))
    yield Case("png of 2 GB", png(50_000, 50_000, zeros(100 * MB)), TOO_MANY)
    yield Case("png of 4 G x 4 G", png(0x7FFFFFFF, 0x7FFFFFFF, small), TOO_MANY)
    yield Case("png within the limit, packed 1:1000", png(8000, 8000, packed(bytes(8001), 8000)), COMPLETED)
    yield Case("png whose data go on for 100 MB", png(8, 8, zeros(100 * MB)), COMPLETED)
    yield Case("png without data", png(8000, 8000, b""), UNREADABLE)
    yield Case("png with a text of 200 MB", png(8, 8, small, chunk(b"zTXt", b"a\0\0" + zeros(200 * MB))), UNREADABLE)
    yield Case("png with a profile of 200 MB", png(8, 8, small, chunk(b"iCCP", b"a\0\0" + zeros(200 * MB))), UNREADABLE)
    yield Case("png of no width", png(0, 8, small), UNREADABLE)


def _gif_bmp() -> Iterator[Case]:
    gif = bytearray(picture(form="GIF")[1])
    gif[6:10] = struct.pack("<HH", 65535, 65535)
    yield Case("gif on a screen of 4 Gpx", bytes(gif), TOO_MANY)
    gif[6:10] = struct.pack("<HH", 7000, 9000)
    yield Case("gif on a screen of 63 Mpx", bytes(gif), COMPLETED)
    bmp = bytearray(picture(form="BMP")[1])
    yield Case("bmp of 2 G x 2 G", bytes(bmp[:18] + struct.pack("<ii", 2**31 - 1, 2**31 - 1) + bmp[26:]), TOO_MANY)
    yield Case(
        "bmp of less than nothing", bytes(bmp[:18] + struct.pack("<ii", -5, -(2**31)) + bmp[26:]), "too_many_pixels"
    )
    yield Case("bmp of 63 Mpx and no pixel", bytes(bmp[:18] + struct.pack("<ii", 7000, 9000) + bmp[26:]), UNREADABLE)


def _jpeg() -> Iterator[Case]:
    jpeg = encoded(Image.new("L", (64, 64)), "JPEG")
    at = jpeg.index(b"\xff\xc0") + 5
    yield Case("jpeg of 65,535 squared", jpeg[:at] + b"\xff\xff\xff\xff" + jpeg[at + 4 :], TOO_MANY)
    yield Case("jpeg of 15,000 squared and no data", jpeg[:at] + struct.pack(">HH", 15_000, 15_000), UNREADABLE)
    yield Case("jpeg of 5,000 scans", _scans((4000, 4000), 5000), UNREADABLE)
    yield Case("jpeg of endless marks", jpeg[:2] + b"\xff" * 2 * MB + jpeg[2:], COMPLETED)


def _scans(size: tuple[int, int], count: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again: each makes the decoder walk over the whole image."""
    whole = encoded(Image.new("L", size), "JPEG", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * count + whole[-2:]


def _tiff() -> Iterator[Case]:
    yield Case("tiff of 3 Gpx in one strip", _tiff_of(60_000, 50_000, b""), TOO_MANY)
    yield Case("tiff with a strip of 4 GB", _tiff_of(8, 8, b"", strip=2**32 - 1), COMPLETED)
    bomb = _tiff_of(8000, 8000, packed(bytes(8000), 8000), packing=8)
    yield Case("tiff within the limit, packed 1:1000", bomb, COMPLETED)
    yield Case("tiff that is a loop", _pages(1, last=8), COMPLETED)
    yield Case("tiff of 100,000 pages", _pages(100_000), COMPLETED)
    yield Case("tiff with 4 G entries", _tiff_of(8, 8, bytes(64))[:8] + b"\xff\xff" + bytes(40), UNREADABLE)


def _directory(width: int, height: int, packing: int, strip: int, follows: int) -> bytes:
    """An image file directory of a grey image whose one strip begins at byte 8."""
    tags = {256: width, 257: height, 258: 8, 259: packing, 262: 1, 273: 8, 277: 1, 278: height, 279: strip}
    entries = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags.items())
    return struct.pack("<H", len(tags)) + entries + struct.pack("<I", follows)


def _tiff_of(width: int, height: int, data: bytes, packing: int = 1, strip: int | None = None) -> bytes:
    directory = _directory(width, height, packing, len(data) if strip is None else strip, 0)
    return b"II*\0" + struct.pack("<I", 8 + len(data)) + data + directory


def _pages(count: int, last: int = 0) -> bytes:
    """Many pages of 1 x 1, all of the same pixel; the last one says that `last` follows."""
    size = len(_directory(1, 1, 1, 1, 0))
    start = 16
    body = b"".join(
        _directory(1, 1, 1, 1, start + (number + 1) * size if number < count - 1 else (start if last else 0))
        for number in range(count)
    )
    return b"II*\0" + struct.pack("<I", start) + bytes(8) + body


def _webp_avif() -> Iterator[Case]:
    yield Case("webp of 34 bytes and 178 Mpx", _webp(10_900, 16_383), TOO_MANY)
    yield Case("webp of 34 bytes and 30 Mpx", _webp(3_000, 10_000), UNREADABLE)
    avif = picture(form="AVIF")[1]
    at = avif.index(b"ispe") + 8
    yield Case("avif of 4 Gpx", avif[:at] + struct.pack(">II", 65_535, 65_535) + avif[at + 8 :], TOO_MANY)
    yield Case("avif whose boxes disagree", avif[:at] + struct.pack(">II", 5000, 6000) + avif[at + 8 :], COMPLETED)
    buffer = io.BytesIO()
    Image.new("L", (8000, 4000)).save(buffer, "AVIF", speed=10, quality=1)
    yield Case("avif of 32 Mpx in less than 1 KB", buffer.getvalue(), COMPLETED)


def _webp(width: int, height: int) -> bytes:
    """A lossless WebP that is a header and nothing else."""
    data = b"\x2f" + struct.pack("<I", width - 1 | (height - 1) << 14) + bytes(9)
    return b"RIFF" + struct.pack("<I", 12 + len(data)) + b"WEBPVP8L" + struct.pack("<I", len(data)) + data
