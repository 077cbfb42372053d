"""PDF files: bombs in streams, trees that loop, pages without end, and files that are two things at once."""

import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.contract.test_documents import OFFICE
from tests.hostile.case import COMPLETED, MB, Case, packed, zeros
from tests.hostile.packages import rezipped
from tests.pictures import picture

UNREADABLE, STARVED, UNSUPPORTED = "unreadable_file", "out_of_memory", "415 unsupported_content"
SAMPLES = Path(__file__).parents[1] / "contract" / "samples"

_CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
_PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>"
_SQUARE = b"0 0 10 10 re f\n"


def pdfs() -> Iterator[Case]:
    """Every hostile PDF."""
    for case in (*_trees(), *_pages(), *_streams()):
        yield case._replace(document=True)


def mixtures() -> Iterator[Case]:
    """Files that are two things at once: the first bytes decide."""
    good, html = page(packed(_SQUARE, 1)), b"<html><script>alert(1)</script></html>"
    gif, jpeg, png = (picture(form=form)[1] for form in ("GIF", "JPEG", "PNG"))
    archive = rezipped({"x.html": html})
    yield Case("zip with a pdf in it", rezipped({"x.pdf": good}, 0), COMPLETED, document=True)
    yield Case("gif that is html", gif.replace(b"\x3b", b"\x3b" + html), COMPLETED)
    yield Case("html that is a gif", html + gif, UNSUPPORTED)
    yield Case("jpeg that is a zip", jpeg + archive, COMPLETED)
    yield Case("png that is a docx", png + OFFICE["docx"], COMPLETED, document=True)
    yield Case("zip that is a jpeg", archive + jpeg, "422 invalid_batch")
    yield Case("pdf that is a zip", good + archive, COMPLETED, document=True)
    yield Case("script before a pdf", b"#!/bin/sh\nexit\n" + good, COMPLETED, document=True)
    yield Case("svg that reads a file", b'<?xml version="1.0"?><svg>&a;</svg>', UNSUPPORTED)


def pdf(objects: Sequence[bytes]) -> bytes:
    """A PDF of these objects; the first is its catalog."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    count = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    tail = b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (count, len(out))
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (count, table, tail)


def stream(data: bytes, extra: bytes = b"") -> bytes:
    """A stream object; `data` is packed already."""
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(data), extra, data)


def page(content: bytes, box: bytes = b"0 0 612 792", *objects: bytes) -> bytes:
    """A PDF of one page; `objects` are numbered from 5, the first of them named I."""
    kids = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
    one = b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>" % box
    return pdf([_CATALOG, kids, one, stream(content), *objects])


def _trees() -> Iterator[Case]:
    kids = b" ".join(b"%d 0 R" % (number + 3) for number in range(10_000))
    deep = [b"<</Type/Pages/Kids[%d 0 R]/Count 1>>" % (number + 3) for number in range(5000)]
    yield Case(
        "pdf of 10,000 pages", pdf([_CATALOG, b"<</Kids[%s]/Count 10000>>" % kids, *[_PAGE] * 10_000]), COMPLETED
    )
    yield Case("pdf of no page", pdf([_CATALOG, b"<</Type/Pages/Kids[]/Count 0>>"]), UNREADABLE)
    yield Case("pdf that says a million pages", pdf([_CATALOG, b"<</Type/Pages/Kids[]/Count 1000000>>"]), UNREADABLE)
    yield Case("pdf whose tree is a loop", pdf([_CATALOG, b"<</Type/Pages/Kids[2 0 R]/Count 5>>"]), UNREADABLE)
    yield Case("pdf whose tree is 5,000 deep", pdf([_CATALOG, *deep, _PAGE]), UNREADABLE)
    nested = b"[" * 1_000_000 + b"]" * 1_000_000
    yield Case("pdf with an array a million deep", pdf([b"<</Pages 2 0 R/X %s>>" % nested, b"<<>>"]), COMPLETED)
    huge = pdf([_CATALOG, b"<<>>"]).replace(b"0 3\n", b"0 2000000000\n").replace(b"/Size 3", b"/Size 2000000000")
    yield Case("pdf with a table of two billion", huge, COMPLETED)
    yield Case("pdf locked with a password", (SAMPLES / "locked.pdf").read_bytes(), "encrypted_document")


def _pages() -> Iterator[Case]:
    square = packed(_SQUARE, 1)
    yield Case("pdf page of 10 metres", page(square, b"0 0 28346 28346"), COMPLETED)
    yield Case("pdf page of a thousand kilometres", page(square, b"0 0 2834600000 1"), COMPLETED)
    yield Case("pdf page of less than nothing", page(square, b"0 0 -5 0"), COMPLETED)


def _streams() -> Iterator[Case]:
    yield Case("pdf stream of 600 MB", page(zeros(600 * MB)), STARVED)
    yield Case("pdf of 9 million squares", page(packed(_SQUARE * 1000, 9_000)), STARVED)
    yield Case("pdf 10 million states deep", page(packed(b"q " * 1000, 10_000)), STARVED)
    image = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
    shown = zlib.compress(b"600 0 0 600 0 0 cm /I Do")
    small = stream(zeros(100 * MB), image % (10_000, 10_000))
    yield Case("pdf image of 100 Mpx", page(shown, b"0 0 612 792", small), COMPLETED)
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I %d 0 R>>>>"
    own = stream(zlib.compress(b"/I Do"), form % 5)
    yield Case("pdf form that shows itself", page(shown, b"0 0 612 792", own), COMPLETED)
    forms = [stream(zlib.compress(b"/I Do " * 10), form % (6 + n)) for n in range(30)]
    last = stream(zlib.compress(_SQUARE), b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]")
    yield Case("pdf forms that laugh", page(shown, b"0 0 612 792", *forms, last), STARVED)
