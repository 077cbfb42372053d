"""Reading a multipart submission: the file straight to disk, the fields into memory, limits enforced on the way."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from service.api.body import pieces
from service.api.faults import FieldFault, InvalidFields, MissingFile, TooManyFiles
from service.api.problems import (
    DiskFull,
    FileTooLarge,
    MalformedMultipart,
    NotMultipart,
    Problem,
    StorageUnavailable,
    megabytes,
)
from service.api.received import BatchTooLarge, Form, Limits, Received, display_name
from service.jobs.files import Upload, is_disk_full, is_unwritable
from service.jobs.text import Text

WRITE_SIZE = 256 * 1024
"""Bytes gathered before they are written: few hops to a thread, little memory."""

FIELD_BYTES = 64 * 1024
"""Most bytes of all fields but the file together."""

PARTS = 64
HEADER_BYTES = 64 * 1024


async def read_form(request: Request, open_upload: Callable[[], Upload], limits: Limits) -> Form:
    """Read the whole body; each file part goes to an upload that `open_upload` makes.

    Raises a Problem for what cannot be accepted, starlette's ClientDisconnect when the client goes away, OSError when
    the disk does not take the file; in each case nothing of the uploads stays.
    """
    reader = _Reader(_boundary(request), open_upload, limits)
    if int(request.headers.get("content-length", "0")) > limits.total_bytes + FIELD_BYTES + PARTS * HEADER_BYTES:
        raise reader.too_large_together()
    try:
        async for chunk in pieces(request, limits.patience):
            reader.feed(chunk)
            if reader.gathered >= WRITE_SIZE:
                await run_in_threadpool(reader.flush)
        reader.finish()
    except BaseException:
        reader.form.discard()
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

    def __init__(self, boundary: bytes, open_upload: Callable[[], Upload], limits: Limits) -> None:
        self.form = Form()
        self.gathered = 0
        self._unwritten: list[tuple[Upload, bytearray]] = []
        self._open_upload = open_upload
        self._limits = limits
        self._file_bytes = self._total_bytes = self._field_bytes = self._parts = 0
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
        """Write what was gathered; blocks. Of several files none but the last stays open."""
        for upload, data in self._unwritten:
            upload.write(data)
            if upload is not self.form.files[-1].upload:
                upload.rest()
        del self._unwritten[:-1]
        for _, data in self._unwritten:
            data.clear()
        self.gathered = 0

    def finish(self) -> None:
        if not self._whole:
            raise MalformedMultipart(reason="the closing boundary is missing")
        self.flush()

    def too_large_together(self) -> Problem:
        limit = self._limits.total_bytes
        if self._limits.files == 1:
            return self._too_large()
        return BatchTooLarge(limit=limit, limit_mb=megabytes(limit))

    def _too_large(self) -> Problem:
        limit = self._limits.file_bytes
        return FileTooLarge(limit=limit, limit_mb=megabytes(limit))

    def _begin_part(self) -> None:
        self._parts += 1
        if self._parts > PARTS + self._limits.files:
            raise MalformedMultipart(reason=f"more than {PARTS + self._limits.files} parts")
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
        if len(self.form.files) >= self._limits.files:
            raise TooManyFiles(self._limits.files)
        name = display_name(filename.decode("utf-8", "replace"))
        self.form.files.append(Received(name, self._open_upload()))
        self._unwritten.append((self.form.files[-1].upload, bytearray()))
        self._file_bytes = 0

    def _begin_field(self) -> None:
        if self._name == "file":
            raise MissingFile
        if self._name in self.form.fields:
            raise _twice(self._name)
        self._value = bytearray()

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._value is None:
            self._file_bytes += end - start
            self._total_bytes += end - start
            if self._file_bytes > self._limits.file_bytes:
                raise self._too_large()
            if self._total_bytes > self._limits.total_bytes:
                raise self.too_large_together()
            self._unwritten[-1][1].extend(memoryview(data)[start:end])
            self.gathered += end - start
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


def _twice(name: str) -> InvalidFields:
    return InvalidFields(FieldFault(name[:100], _TWICE, {"name": name[:100]}))


_TWICE = Text("'{name}' 필드가 두 번 왔습니다. 한 번만 보내 주세요.", "The field '{name}' came twice. Send it once.")
_NOT_A_FILE = Text(
    "파일은 'file' 필드로만 보낼 수 있습니다('{name}'에는 글자 값만).",
    "A file can be sent in the field 'file' only; '{name}' takes text.",
)
_NOT_UTF8 = Text("'{name}' 필드는 UTF-8이어야 합니다.", "The field '{name}' must be UTF-8.")
_FIELDS_TOO_LONG = Text("필드 값들의 합이 {limit}바이트를 넘습니다.", "The fields together are over {limit} bytes.")
