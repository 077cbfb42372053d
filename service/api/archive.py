"""A ZIP of files to be read, unpacked by the standard library under limits that its headers cannot lie about."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from service.api import content
from service.api.faults import FieldFault, InvalidBatch, TooManyFiles
from service.api.problems import FileTooLarge, UnsupportedContent, megabytes
from service.api.received import BatchTooLarge, Form, Limits, Received, display_name
from service.jobs.files import Upload
from service.jobs.text import Text

PIECE = 256 * 1024
"""Bytes that are read or unpacked at once. The list of names must fit in as well: it is all that is held whole."""

RATIO = 200
"""Unpacked to packed size of one file. Pictures and documents are packed already; deflate ends at 1,032."""

FREE_BYTES = 4 * 1024 * 1024
"""A file no larger than this may be packed however tightly: it cannot hurt."""

_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""Those that can be unpacked piece by piece."""

_LITTER = frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})
"""What file managers leave in folders, as in `__MACOSX/`."""


@dataclass(frozen=True)
class Room:
    """How much one archive may still bring: files, and bytes of all of them."""

    files: int
    total_bytes: int


class _Bounded(io.FileIO):
    """A file of which nobody reads much at once: zipfile takes the list of names whole, as long as it says it is."""

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = PIECE + 1 if size is None or size < 0 else size
        found = super().read(wanted)
        if found is None or len(found) > PIECE:
            raise zipfile.BadZipFile("the directory is too long")
        return found


def unpack(form: Form, limits: Limits, receive: Callable[[], Upload]) -> None:
    """Put what is in archives in their place among the files of a form; blocks.

    Raises InvalidBatch, TooManyFiles, FileTooLarge, BatchTooLarge; UnsupportedContent where an archive is damaged. Then
    nothing of the files stays.
    """
    sent, form.files = form.files, []
    try:
        for number, file in enumerate(sent, 1):
            if not content.is_archive(file.upload.path):
                form.files.append(file)
                continue
            form.unpacked = True
            # Those sent beside it count as well.
            used = sum(one.upload.size for one in form.files)
            room = Room(limits.files - len(form.files) - len(sent) + number, limits.total_bytes - used)
            for one in _unpacked(file, room, limits, receive):
                form.files.append(one)  # one by one: what was unpacked before a failure must be found
            file.upload.discard()
    except BaseException:
        for file in (*form.files, *sent):
            file.upload.discard()
        raise


def _unpacked(archive: Received, room: Room, limits: Limits, receive: Callable[[], Upload]) -> Iterator[Received]:
    """The files in an archive, each as if it had been sent by itself."""
    try:
        with _Bounded(archive.upload.path) as file, zipfile.ZipFile(file) as opened:
            members = [one for one in opened.infolist() if not _is_litter(one)]
            _check(members, archive, room, limits)
            for member in members:
                name, upload = display_name(_name(member)), receive()
                try:
                    room = Room(room.files, room.total_bytes - _write(opened, member, upload, room, limits))
                except BaseException:
                    upload.discard()
                    raise
                upload.rest()
                yield Received(name, upload)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, ValueError) as error:
        raise UnsupportedContent(found="damaged ZIP archive", supported="ZIP") from error


def _check(members: list[zipfile.ZipInfo], archive: Received, room: Room, limits: Limits) -> None:
    """What can be told by the directory alone."""
    if len(members) > room.files:
        raise TooManyFiles(limits.files)
    faults = [
        *(FieldFault("file", _ENCRYPTED, {"filename": _shown(one)}) for one in members if one.flag_bits & 1),
        *(
            FieldFault("file", _METHOD, {"filename": _shown(one)})
            for one in members
            if one.compress_type not in _METHODS
        ),
    ]
    if not members:
        faults = [FieldFault("file", _EMPTY, {"filename": archive.filename})]
    if faults:
        raise InvalidBatch(*faults)


def _write(opened: zipfile.ZipFile, member: zipfile.ZipInfo, upload: Upload, room: Room, limits: Limits) -> int:
    """Unpack one file; returns its bytes. What comes out is counted, whatever the header says."""
    tightest = max(FREE_BYTES, member.compress_size * RATIO)
    with opened.open(member) as unpacking:
        while piece := unpacking.read(PIECE):
            upload.write(piece)
            if upload.size > limits.file_bytes:
                raise FileTooLarge(limit=limits.file_bytes, limit_mb=megabytes(limits.file_bytes))
            if upload.size > room.total_bytes:
                raise BatchTooLarge(limit=limits.total_bytes, limit_mb=megabytes(limits.total_bytes))
            if upload.size > tightest:
                raise InvalidBatch(FieldFault("file", _TOO_TIGHT, {"filename": _shown(member), "limit": RATIO}))
    return upload.size


def _is_litter(member: zipfile.ZipInfo) -> bool:
    name = _name(member)
    return member.is_dir() or member.filename.startswith("__MACOSX/") or not name or name in _LITTER


def _name(member: zipfile.ZipInfo) -> str:
    """The last part of a name, as its maker meant it: old Korean Windows writes CP949 and does not say so."""
    name = member.filename
    if not member.flag_bits & 0x800:
        raw = name.encode("cp437")
        for encoding in ("utf-8", "cp949"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/").rpartition("/")[2]


def _shown(member: zipfile.ZipInfo) -> str:
    return "".join(letter for letter in _name(member)[:100] if letter.isprintable())


_ENCRYPTED = Text(
    "'{filename}'은(는) 암호로 잠겨 있습니다. 암호 없이 다시 압축해 주세요.",
    "'{filename}' is locked with a password. Pack it anew without one.",
)
_METHOD = Text(
    "'{filename}'의 압축 방식을 지원하지 않습니다. 보통의 ZIP(deflate)으로 압축해 주세요.",
    "'{filename}' is packed by a method that is not supported. Make an ordinary ZIP (deflate).",
)
_EMPTY = Text("'{filename}'에 파일이 없습니다.", "There is no file in '{filename}'.")
_TOO_TIGHT = Text(
    "'{filename}'은(는) 압축을 풀면 {limit}배가 넘습니다. 압축하지 말고 보내 주세요.",
    "Unpacked, '{filename}' is over {limit} times its packed size. Send it as it is.",
)
