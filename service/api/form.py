"""Reading a multipart submission: the file straight to disk, the fields into memory, limits enforced on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api.body import Patience, pieces
from service.api.faults import FieldFault, InvalidFields, MissingFile
from service.api.problems import (
    DiskFull,
    FileTooLarge,
    MalformedMultipart,
    NotMultipart,
    StorageUnavailable,
    megabytes,
)
from service.jobs.errors import Text
from service.jobs.files import Upload, is_disk_full, is_unwritable

WRITE_SIZE = 256 * 1024
"""Bytes gathered before they are written: few hops to a thread, little memory."""

FIELD_BYTES = 64 * 1024
"""Most bytes of all fields but the file together."""

PARTS = 64
HEADER_BYTES = 64 * 1024
FILENAME_LENGTH = 255


@dataclass
class Form:
    """A submission as received: the fields by name, and the file, if one came."""

    fields: dict[str, str] = field(default_factory=dict)
    filename: str | None = None
    upload: Upload | None = None


async def read_form(request: Request, open_upload: Callable[[], Upload], max_bytes: int, patience: Patience) -> Form:
    """Read the whole body; the file part goes to the upload that `open_upload` makes.

    Raises a Problem for what cannot be accepted, starlette's ClientDisconnect when the client goes away, OSError when
    the disk does not take the file; in each case nothing of the upload stays.
    """
    reader = _Reader(_boundary(request), open_upload, max_bytes)
    if int(request.headers.get("content-length", "0")) > max_bytes + FIELD_BYTES + PARTS * HEADER_BYTES:
        raise reader.too_large()
    try:
        async for chunk in pieces(request, patience):
            reader.feed(chunk)
            if len(reader.unwritten) >= WRITE_SIZE:
                await run_in_threadpool(reader.flush)
        reader.finish()
    except BaseException:
        if reader.form.upload is not None:
            reader.form.upload.discard()
        raise
    return reader.form


@contextmanager
def told_of_storage() -> Iterator[None]:
    """Raises DiskFull or StorageUnavailable where the disk does not take a file."""
    try:
        yield
    except OSError as error:
        if is_disk_full(error):
            raise DiskFull from error
        if is_unwritable(error):
            raise StorageUnavailable from error
        raise


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    if kind in (b"", b"application/x-www-form-urlencoded"):
        raise MissingFile
    if kind != b"multipart/form-data":
        raise NotMultipart(found=kind.decode("latin-1")[:100])
    if not options.get(b"boundary"):
        raise MalformedMultipart(reason="boundary")
    return options[b"boundary"]


class _Reader:
    """Takes the body in pieces; python-multipart finds the parts."""

    def __init__(self, boundary: bytes, open_upload: Callable[[], Upload], max_bytes: int) -> None:
        self.form = Form()
        self.unwritten = bytearray()
        self._open_upload = open_upload
        self._max_bytes = max_bytes
        self._file_bytes = self._field_bytes = self._parts = 0
        self._headers: dict[bytes, bytes] = {}
        self._header = (bytearray(), bytearray())
        self._name = ""
        self._value: bytearray | None = None
        self._whole = False
        callbacks = {
            "on_part_begin": self._begin_part,
            "on_header_field": lambda data, start, end: self._header[0].extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._header[1].extend(data[start:end]),
            "on_header_end": self._end_header,
            "on_headers_finished": self._end_headers,
            "on_part_data": self._data,
            "on_part_end": self._end_part,
            "on_end": self._end,
        }
        try:
            self._parser = MultipartParser(boundary, callbacks, max_header_size=HEADER_BYTES)  # type: ignore[arg-type]
        except FormParserError as error:
            raise MalformedMultipart(reason=str(error)) from None

    def feed(self, chunk: bytes) -> None:
        try:
            self._parser.write(chunk)
        except FormParserError as error:
            raise MalformedMultipart(reason=str(error)) from None

    def flush(self) -> None:
        """Write what was gathered; blocks."""
        if self.form.upload is not None and self.unwritten:
            self.form.upload.write(bytes(self.unwritten))
            self.unwritten.clear()

    def finish(self) -> None:
        if not self._whole:
            raise MalformedMultipart(reason="the closing boundary is missing")
        self.flush()

    def too_large(self) -> FileTooLarge:
        return FileTooLarge(limit=self._max_bytes, limit_mb=megabytes(self._max_bytes))

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > PARTS:
            raise MalformedMultipart(reason=f"more than {PARTS} parts")
        self._headers = {}
        self._value = None

    def _end_header(self) -> None:
        name, value = self._header
        self._headers[bytes(name).lower()] = bytes(value)
        self._header = (bytearray(), bytearray())

    def _end_headers(self) -> None:
        disposition = self._headers.get(b"content-disposition", b"")
        _, options = parse_options_header(disposition.decode("latin-1"))
        if b"name" not in options:
            raise MalformedMultipart(reason="a part has no name")
        self._name = options[b"name"].decode("utf-8", "replace")
        if b"filename" in options:
            self._begin_file(options[b"filename"])
        else:
            self._begin_field()

    def _begin_file(self, filename: bytes) -> None:
        if self._name != "file":
            raise InvalidFields(FieldFault(self._name[:100], _NOT_A_FILE, {"name": self._name[:100]}))
        if self.form.upload is not None:
            raise _twice("file")
        self.form.filename = _display_name(filename)
        self.form.upload = self._open_upload()

    def _begin_field(self) -> None:
        if self._name == "file":
            raise MissingFile
        if self._name in self.form.fields:
            raise _twice(self._name)
        self._value = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._value is None:
            self._file_bytes += end - start
            if self._file_bytes > self._max_bytes:
                raise self.too_large()
            self.unwritten += memoryview(data)[start:end]
            return
        self._field_bytes += end - start
        if self._field_bytes > FIELD_BYTES:
            raise InvalidFields(FieldFault(self._name[:100], _FIELDS_TOO_LONG, {"limit": FIELD_BYTES}))
        self._value += memoryview(data)[start:end]

    def _end_part(self) -> None:
        if self._value is None:
            return
        try:
            self.form.fields[self._name] = self._value.decode("utf-8")
        except UnicodeDecodeError:
            raise InvalidFields(FieldFault(self._name[:100], _NOT_UTF8, {"name": self._name[:100]})) from None

    def _end(self) -> None:
        self._whole = True


def _display_name(raw: bytes) -> str:
    """The client's name for its file, to show and never to open."""
    name = raw.decode("utf-8", "replace")
    if not name:
        raise MissingFile  # what a browser sends for a file input left empty
    if len(name) > FILENAME_LENGTH:
        raise InvalidFields(FieldFault("file", _NAME_TOO_LONG, {"limit": FILENAME_LENGTH, "actual": len(name)}))
    if any(sign in name for sign in "/\\") or not name.isprintable() or name in (".", ".."):
        raise InvalidFields(FieldFault("file", _NAME_IS_PATH))
    return name


def _twice(name: str) -> InvalidFields:
    return InvalidFields(FieldFault(name[:100], _TWICE, {"name": name[:100]}))


_TWICE = Text("'{name}' 필드가 두 번 왔습니다. 한 번만 보내 주세요.", "The field '{name}' came twice. Send it once.")
_NOT_A_FILE = Text(
    "파일은 'file' 필드로만 보낼 수 있습니다('{name}'에는 글자 값만).",
    "A file can be sent in the field 'file' only; '{name}' takes text.",
)
_NOT_UTF8 = Text("'{name}' 필드는 UTF-8이어야 합니다.", "The field '{name}' must be UTF-8.")
_FIELDS_TOO_LONG = Text("필드 값들의 합이 {limit}바이트를 넘습니다.", "The fields together are over {limit} bytes.")
_NAME_TOO_LONG = Text(
    "파일 이름이 {limit}자를 넘습니다({actual}자). 이름을 줄여 주세요.",
    "The file's name has {actual} characters, over the limit of {limit}. Shorten it.",
)
_NAME_IS_PATH = Text(
    "파일 이름에 경로(/, \\)나 제어 문자를 쓸 수 없습니다. 이름만 보내 주세요.",
    "The file's name must not hold a path (/ or \\) or control characters. Send the bare name.",
)
