"""Measuring a file: `python -m workers.measure PARENT MEDIA_TYPE MEMORY_MB MAX_PIXELS MAX_PAGES PAGES`.

The file comes on stdin; PAGES are as a client names them, empty for all.

A short-lived process of the web's, which must not parse a file itself. It gives up every right before it looks at one,
as a caged child does, and tells its pages as JSON on stdout: `pages`, each number, width, height, and characters
within and beyond ASCII; `more`; or `error` and `values`.
"""

import codecs
import json
import os
import sys
from typing import BinaryIO

from service.jobs.errors import JobError, OutOfMemory
from service.jobs.media import PDF
from service.jobs.pages import page_numbers
from workers import decode, pdf
from workers.cage.confinement import confine, room_for
from workers.choice import Wanted

_STANDARD = (0, 1, 2)

codecs.lookup("utf-16-le")  # loaded now: pypdfium2 reads text by it, when no file can be opened any more


def main() -> None:
    """Measure one file, and end."""
    parent, media_type, memory_mb, max_pixels, max_pages, pages = sys.argv[1:]
    more: list[bool] = []
    numbers = page_numbers(pages) if pages else None
    wanted = Wanted(numbers, int(max_pages), tell=lambda choice: more.append(choice.more))
    confine(_STANDARD, room_for(int(memory_mb)), int(parent))
    try:
        told = {"pages": _measured(sys.stdin.buffer, media_type, int(max_pixels), wanted), "more": any(more)}
    except JobError as error:
        told = {"error": error.code, "values": error.values}
    except MemoryError:
        told = {"error": OutOfMemory.code, "values": {}}
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # what a library may still have to do at the end concerns nobody


def _measured(file: BinaryIO, media_type: str, max_pixels: int, wanted: Wanted) -> list[list[int]]:
    if media_type == PDF:
        texts = pdf.pdf_sizes(file, max_pixels, wanted)
        return [[number, *size, *_counted(text)] for number, (size, text) in texts.items()]
    sizes = decode.image_sizes(file, media_type, max_pixels, wanted)
    return [[number, *size, 0, 0] for number, size in sizes.items()]


def _counted(text: str) -> tuple[int, int]:
    ascii_ones = sum(map(str.isascii, text))
    return ascii_ones, len(text) - ascii_ones


if __name__ == "__main__":
    main()
