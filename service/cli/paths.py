"""Which files a command line names: files as they are, folders with what the service can read, patterns."""

import glob
from collections.abc import Iterator
from pathlib import Path

from service.cli.words import say

IMAGES = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".webp", ".gif", ".avif", ".heic", ".heif"})
DOCUMENTS = frozenset({".pdf", ".docx", ".xlsx", ".xls"})


class NoSuchFile(Exception):
    """A name that leads to no file."""


def files_of(names: tuple[str, ...], *, documents: bool) -> list[Path]:
    """Every file once, in the order named; of a folder, with those below it, those of a known ending.

    Raises NoSuchFile for a name that leads to none.
    """
    endings = IMAGES | DOCUMENTS if documents else IMAGES
    found: dict[Path, None] = {}
    for name in names:
        here = list(_files(name, endings))
        if not here:
            raise NoSuchFile(say("'{name}'에 보낼 파일이 없습니다.", "'{name}' leads to no file to send.", name=name))
        found |= dict.fromkeys(here)
    return list(found)


def _files(name: str, endings: frozenset[str]) -> Iterator[Path]:
    path = Path(name)
    if path.is_dir():
        for inner in sorted(path.rglob("*")):
            hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
            if inner.is_file() and not hidden and inner.suffix.lower() in endings:
                yield inner
    elif path.exists():
        yield path
    else:
        matches = sorted(glob.glob(name, recursive=True))  # noqa: PTH207 - Path.glob takes no absolute pattern
        yield from (path for path in map(Path, matches) if path.is_file())
