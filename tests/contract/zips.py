"""ZIP archives put together for tests, honest and hostile."""

import io
import struct
import zipfile


def packed(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these files."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return buffer.getvalue()


def locked(*members: tuple[str, bytes]) -> bytes:
    """The same, said to be encrypted."""
    return _patched(packed(*members), b"PK\x01\x02", 8, struct.pack("<H", 1))


def damaged(*members: tuple[str, bytes]) -> bytes:
    """The same without compression, with a byte of the first file changed."""
    content = bytearray(packed(*members, method=zipfile.ZIP_STORED))
    content[30 + len(members[0][0].encode()) + 20] ^= 0xFF
    return bytes(content)


def understated(name: str, content: bytes) -> bytes:
    """An archive that says its one file is empty once it is unpacked."""
    raw = _patched(packed((name, content)), b"PK\x01\x02", 24, struct.pack("<I", 1))
    return _patched(raw, b"PK\x03\x04", 22, struct.pack("<I", 1))


def wordy(count: int, length: int = 200) -> bytes:
    """An archive of so many empty files with names of that length."""
    return packed(*((f"{number:0{length}}", b"") for number in range(count)))


def in_cp949(name: str, content: bytes) -> bytes:
    """An archive as old Korean Windows writes it: the name in CP949, without a word about it."""
    raw = name.encode("cp949")
    placeholder = "x" * len(raw)
    return packed((placeholder, content)).replace(placeholder.encode(), raw)


def _patched(archive: bytes, signature: bytes, offset: int, value: bytes) -> bytes:
    """The archive with other bytes at an offset of each header of that kind."""
    content = bytearray(archive)
    at = content.find(signature)
    while at >= 0:
        content[at + offset : at + offset + len(value)] = value
        at = content.find(signature, at + 4)
    return bytes(content)
