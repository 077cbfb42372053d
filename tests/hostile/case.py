"""A hostile file and the one answer it may get."""

import zlib
from typing import NamedTuple

MB = 1024 * 1024

COMPLETED = "completed"


class Case(NamedTuple):
    """`answer` is an HTTP status and code (`415 unsupported_content`), `completed`, or the failed task's code."""

    name: str
    content: bytes
    answer: str
    document: bool = False

    @property
    def path(self) -> str:
        return "extract-tables" if self.document else "analyze-image"


def zeros(count: int) -> bytes:
    """That many zero bytes, packed by zlib at 1:1000."""
    return packed(b"\0" * MB, count // MB)


def packed(block: bytes, times: int) -> bytes:
    """A block, many times over, packed by zlib without being held whole."""
    packer = zlib.compressobj(9)
    return b"".join([*(packer.compress(block) for _ in range(times)), packer.flush()])
