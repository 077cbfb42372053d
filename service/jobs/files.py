"""Uploads, results and pictures of pages on disk, each named by its task id and by nothing a client sent."""

import errno
import hashlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from service.jobs.result_file import relabelled, result_lines


class Upload:
    """A file being received. It is either kept, and then durable, or discarded."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: BinaryIO = path.open("xb", buffering=0)
        self._hash = hashlib.sha256()
        self._head = b""
        self.size = 0

    def write(self, data: bytes | bytearray) -> None:
        """Append. Raises OSError (ENOSPC) when the disk is full."""
        view = memoryview(data)
        while view:
            view = view[self._file.write(view) :]
        self._hash.update(data)
        self._head += data[: 4 - len(self._head)]
        self.size += len(data)

    @property
    def task_id(self) -> str:
        """The id of the task to be, by which the file is named."""
        return self.path.name

    @property
    def is_packed(self) -> bool:
        """Whether it begins as a ZIP file does."""
        return self._head == b"PK\x03\x04"

    @property
    def content_hash(self) -> str:
        """SHA-256 of what was written, in hexadecimal."""
        return self._hash.hexdigest()

    def rest(self) -> None:
        """Close the file, whole as it is: many of a batch need not be open at once."""
        self._file.close()

    def keep(self) -> None:
        """Make content and name survive a power loss."""
        if self._file.closed:
            self._file = self.path.open("rb", buffering=0)
        os.fsync(self._file.fileno())
        self._file.close()
        _sync_folder(self.path.parent)

    def discard(self) -> None:
        self._file.close()
        self.path.unlink(missing_ok=True)


class Files:
    """The folders of one installation."""

    def __init__(self, data_dir: Path, results_dir: Path) -> None:
        self.uploads = data_dir / "uploads"
        self.results = results_dir
        self.logs = results_dir / "logs"
        self.previews = results_dir / "previews"
        self.drafts = results_dir / "drafts"

    def prepare(self) -> None:
        """Make the folders. Raises OSError where that is not allowed."""
        self.uploads.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # what clients sent is for nobody else
        for folder in (self.uploads, self.results, self.logs, self.previews, self.drafts):
            folder.mkdir(parents=True, exist_ok=True)

    def receive(self) -> Upload:
        """A file of a task to be, whose id is made here."""
        return Upload(self.upload(str(uuid.uuid4())))

    def upload(self, task_id: str) -> Path:
        return self.uploads / task_id

    def share_upload(self, task_id: str, other_id: str) -> None:
        """Keep an upload for another task too, durably. Raises FileNotFoundError when it is gone."""
        upload = self.upload(task_id)
        os.utime(upload)  # the same file by another name: an old one could be swept before its row is there
        self.upload(other_id).hardlink_to(upload)
        _sync_folder(self.uploads)

    def result(self, task_id: str) -> Path:
        return self.results / result_name(task_id)

    def log(self, task_id: str) -> Path:
        return self.logs / f"{task_id}.jsonl"

    def preview(self, task_id: str, page: int) -> tuple[Path, int] | None:
        """The picture of a page and how many pages there are, if it was made."""
        found = next((self.previews / task_id).glob(f"{page}-*"), None)
        return None if found is None else (found, int(found.stem.partition("-")[2]))

    def keep_preview(self, task_id: str, page: int, pages: int, ending: str, picture: bytes) -> None:
        """Store the picture of a page, one of so many; `ending` is that of the file's name, with its dot."""
        folder = self.previews / task_id
        folder.mkdir(exist_ok=True)
        draft = folder / f".{page}"
        with draft.open("wb") as file:
            file.write(picture)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(folder / f"{page}-{pages}{ending}")

    def draft_result(self, task_id: str, run: int, result: dict[str, Any]) -> Callable[[], None]:
        """Write a run's result as a draft of its own, durably; the returned step gives it its public name, durably.

        The step may be taken again, for the transaction around it may fail after it.
        """
        return self._drafted(task_id, run, result_lines(result))

    def draft_copy(self, source_id: str, task_id: str, labels: dict[str, Any]) -> Callable[[], None]:
        """The same of another task's result with other values for some members. Raises FileNotFoundError."""
        return self._drafted(task_id, 0, relabelled(self.result(source_id), labels, {"reused_from": source_id}))

    def _drafted(self, task_id: str, run: int, lines: Iterator[str]) -> Callable[[], None]:
        draft = self._draft(task_id, run)
        with draft.open("wb") as file:
            file.writelines(line.encode() for line in lines)
            file.flush()
            os.fsync(file.fileno())

        def publish() -> None:
            if draft.exists():
                draft.replace(self.result(task_id))
            self._discard_drafts(task_id)  # those of runs that were killed
            _sync_folder(self.results)

        return publish

    def _draft(self, task_id: str, run: int) -> Path:
        return self.drafts / f"{task_id}.{run}"

    def discard_draft(self, task_id: str, run: int) -> None:
        """Remove what a run has drafted and nothing else: another run of the job may be about to complete it."""
        self._draft(task_id, run).unlink(missing_ok=True)

    def discard_result(self, task_id: str) -> None:
        """Remove what the runs of a job left that ended without a result."""
        self.result(task_id).unlink(missing_ok=True)
        self._discard_drafts(task_id)

    def _discard_drafts(self, task_id: str) -> None:
        for draft in self.drafts.glob(f"{task_id}.*"):
            draft.unlink(missing_ok=True)

    def remove(self, task_id: str) -> None:
        """Remove everything kept for a task."""
        self.discard_result(task_id)
        self.upload(task_id).unlink(missing_ok=True)
        self.log(task_id).unlink(missing_ok=True)
        shutil.rmtree(self.previews / task_id, ignore_errors=True)  # one just being made is swept as an orphan

    def stored_ids(self) -> Iterator[tuple[str, float]]:
        """The task id of every stored file with the time it was last written, in seconds since 1970."""
        for folder in (self.uploads, self.results, self.logs, self.previews, self.drafts):
            with os.scandir(folder) as entries:
                for entry in entries:
                    if (entry.is_file() or folder == self.previews) and not entry.name.startswith("service"):
                        yield entry.name.split(".")[0], entry.stat().st_mtime


def result_name(task_id: str) -> str:
    """A result's path under the results folder."""
    return f"{task_id}.json"


def is_disk_full(error: BaseException) -> bool:
    """Whether an error says that there is no room: the disk, a quota, or a size limit."""
    return isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_unwritable(error: BaseException) -> bool:
    """Whether an error says that nothing can be written there at all: read-only, not permitted, or a broken disk."""
    return isinstance(error, OSError) and error.errno in (errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO)


def require_writable(*folders: Path) -> None:
    """End the process with a remedy unless each folder can be written to, or made."""
    for folder in folders:
        there = next(place for place in (folder, *folder.parents) if place.exists())
        if not os.access(there, os.W_OK | os.X_OK):  # tells of a read-only file system even to root
            raise SystemExit(
                f"The folder {there} cannot be written to. Look at its owner, its permissions and its mount (ro?), "
                "or set DATA_DIR, RESULTS_DIR and DATABASE_URL to other places."
            )


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
