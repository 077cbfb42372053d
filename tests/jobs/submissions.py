"""Submissions for tests of the core."""

import uuid
from typing import Any

from service.jobs.job import Submission, TaskType

MANY = 1000


def submission(**values: Any) -> Submission:
    """A small image analysis; anything can be changed by keyword."""
    given: dict[str, Any] = {
        "id": str(uuid.uuid4()),
        "task_type": TaskType.IMAGE_ANALYSIS,
        "filename": "a.png",
        "media_type": "image/png",
        "size": 10,
        "model": "m",
        "engine": "openai",
    }
    return Submission(**(given | values))
