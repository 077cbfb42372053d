"""What is done in the cage: each reader, by the name a worker asks for it with."""

from collections.abc import Iterator
from typing import BinaryIO

from service.jobs.media import PDF
from workers import decode, office, pdf
from workers.cage.channel import Channel, Message
from workers.cage.life import Work
from workers.engines.base import Fit, Page


def send_pages(file: BinaryIO, order: Message, channel: Channel) -> None:
    """Decode pages from number `first` on, each in the size that the worker answers with when it is told the size."""

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        channel.send({"size": size})
        answer, _ = channel.receive()
        return answer["fit"][0], answer["fit"][1]

    for page in _pages(file, order, fit):
        facts = {"number": page.number, "total": page.total, "mode": page.image.mode, "extent": page.image.size}
        channel.send(facts, page.image.tobytes())


def send_tables(file: BinaryIO, order: Message, channel: Channel) -> None:
    """Read the tables of a Word or Excel file, each as JSON."""
    found = office.office_tables(file, order["media_type"], lambda share: channel.send({"share": share}))
    for table in found.tables:
        channel.send({"table": True}, table.model_dump_json().encode())


WORKS: dict[str, Work] = {"pages": send_pages, "tables": send_tables}


def _pages(file: BinaryIO, order: Message, fit: Fit) -> Iterator[Page]:
    if order["media_type"] == PDF:
        return pdf.pdf_pages(file, fit, order["max_pages"], order["first"])
    return decode.image_pages(file, order["media_type"], fit, order["max_pixels"], order["max_pages"], order["first"])
