"""What is done in the cage: the reader for each order."""

import json
from collections.abc import Iterator
from typing import BinaryIO

from service.jobs.errors import JobError
from service.jobs.media import PDF
from workers import decode
from workers.cage.channel import Channel, Message
from workers.cage.life import Work, blamed, most_memory
from workers.choice import Choice, Wanted
from workers.encode import encoded
from workers.page import Bad, Begun, Fit, Page


def work_of(order: Message) -> Work:
    """The work that an order asks for; loads what that needs. Images, the most frequent, need nothing more."""
    if order["work"] == "tables":
        import workers.office

        return _send_tables
    if order["media_type"] == PDF:
        import workers.pdf  # noqa: F401
    return _send_pages


def _send_pages(file: BinaryIO, order: Message, channel: Channel) -> None:
    """Decode the wanted pages from number `first` on, once it is told which they are; each in the size that the worker
    answers with when it is told the size.

    They are sent as files where the order says so: a photo is then a megabyte to hand over, not its forty of pixels.
    The words of a page go before it. Of one that cannot be read it is told why.
    """
    start = most_memory()

    def fit(size: tuple[int, int]) -> tuple[int, int]:
        channel.send({"size": size})
        answer, _ = channel.receive()
        return answer["fit"][0], answer["fit"][1]

    def tell(choice: Choice) -> None:
        channel.send({"choice": choice})

    for page in _pages(file, order, fit, Wanted(order["pages"], order["max_pages"], order["first"], tell)):
        if isinstance(page, Bad):
            _send_bad(page.number, blamed(page.error, most_memory() - start, order["memory_mb"]), channel)
            continue
        place, image = {"number": page.number, "facts": page.facts}, page.pixels
        if page.words is not None:
            told = [[word.text, *word.box] for word in page.words]
            channel.send({"words": len(told)}, json.dumps(told).encode())
        if order["as_files"]:
            sent = encoded(image)
            channel.send(place | {"media_type": sent.media_type, "extent": sent.size}, sent.data)
        else:
            channel.send(place | {"mode": image.mode, "extent": image.size}, image.tobytes())


def _send_bad(number: int, error: JobError, channel: Channel) -> None:
    channel.send({"bad": number, "code": error.code, "values": error.values, "cause": repr(error.__cause__)[:300]})


def _send_tables(file: BinaryIO, order: Message, channel: Channel) -> None:
    """Read the tables of a Word or Excel file, each as JSON; of a workbook the wanted sheets but those to be left out,
    each told of before it is begun."""
    from workers.office import office_tables

    def tell(choice: Choice) -> None:
        channel.send({"choice": choice})

    wanted = Wanted(order["pages"], order["max_pages"], tell=tell)
    for found in office_tables(file, order["media_type"], wanted, order["left_out"]):
        if isinstance(found, Bad):
            _send_bad(found.number, found.error, channel)
        elif isinstance(found, Begun):
            channel.send({"begun": found.number, "share": found.share})
        elif isinstance(found, str):
            channel.send({"concern": found})
        else:
            channel.send({"table": True}, found.model_dump_json().encode())


def _pages(file: BinaryIO, order: Message, fit: Fit, wanted: Wanted) -> Iterator[Page | Bad]:
    if order["media_type"] == PDF:
        from workers.pdf import pdf_pages

        return pdf_pages(file, fit, order["max_pixels"], wanted, order["words"])
    return decode.image_pages(file, order["media_type"], fit, order["max_pixels"], wanted)
