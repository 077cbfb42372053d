"""What was received of a submission: its fields, and its files under the names that the client gave them."""

from dataclasses import dataclass, field
from typing import NamedTuple

from service.api.body import Patience
from service.api.faults import FieldFault, InvalidFields, MissingFile
from service.api.problems import Problem
from service.jobs.files import Upload
from service.jobs.text import Text

FILENAME_LENGTH = 255


class BatchTooLarge(Problem):
    status = 413
    code = "batch_too_large"
    shown = ("limit",)
    text = Text(
        "함께 보낸 파일들이 모두 {limit_mb}MB 한도를 넘습니다. 몇 번에 나누어 보내 주세요.",
        "The files together are over the limit of {limit_mb} MB. Send them in several batches.",
    )


@dataclass(frozen=True)
class Limits:
    """What one submission may bring: bytes of one file, of all, and how many files; and how slowly."""

    file_bytes: int
    total_bytes: int
    files: int
    patience: Patience


class Received(NamedTuple):
    """A file as received: the client's name for it, and where it is."""

    filename: str
    upload: Upload


@dataclass
class Form:
    """A submission as received: the fields by name, and the files in their order."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[Received] = field(default_factory=list)
    unpacked: bool = False

    @property
    def is_batch(self) -> bool:
        """Whether the files are several, or came in an archive."""
        return self.unpacked or len(self.files) > 1

    def discard(self) -> None:
        """Leave nothing of the files."""
        for file in self.files:
            file.upload.discard()


def display_name(name: str) -> str:
    """The client's name for its file, to show and never to open. Raises InvalidFields."""
    if not name:
        raise MissingFile  # what a browser sends for a file input left empty
    if len(name) > FILENAME_LENGTH:
        raise InvalidFields(FieldFault("file", _NAME_TOO_LONG, {"limit": FILENAME_LENGTH, "actual": len(name)}))
    if any(sign in name for sign in "/\\") or not name.isprintable() or name in (".", ".."):
        raise InvalidFields(FieldFault("file", _NAME_IS_PATH))
    return name


_NAME_TOO_LONG = Text(
    "파일 이름이 {limit}자를 넘습니다({actual}자). 이름을 줄여 주세요.",
    "The file's name has {actual} characters, over the limit of {limit}. Shorten it.",
)
_NAME_IS_PATH = Text(
    "파일 이름에 경로(/, \\)나 제어 문자를 쓸 수 없습니다. 이름만 보내 주세요.",
    "The file's name must not hold a path (/ or \\) or control characters. Send the bare name.",
)
