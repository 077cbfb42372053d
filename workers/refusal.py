"""How a reader's own errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from service.jobs.errors import JobError, UnreadableFile


@contextmanager
def refusing(media_type: str) -> Iterator[None]:
    """Turn whatever a third-party reader raises into UnreadableFile; on damaged files they raise everything."""
    try:
        yield
    except (JobError, MemoryError):
        raise
    except Exception as error:
        raise UnreadableFile(media_type=media_type) from error
