"""How a reader's own errors become ours."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import SQLAlchemyError

from service.jobs.errors import JobError, UnreadableFile
from workers.run import JobStopped


@contextmanager
def refusing(media_type: str) -> Iterator[None]:
    """Turn whatever a third-party reader raises into UnreadableFile; on damaged files they raise everything."""
    try:
        yield
    except (JobError, JobStopped, SQLAlchemyError, MemoryError):
        raise  # progress is told while a file is read, and the database is not the file's fault
    except Exception as error:
        raise UnreadableFile(media_type=media_type) from error
