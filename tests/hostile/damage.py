"""Good files of every kind, cut short and with bits turned over: the same ones each time."""

import random
from collections.abc import Iterator

from service.jobs.media import DOCX, JPEG, PDF, XLSX
from service.jobs.media import XLS as XLS_TYPE
from tests.contract.test_documents import OFFICE, XLS
from tests.contract.test_images import CASES
from tests.hostile.case import packed
from tests.hostile.pdfs import page

GOOD = {f"image/{name}": content for name, content in CASES.items() if " " not in name} | {
    JPEG + " progressive": CASES["progressive jpeg"],
    "image/tiff packed": CASES["packed tiff"],
    "image/tiff fax": CASES["fax tiff"],
    PDF: page(packed(b"0 0 100 100 re f\n", 9)),
    DOCX: OFFICE["docx"],
    XLSX: OFFICE["xlsx"],
    XLS_TYPE: XLS[1],
}
"""Media type (and what sort of it) -> a file."""


def cut(content: bytes, count: int) -> Iterator[bytes]:
    """The file's beginning, to `count` lengths, most of them short: there the headers are."""
    for number in range(count):
        yield content[: round(len(content) * (number / count) ** 2)]


def flipped(content: bytes, count: int, seed: int) -> Iterator[bytes]:
    """The file with one to twenty bits turned over, half of the time in its first 200 bytes."""
    chance = random.Random(seed)
    for _ in range(count):
        damaged = bytearray(content)
        reach = len(content) if chance.random() < 0.5 else min(200, len(content))
        for _ in range(chance.choice((1, 2, 5, 20))):
            damaged[chance.randrange(reach)] ^= 1 << chance.randrange(8)
        yield bytes(damaged)
