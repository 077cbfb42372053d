"""Word and Excel files: their tables stand in the file and are read, not recognised."""

import encodings.cp437  # noqa: F401  (zipfile asks for it while it reads, and in the cage no module can be opened)
from collections.abc import Collection, Iterator
from typing import BinaryIO

from service.jobs.media import DOCX, XLS
from service.tables.model import Table
from workers.allowance import Allowance, Spent
from workers.choice import Wanted
from workers.packed import check_container
from workers.page import Bad, Begun
from workers.refusal import refusing
from workers.word import word_tables
from workers.workbook.sheets import sheet_tables

Found = Table | Begun | Bad | str
"""What reading brings, in order: tables, sheets begun and sheets that cannot be read, and concerns about the whole."""


def office_tables(file: BinaryIO, media_type: str, wanted: Wanted, left_out: Collection[int] = ()) -> Iterator[Found]:
    """Every table of the document, of a workbook of its wanted sheets, as far as its allowance goes.

    Raises UnreadableFile or one of its kinds.
    """
    with refusing(media_type):
        if media_type != XLS:
            check_container(file, media_type)
            file.seek(0)
        allowance = Allowance()
        try:
            if media_type == DOCX:
                yield from word_tables(file, allowance)
            else:
                yield from sheet_tables(file, media_type, allowance, wanted, left_out)
        except Spent:
            yield allowance.concern
