"""Measuring a file: `python -m workers.measure PARENT MEDIA_TYPE MEMORY_MB MAX_PIXELS MAX_PAGES`, the file on stdin.

A short-lived process of the web's, which must not parse a file itself. It gives up every right before it looks at one,
as a caged child does, and tells its pages as JSON on stdout: `pages`, each width, height, and characters within and
beyond ASCII; `more`; or `error` and `values`.
"""

import codecs
import json
import os
import sys
from typing import Any, BinaryIO

from service.jobs.errors import JobError, OutOfMemory
from service.jobs.media import PDF
from workers import decode, pdf
from workers.cage.confinement import confine, room_for

_STANDARD = (0, 1, 2)

codecs.lookup("utf-16-le")  # loaded now: pypdfium2 reads text by it, when no file can be opened any more


def main() -> None:
    """Measure one file, and end."""
    parent, media_type, memory_mb, max_pixels, max_pages = sys.argv[1:]
    confine(_STANDARD, room_for(int(memory_mb)), int(parent))
    try:
        told = _measured(sys.stdin.buffer, media_type, int(max_pixels), int(max_pages))
    except JobError as error:
        told = {"error": error.code, "values": error.values}
    except MemoryError:
        told = {"error": OutOfMemory.code, "values": {}}
    sys.stdout.write(json.dumps(told))
    sys.stdout.flush()
    os._exit(0)  # what a library may still have to do at the end concerns nobody


def _measured(file: BinaryIO, media_type: str, max_pixels: int, max_pages: int) -> dict[str, Any]:
    if media_type == PDF:
        texts, more = pdf.pdf_sizes(file, max_pixels, max_pages)
        return {"pages": [[*size, *_counted(text)] for size, text in texts], "more": more}
    sizes, more = decode.image_sizes(file, media_type, max_pixels, max_pages)
    return {"pages": [[*size, 0, 0] for size in sizes], "more": more}


def _counted(text: str) -> tuple[int, int]:
    ascii_ones = sum(map(str.isascii, text))
    return ascii_ones, len(text) - ascii_ones


if __name__ == "__main__":
    main()
