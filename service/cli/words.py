"""In which language the command line speaks."""

import os
from typing import Literal

from service.jobs.text import Text

Language = Literal["ko", "en"]


def language() -> Language:
    """As `DOCUMENT_ANALYSIS_LANG` says; else English where the terminal's language is English, else Korean."""
    wanted = os.environ.get("DOCUMENT_ANALYSIS_LANG") or os.environ.get("LC_ALL") or os.environ.get("LANG") or ""
    return "en" if wanted.lower().startswith("en") else "ko"


def say(korean: str, english: str, **values: object) -> str:
    """A sentence in the language of the person."""
    return Text(korean, english).fill(language(), values)
