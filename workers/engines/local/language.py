"""Which languages can be read here: Korean needs Tesseract's data, which no package of this engine carries."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

KOREAN = "kor.traineddata"

SYSTEM_FOLDERS = (
    "usr/share/tesseract-ocr/*/tessdata",
    "usr/share/tessdata",
    "usr/local/share/tessdata",
    "opt/homebrew/share/tessdata",
)
"""Where Debian, Fedora, a build from source and Homebrew put the data; patterns below the root folder."""


def languages() -> tuple[str, ...]:
    """The languages the engine reads: `("ko", "en")`, or `("en",)` where the Korean data is missing."""
    return ("ko", "en") if korean_data() else ("en",)


def korean_data(root: Path = Path("/")) -> Path | None:
    """The folder that holds the Korean data, or None: an override's, else this environment's own, else the system's."""
    return next((folder for folder in data_folders(root) if (folder / KOREAN).is_file()), None)


def own_folder() -> Path:
    """Where this Python environment keeps data that was set up without root rights."""
    return Path(sys.prefix) / "share" / "tessdata"


def data_folders(root: Path = Path("/")) -> Iterator[Path]:
    """Every folder to look in, first choice first; `root` stands for the file system's root."""
    override = os.environ.get("TESSDATA_PREFIX")
    if override:
        # Tesseract itself once meant the folder above, so both are tried.
        yield from (Path(override), Path(override) / "tessdata")
    yield own_folder()
    for pattern in SYSTEM_FOLDERS:
        yield from sorted(root.glob(pattern), reverse=True)
