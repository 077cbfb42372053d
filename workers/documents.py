"""Documents: which reader a kind of file takes, each in the cage."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import BinaryIO

from service.jobs.errors import UnreadableFile
from service.settings import Settings
from workers import decode, office, pdf
from workers.cage.channel import Channel, Closed
from workers.cage.child import Child
from workers.cage.pages import CagedPages
from workers.engines.base import Extraction, Fit, Page, Progress
from workers.tables import Table


def pages_of(path: Path, media_type: str, fit: Fit, settings: Settings, checkpoint: Callable[[], None]) -> CagedPages:
    """The pages of an image or a PDF, decoded as they are asked for."""
    return CagedPages(
        path, media_type, partial(_open_pages, media_type, settings), fit, settings.decode_memory_mb, checkpoint
    )


def tables_of(path: Path, media_type: str, settings: Settings, progress: Progress) -> Extraction:
    """The tables of a Word or Excel file. Raises the JobError its reader tells of, UnreadableFile when that dies."""
    with path.open("rb") as file:
        work = partial(_send_tables, file, media_type)
        with Child(work, file.fileno(), settings.decode_memory_mb, lambda: progress(0)) as child:
            try:
                return _received_tables(child, progress)
            except Closed:
                raise UnreadableFile(media_type=media_type) from None


def _open_pages(media_type: str, settings: Settings, file: BinaryIO, fit: Fit, first: int) -> Iterator[Page]:
    if media_type == pdf.MEDIA_TYPE:
        return pdf.pdf_pages(file, fit, settings.max_pages, first)
    return decode.image_pages(file, media_type, fit, settings.max_image_pixels, settings.max_pages, first)


def _send_tables(file: BinaryIO, media_type: str, channel: Channel) -> None:
    """The child's work."""
    found = office.office_tables(file, media_type, lambda share: channel.send({"share": share}))
    for table in found.tables:
        channel.send({"table": True}, table.model_dump_json().encode())


def _received_tables(child: Child, progress: Progress) -> Extraction:
    tables: list[Table] = []
    while True:
        message, block = child.receive()
        if "end" in message:
            return Extraction(tables=tuple(tables), model="local")
        if "share" in message:
            progress(message["share"])
        elif block is not None:
            tables.append(Table.model_validate(json.loads(bytes(block))))
