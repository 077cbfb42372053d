"""A worker's memory: how much it may take, how much it has, and what it looks like when there was no more."""

import ctypes
import gc
import resource
from collections.abc import Iterator
from pathlib import Path

_MIB = 1024 * 1024
_COUNTED = ("RssAnon:", "RssShmem:", "VmSwap:")
"""What is this process's own [proc(5)]; pages of libraries and models are shared by all workers."""

_M_MMAP_THRESHOLD = -3
"""[malloc.h]"""

_WORDS = ("bad_alloc", "allocate memory", "Insufficient memory")
"""How onnxruntime and OpenCV tell, in errors of their own, of memory that they did not get [measured]."""


def limit_memory(megabytes: int) -> None:
    """Let this process take no more: what would pass the limit is refused, and the code that asked raises.

    RLIMIT_DATA counts what a process writes for itself. RLIMIT_AS would count 500 MB of libraries too. At limits of 150
    to 650 MB the embedded engine, on a page that needs 600, always raised: MemoryError (numpy, Pillow, Python) or an
    error with one of the words above (onnxruntime, OpenCV); no library aborted.
    """
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * _MIB, most))


def is_starved(error: BaseException) -> bool:
    """Whether an error says that memory was refused."""
    return any(
        isinstance(one, MemoryError) or any(word in str(one) for word in _WORDS) for one in _with_its_causes(error)
    )


def make_room() -> None:
    """After memory ran out: give back what is held and not used, and from here on whatever is large once it is free.

    What malloc keeps for later, in pieces, counts against the limit: a reader loaded anew reached 463 to 499 MB, though
    a third of that was free [measured]. Large blocks of their own, as malloc's fixed threshold makes them, leave no
    pieces, but cost a page 19 % more time, so this is not for workers that have enough. glibc only; elsewhere the
    pieces stay.
    """
    gc.collect()
    libc = ctypes.CDLL(None)
    if hasattr(libc, "malloc_trim") and hasattr(libc, "mallopt"):
        libc.mallopt(_M_MMAP_THRESHOLD, 128 * 1024)
        libc.malloc_trim(0)


def held_by(pid: int) -> int:
    """MB of memory that a process alone holds; 0 when it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith(_COUNTED)) // 1024


def _with_its_causes(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
