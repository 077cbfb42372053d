"""ZIP containers (DOCX, XLSX), looked over before a parser unpacks them into memory."""

import zipfile
from collections.abc import Iterator
from copy import copy
from typing import BinaryIO

from service.jobs.errors import EncryptedDocument, TooManyParts, UnpacksTooLarge, UnreadableFile

MAX_PARTS = 10_000
"""Files in one container. A long document has some hundreds; python-docx takes time that grows with their square."""

MAX_UNPACKED = 512 * 1024 * 1024
"""Bytes of all parts together: python-docx keeps every part, and has 1024 MB (`DECODE_MEMORY_MB`) to parse in."""

MAX_PART = 256 * 1024 * 1024
"""Bytes of one part; a sheet of 1,048,576 rows, Excel's last, and 8 columns has that many."""

MAX_RATIO = 200
"""Unpacked to packed size of one part. Sheets reach 50, the default alarm of Apache POI stands at 100, deflate ends
at 1,032."""

FREE_BYTES = 4 * 1024 * 1024
"""A part no larger than this may be packed however tightly: it cannot hurt."""

_PIECE = 1024 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""All that [ECMA-376-2, annex B] allows."""


def check_container(file: BinaryIO, media_type: str) -> None:
    """Look at what the directory promises, then at what really comes out, for a header can lie.

    Raises TooManyParts, UnpacksTooLarge, EncryptedDocument, UnreadableFile, and what zipfile raises on damage.
    """
    with zipfile.ZipFile(file) as archive:
        parts = archive.infolist()
        if len(parts) > MAX_PARTS:
            raise TooManyParts(actual=len(parts), limit=MAX_PARTS)
        if any(part.compress_type not in _METHODS for part in parts):
            raise UnreadableFile(media_type=media_type)
        if any(part.flag_bits & 1 for part in parts):
            raise EncryptedDocument
        _check_sizes((part, part.file_size) for part in parts)
        _check_sizes((part, _real_size(archive, part)) for part in parts)


def _check_sizes(sizes: Iterator[tuple[zipfile.ZipInfo, int]]) -> None:
    total = 0
    for part, size in sizes:
        total += size
        for actual, limit in ((size, _limit(part)), (total, MAX_UNPACKED)):
            if actual > limit:
                raise UnpacksTooLarge(actual=_mb(actual), limit=_mb(limit))


def _limit(part: zipfile.ZipInfo) -> int:
    return min(MAX_PART, max(FREE_BYTES, part.compress_size * MAX_RATIO))


def _real_size(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Bytes that come out of a part, counted up to one more than it may have."""
    probe = copy(part)
    probe.file_size = _limit(part) + 1  # zipfile stops there, where it would stop at the size that the header tells
    del probe.CRC
    size = 0
    with archive.open(probe) as unpacking:
        while piece := unpacking.read(_PIECE):
            size += len(piece)
    return size


def _mb(size: int) -> int:
    return -(-size // (1024 * 1024))
