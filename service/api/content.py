"""What a stored file really is, told from its first bytes and its headers, without decoding it."""

import importlib.util
import struct
from functools import cache
from pathlib import Path

import imagesize

from service.jobs.media import DOCUMENTS, DOCX, GIF, HEIC, IMAGES, PDF, XLS, XLSX

_SIGNATURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"II+\0", "image/tiff"),
    (b"MM\0+", "image/tiff"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_BRANDS = {b"avif": "image/avif", b"avis": "image/avif"} | dict.fromkeys(
    (b"heic", b"heix", b"heim", b"heis", b"hevc"), "image/heic"
)
_KNOWN_STRANGERS = (
    (b"PK\x03\x04", "ZIP archive"),
    (b"\xd0\xcf\x11\xe0", "old Office document"),
    (b"\x7fELF", "ELF program"),
    (b"MZ", "Windows program"),
    (b"8BPS", "Photoshop image"),
    (b"%!PS", "PostScript"),
    (b"\x1f\x8b", "gzip archive"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf", "7-Zip archive"),
    (b"RIFF", "RIFF audio or video"),
    (b"\x1aE\xdf\xa3", "Matroska video"),
)
_OLE = b"\xd0\xcf\x11\xe0"
_BITMAP_HEADERS = (12, 40, 52, 56, 64, 108, 124)
"""Lengths of the header that follows a BMP's first 14 bytes; its two-letter mark alone begins many a text."""

_HEAD = 4096


def media_type_of(path: Path) -> str | None:
    """The media type of a file among those the service knows, or None."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature):
            return media_type
    if head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in _BITMAP_HEADERS:
        return "image/bmp"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if head[4:8] == b"ftyp":
        return _iso_image(head)
    if head.startswith(b"PK\x03\x04"):
        return _office_type(path)
    if b"%PDF-" in head[:1024]:
        return PDF
    return XLS if head.startswith(_OLE) and _has_workbook(path, head) else None


def is_archive(path: Path) -> bool:
    """Whether a file is a ZIP of files, and no document that is packed as one [ECMA-376-2; ODF; EPUB]."""
    with path.open("rb") as file:
        head = file.read(64)
    names = _central_directory(path) if head.startswith((b"PK\x03\x04", b"PK\x05\x06")) else b""
    document = _office_type(path) or b"[Content_Types].xml" in names or head[30:38] == b"mimetype"
    return bool(names) and not document


@cache  # to look for a package reads folders: 0.2 ms
def supported(*, documents: bool) -> dict[str, str]:
    """The media types that are accepted, each with its short name; some need a decoder that may be absent."""
    images = {kind: name for kind, name in IMAGES.items() if kind != HEIC or importlib.util.find_spec("pi_heif")}
    return images | DOCUMENTS if documents else images


def describe(path: Path) -> str:
    """A short name for content that is not supported, for the client's eyes."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[4:8] == b"ftyp":
        return "MP4 video or another ISO media file"
    if is_locked_office(path):
        return "Office document locked with a password"
    for signature, name in _KNOWN_STRANGERS:
        if head.startswith(signature):
            return name
    start = head.lstrip()[:64].lower()
    if start.startswith((b"<svg", b"<?xml", b"<!doctype", b"<html")):
        return "XML, SVG or HTML text"
    try:
        head.decode("utf-8", "strict")
    except UnicodeDecodeError as error:
        cut_letter = len(head) == _HEAD and error.start >= _HEAD - 4
        return "text" if cut_letter else "unknown binary data"
    return "unknown binary data" if b"\0" in head else "text"


def is_locked_office(path: Path) -> bool:
    """Whether a file is a Word or Excel file, or another of that family, under a password [MS-OFFCRYPTO 1.4.1]."""
    with path.open("rb") as file:
        head = file.read(_HEAD)
    return head.startswith(_OLE) and "EncryptedPackage" in _directory(path, head)


def pixels_of(path: Path, media_type: str) -> int | None:
    """Width times height of an image's first page, from its header alone; None when the header cannot be read."""
    try:
        width, height = _gif_size(path) if media_type == GIF else imagesize.get(str(path))
    except (OSError, ValueError, struct.error, KeyError, IndexError, OverflowError):
        return None  # the decoder will say what is wrong with it
    return width * height if width > 0 and height > 0 else None


def _iso_image(head: bytes) -> str | None:
    """AVIF or HEIC by the brands of an ISO media file [ISO 14496-12 4.3]: the major one, then the compatible ones."""
    end = min(int.from_bytes(head[:4], "big"), len(head))
    brands = [head[8:12], *(head[at : at + 4] for at in range(16, end, 4))]
    return next((_BRANDS[brand] for brand in brands if brand in _BRANDS), None)


def _gif_size(path: Path) -> tuple[int, int]:
    """A GIF's width and height [GIF89a, 18]; imagesize takes what is over 32,767 for less than nothing."""
    with path.open("rb") as file:
        head = file.read(10)
    width, height = struct.unpack_from("<HH", head, 6)
    return width, height


def _office_type(path: Path) -> str | None:
    names = _central_directory(path)
    if b"word/document.xml" in names:
        return DOCX
    return XLSX if b"xl/workbook." in names else None


def _central_directory(path: Path) -> bytes:
    """The part of a ZIP file that lists its names [APPNOTE 4.3.12], as bytes; empty when absent or beyond 4 MiB.

    Searched as it is: to build a list from it, a hostile file could ask for any amount of memory.
    """
    with path.open("rb") as file:
        end = file.seek(0, 2)
        file.seek(max(0, end - 65_557))
        tail = file.read()
        record = tail.rfind(b"PK\x05\x06")
        if record < 0 or len(tail) - record < 22:
            return b""
        size, offset = struct.unpack_from("<II", tail, record + 12)
        if size > 4 * 1024 * 1024:
            return b""
        file.seek(offset)
        return file.read(size)


def _has_workbook(path: Path, head: bytes) -> bool:
    """Whether an OLE2 file's directory names an Excel workbook [MS-XLS 2.1.2]."""
    names = _directory(path, head)
    return any(f"{name}\0" in names for name in ("Workbook", "Book"))


def _directory(path: Path, head: bytes) -> str:
    """The names in the first sector of an OLE2 file's directory [MS-CFB 2.2, 2.6.1], each with zeros behind it."""
    if len(head) < 512:
        return ""
    shift, first = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
    if shift not in (9, 12):
        return ""
    with path.open("rb") as file:
        file.seek((first + 1) << shift)
        return file.read(4096).decode("utf-16-le", "replace")
