"""Word and Excel files: bombs, lies, loops and foreign matter."""

import io
import struct
import zipfile
from collections.abc import Iterator, Mapping

from tests.contract.test_documents import OFFICE
from tests.hostile.case import COMPLETED, MB, Case
from tests.workers.test_office import cell, workbook

TOO_LARGE, UNREADABLE, STARVED = "unpacks_too_large", "unreadable_file", "out_of_memory"
DOCUMENT, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"

_ROW = b"<w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc></w:tr>"
_TABLE = b"<w:tbl><w:tblPr/><w:tblGrid/>%s</w:tbl>"
_CELL = b"<w:tr><w:tc><w:tcPr>%s</w:tcPr><w:p><w:r><w:t>%s</w:t></w:r></w:p></w:tc></w:tr>"


def packages() -> Iterator[Case]:
    """Every hostile Word and Excel file."""
    for case in (*_word(), *_excel(), *_containers(), *_locked()):
        yield case._replace(document=True)


def word(body: bytes, before: bytes = b"") -> bytes:
    """A Word file with that in its body; `before` stands before the root element."""
    parts = _parts(OFFICE["docx"])
    main = parts[DOCUMENT]
    at = main.index(b"<w:body>") + len(b"<w:body>")
    return rezipped(parts | {DOCUMENT: before + main[main.index(b"<w:document") : at] + body + main[at:]})


def rezipped(parts: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A package of these parts."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method, compresslevel=9) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def _parts(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _laughs(root: bytes) -> bytes:
    """Ten to the twelfth copies of a word, by entities of entities."""
    lines = [b'<!ENTITY a0 "lol">'] + [b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 13)]
    return b'<?xml version="1.0"?><!DOCTYPE ' + root + b" [" + b"".join(lines) + b"]>"


def _secret(root: bytes) -> bytes:
    return b'<?xml version="1.0"?><!DOCTYPE ' + root + b' [<!ENTITY a12 SYSTEM "file:///etc/passwd">]>'


def _word() -> Iterator[Case]:
    entity = _TABLE % (_CELL % (b"", b"&a12;"))
    wide = _TABLE % (_CELL % (b'<w:gridSpan w:val="1000000000"/>', b"x"))
    tall = _TABLE % (_CELL % (b'<w:vMerge w:val="restart"/>', b"x") + _CELL % (b"<w:vMerge/>", b"") * 5000)
    nested = b"<w:tbl><w:tblPr/><w:tblGrid/><w:tr><w:tc>"
    yield Case("docx of 3 million paragraphs", word(b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 3_000_000), TOO_LARGE)
    yield Case("docx that laughs", word(entity, _laughs(b"w:document")), UNREADABLE)
    yield Case("docx that reads a file", word(entity, _secret(b"w:document")), COMPLETED)
    yield Case("docx with a cell of a billion columns", word(wide), UNREADABLE)
    yield Case("docx with a cell of 5,000 rows", word(tall), COMPLETED)
    yield Case("docx with 30,000 rows", word(_TABLE % (_ROW * 30_000)), COMPLETED)
    yield Case("docx with 20,000 tables", word(_TABLE % _ROW * 20_000), COMPLETED)
    yield Case("docx 300 tables deep", word(nested * 300), UNREADABLE)
    yield Case(
        "docx with macros", rezipped(_parts(OFFICE["docx"]) | {"word/vbaProject.bin": b"\xd0\xcf" * 999}), COMPLETED
    )
    yield Case("docx that calls out", _calling_out(), COMPLETED)
    yield Case("docx whose parts are a chain of 4,000", _chain(4000), UNREADABLE)


def _relations(*targets: str, mode: str = "") -> bytes:
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"
    lines = (f'<Relationship Id="x{n}" Type="{kind}" Target="{t}"{mode}/>' for n, t in enumerate(targets))
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'.encode()


def _calling_out() -> bytes:
    parts = _parts(OFFICE["docx"])
    outside = _relations("http://127.0.0.1:9/x", "file:///etc/passwd", "\\\\host\\x", mode=' TargetMode="External"')
    return rezipped(parts | {"word/_rels/document.xml.rels": outside})


def _chain(length: int) -> bytes:
    parts = _parts(OFFICE["docx"]) | {"word/_rels/document.xml.rels": _relations("p0.xml")}
    for n in range(length):
        parts |= {f"word/p{n}.xml": b"<x/>", f"word/_rels/p{n}.xml.rels": _relations(f"p{n + 1}.xml")}
    return rezipped(parts)


def _excel() -> Iterator[Case]:
    first = f'<row r="1">{cell("A1", "x")}</row>'
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, 1_000_001))
    merged = '<mergeCells count="1">' + '<mergeCell ref="A1:C200"/>' * 50_000 + "</mergeCells>"
    block = f"{first}<row r='200'>{cell('C200', 'y')}</row>"
    yield Case("xlsx of a million rows", _packed(workbook(rows)), COMPLETED)
    yield Case("xlsx with a false dimension", _with_dimension(workbook(first), "A1:XFD1048576"), COMPLETED)
    yield Case(
        "xlsx from corner to corner", workbook(f'{first}<row r="1048576">{cell("XFD1048576", "y")}</row>'), STARVED
    )
    yield Case("xlsx with a cell beyond", workbook(f"{first}<row>{cell('AAAAAAAA99999999999', 'y')}</row>"), UNREADABLE)
    yield Case("xlsx merged 50,000 times", _packed(workbook(block, merged)), COMPLETED)
    yield Case(
        "xlsx that laughs", _with_start(workbook(f'<row r="1">{cell("A1", "&a12;")}</row>'), _laughs), UNREADABLE
    )
    yield Case(
        "xlsx that reads a file", _with_start(workbook(f'<row r="1">{cell("A1", "&a12;")}</row>'), _secret), UNREADABLE
    )
    yield Case("xlsx 100,000 elements deep", workbook("<row>" * 100_000), COMPLETED)
    text = f'<row r="1">{cell("A1", "x" * 30 * MB)}</row>'
    yield Case("xlsx with a text of 30 MB", workbook(text), COMPLETED)
    macros = _parts(OFFICE["xlsx"]) | {"xl/vbaProject.bin": b"\xd0\xcf" * 999, "xl/_rels/x.rels": b"<"}
    yield Case("xlsx with macros", rezipped(macros), COMPLETED)
    yield Case("xlsx that calls out", _sheet_calling_out(), COMPLETED)
    styled = '<row r="1"><c r="A1" s="4000000000"><v>1</v></c><c r="B1" s="-1"><v>2</v></c></row>'
    yield Case("xlsx with styles that are not there", workbook(styled), COMPLETED)
    apart = "".join(f'<row r="{n}">{cell(f"A{n}", "x")}{cell(f"C{n}", "y")}</row>' for n in range(1, 20_000, 3))
    yield Case("xlsx of 13,000 lone cells", workbook(apart), COMPLETED)


def _sheet_calling_out() -> bytes:
    """A workbook whose cell asks another workbook, a program and the web for its value."""
    parts = _parts(
        workbook('<row r="1"><c r="A1"><f>[1]x!A1+cmd|"/c x"!A1+WEBSERVICE("http://127.0.0.1:9")</f></c></row>')
    )
    outside = _relations("http://127.0.0.1:9/x.xlsx", "file:///etc/passwd", mode=' TargetMode="External"')
    return rezipped(parts | {"xl/externalLinks/_rels/externalLink1.xml.rels": outside})


def _packed(package: bytes) -> bytes:
    return rezipped(_parts(package))


def _with_dimension(package: bytes, reference: str) -> bytes:
    parts = _parts(package)
    said = f'<dimension ref="{reference}"/><sheetData>'.encode()
    return rezipped(parts | {SHEET: parts[SHEET].replace(b"<sheetData>", said)})


def _with_start(package: bytes, start: object) -> bytes:
    assert callable(start)
    parts = _parts(package)
    return rezipped(parts | {SHEET: start(b"worksheet") + parts[SHEET]})


def _containers() -> Iterator[Case]:
    word_parts, sheet_parts = _parts(OFFICE["docx"]), _parts(OFFICE["xlsx"])
    many = {f"x/{n}": b"" for n in range(10_001)}
    blank = b" " * (30 * MB)
    yield Case("docx with 10,001 parts", rezipped(word_parts | many), "too_many_parts")
    yield Case("docx with a part of 30 MB of nothing", rezipped(word_parts | {"x": blank}), TOO_LARGE)
    yield Case("xlsx with a sheet of 30 MB of nothing", rezipped(sheet_parts | {SHEET: blank}), TOO_LARGE)
    yield Case("xlsx with a header that lies", _lying(rezipped(sheet_parts | {SHEET: blank}), len(blank)), TOO_LARGE)
    yield Case("docx packed by lzma", rezipped(word_parts, zipfile.ZIP_LZMA), UNREADABLE)
    yield Case(
        "docx whose parts share their bytes", _overlapping(rezipped(word_parts | {"x": b"x" * 4 * MB})), TOO_LARGE
    )
    inner = rezipped({"inner.docx": OFFICE["docx"]})
    for _ in range(20):
        inner = rezipped({"inner.zip": inner})
    yield Case("zip in zip, 20 deep", inner, "422 invalid_batch")
    yield Case("docx that holds such a zip", rezipped(word_parts | {"inner.zip": inner}), COMPLETED)
    yield Case(
        "docx with paths that climb", rezipped(word_parts | {"../../../../tmp/x": b"x", "/etc/x": b"x"}), COMPLETED
    )


def _lying(package: bytes, size: int) -> bytes:
    """Every mention of that unpacked size says 100 bytes instead."""
    return package.replace(struct.pack("<I", size), struct.pack("<I", 100))


def _overlapping(package: bytes) -> bytes:
    """A thousand names in the directory for the bytes of the last part."""
    end = package.rindex(b"PK\x05\x06")
    size, start = struct.unpack_from("<II", package, end + 12)
    entry = package[package.rindex(b"PK\x01\x02") : end]
    directory = package[start:end] + entry * 1000
    count = struct.unpack_from("<H", package, end + 10)[0] + 1000
    tail = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    assert size == end - start
    return package[:start] + directory + tail


def _locked() -> Iterator[Case]:
    names = "".join(f"{name}\0" for name in ("EncryptionInfo", "EncryptedPackage"))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(22) + struct.pack("<H", 9) + bytes(16) + struct.pack("<I", 0)
    ole = header.ljust(512, b"\0") + names.encode("utf-16-le").ljust(1024, b"\0")
    yield Case("docx or xlsx locked with a password", ole, "422 encrypted_document")
    flagged = bytearray(OFFICE["xlsx"])
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = flagged.find(mark)
        while at >= 0:
            flagged[at + offset] |= 1
            at = flagged.find(mark, at + 4)
    yield Case("xlsx whose zip is locked", bytes(flagged), "encrypted_document")
