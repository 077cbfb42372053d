"""Word and Excel files: their tables stand in the file and are read, not recognised."""

import encodings.cp437  # noqa: F401  (zipfile asks for it while it reads, and in the cage no module can be opened)
from collections.abc import Callable
from typing import BinaryIO

from service.jobs.media import DOCX, XLS
from service.tables.model import Table
from workers.allowance import Allowance, Spent
from workers.engines.base import Extraction
from workers.packed import check_container
from workers.refusal import refusing
from workers.sheets import sheet_tables
from workers.word import word_tables


def office_tables(file: BinaryIO, media_type: str, progress: Callable[[float], None]) -> Extraction:
    """Every table of the document, as far as its allowance goes.

    Raises UnreadableFile or one of its kinds, and what `progress` raises.
    """
    with refusing(media_type):
        if media_type != XLS:
            check_container(file, media_type)
            file.seek(0)
        allowance, tables = Allowance(), list[Table]()
        read = word_tables if media_type == DOCX else sheet_tables
        concerns: tuple[str, ...] = ()
        try:
            for table in read(file, allowance, progress):
                tables.append(table)
        except Spent:
            concerns = (allowance.concern,)
        return Extraction(tables=tuple(tables), model="local", concerns=concerns)
