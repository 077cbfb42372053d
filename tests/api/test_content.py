"""What a file is, told from its first bytes."""

from pathlib import Path

import pytest

from service.api.content import describe, media_type_of, pixels_of
from service.jobs.media import AVIF, BMP, GIF, HEIC, IMAGES, JPEG, PDF, PNG, TIFF, WEBP


def box(major: bytes, *compatible: bytes) -> bytes:
    brands = b"".join(compatible)
    return (16 + len(brands)).to_bytes(4, "big") + b"ftyp" + major + b"\0\0\0\0" + brands + b"\0\0\0\x08mdat"


def ole(name: str) -> bytes:
    """An OLE2 file whose directory, in its first sector of 512 bytes, names one stream."""
    head = bytearray(512)
    head[:4], head[30:32] = b"\xd0\xcf\x11\xe0", (9).to_bytes(2, "little")
    return bytes(head) + name.encode("utf-16-le").ljust(512, b"\0")


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\x89PNG\r\n\x1a\n", PNG),
        (b"\xff\xd8\xff\xe0", JPEG),
        (b"II*\0", TIFF),
        (b"MM\0*", TIFF),
        (b"GIF89a", GIF),
        (b"RIFF\0\0\0\0WEBP", WEBP),
        (b"BM" + b"\0" * 12 + (40).to_bytes(4, "little"), BMP),
        (b"BMW is a maker of cars", None),
        (b"\n%PDF-1.7", PDF),
        (box(b"avif", b"mif1"), AVIF),
        (box(b"mif1", b"avif", b"miaf"), AVIF),
        (box(b"heic", b"mif1"), HEIC),
        (box(b"mif1", b"heic"), HEIC),
        (box(b"mif1"), None),
        (box(b"isom", b"mp42"), None),
        (b"PK\x03\x04 and nothing more", None),
        (b"", None),
    ],
)
def test_the_content_decides(tmp_path: Path, data: bytes, kind: str | None) -> None:
    path = tmp_path / "upload"
    path.write_bytes(data)
    assert media_type_of(path) == kind


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"plain words", "text"),
        ("\ufeff한글".encode(), "text"),
        (b"\x00\xff\x00\xfe", "unknown binary data"),
        (b"<svg xmlns='x'/>", "XML, SVG or HTML text"),
        (b"PK\x03\x04", "ZIP archive"),
        (ole("WordDocument"), "old Office document"),
        (ole("EncryptedPackage"), "Office document locked with a password"),
    ],
)
def test_what_is_not_supported_is_named(tmp_path: Path, data: bytes, name: str) -> None:
    path = tmp_path / "upload"
    path.write_bytes(data)
    assert describe(path) == name


def test_a_header_that_cannot_be_read_has_no_pixels(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    for data in (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0\0", b"II*\0\xff\xff\xff\xff", b"GIF89a"):
        path.write_bytes(data)
        assert [pixels_of(path, kind) for kind in IMAGES] == [None] * len(IMAGES)
