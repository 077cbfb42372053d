"""What is done in the cage: the reader for each order."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from service.jobs.media import PDF
from workers import decode
from workers.cage.channel import Channel, Message
from workers.cage.life import Work
from workers.encode import encoded
from workers.page import Fit, Page


def work_of(order: Message) -> Work:
    """The work that an order asks for; loads what that needs. Images, the most frequent, need nothing more."""
    if order["work"] == "tables":
        import workers.office

        return _send_tables
    if order["media_type"] == PDF:
        import workers.pdf  # noqa: F401
    return _send_pages


def _send_pages(file: BinaryIO, order: Message, channel: Channel) -> None:
    """Decode pages from number `first` on, each in the size that the worker answers with when it is told the size.

    They are sent as files where the order says so: a photo is then a megabyte to hand over, not its forty of pixels.
    The words of a page go before it.
    """

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        channel.send({"size": size})
        answer, _ = channel.receive()
        return answer["fit"][0], answer["fit"][1]

    for page in _pages(file, order, fit):
        place, image = {"number": page.number, "total": page.total, "more": page.more, "facts": page.facts}, page.pixels
        if page.words is not None:
            told = [[word.text, *word.box] for word in page.words]
            channel.send({"words": len(told)}, json.dumps(told).encode())
        if order["as_files"]:
            sent = encoded(image)
            channel.send(place | {"media_type": sent.media_type, "extent": sent.size}, sent.data)
        else:
            channel.send(place | {"mode": image.mode, "extent": image.size}, image.tobytes())


def _send_tables(file: BinaryIO, order: Message, channel: Channel) -> None:
    """Read the tables of a Word or Excel file, each as JSON."""
    from workers.office import office_tables

    found = office_tables(file, order["media_type"], lambda share: channel.send({"share": share}))
    for table in found.tables:
        channel.send({"table": True}, table.model_dump_json().encode())
    channel.send({"concerns": found.concerns})


def _pages(file: BinaryIO, order: Message, fit: Fit) -> Iterator[Page]:
    if order["media_type"] == PDF:
        from workers.pdf import pdf_pages

        return pdf_pages(file, fit, order["max_pixels"], order["max_pages"], order["first"], order["words"])
    return decode.image_pages(file, order["media_type"], fit, order["max_pixels"], order["max_pages"], order["first"])
