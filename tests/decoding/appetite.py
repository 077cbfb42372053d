"""`python -m tests.decoding.appetite FILE MEDIA_TYPE PIXELS`: decode a file in a caged child, as a page of at most so
many pixels, and print the most memory in MB of 1024 x 1024 bytes that the child had, all that a process is included.

A program of its own, for a child has from its birth what its parent has; this one has no more than the keeper.
"""

import json
import math
import os
import subprocess
import sys
from pathlib import Path

from workers.cage.channel import Channel, Message, line
from workers.cage.life import bear
from workers.cage.reading import work_of

FOR_HIGH = 2_500 * 32 * 32
"""Pixels of a page that a model is sent with `detail=high`."""

KEPT = 30_000 * 32 * 32
"""Most pixels that any model is sent."""


def appetite(path: Path, media_type: str, most_pixels: int) -> float:
    """What the program prints, MB. Raises AssertionError when the file is refused."""
    command = [sys.executable, "-m", "tests.decoding.appetite", str(path), media_type, str(most_pixels)]
    environment = os.environ | {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}  # as the keeper has it
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=200)
    assert ended.returncode == 0, ended.stderr
    return float(ended.stdout)


def main() -> None:
    path, media_type, most_pixels = sys.argv[1:]
    order = {"work": "pages", "media_type": media_type, "as_files": True, "words": False, "pages": None, "first": 1}
    limits = {"memory_mb": 1024, "max_pixels": 64_000_000, "max_pages": 1}
    (ours, theirs), (_, tether) = line(), (lifeline := line())
    with open(path, "rb") as file, theirs, tether:
        bear(work_of, order | limits, [file.fileno(), theirs.fileno(), tether.fileno()])
    _converse(Channel(ours), int(most_pixels))
    lifeline[0].close()  # it waits for another file
    print(os.wait4(-1, 0)[2].ru_maxrss / 1024)


def _converse(channel: Channel, most_pixels: int) -> None:
    message: Message = {}
    while "end" not in message:
        message, _ = channel.receive()
        assert not {"error", "bad"} & message.keys(), json.dumps(message)
        if "size" in message:
            width, height = message["size"]
            scale = min(1.0, math.sqrt(most_pixels / (width * height)))
            channel.send({"fit": (int(width * scale), int(height * scale))})


if __name__ == "__main__":
    main()
