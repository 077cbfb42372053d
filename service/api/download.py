"""The name that a browser saves an answer under."""

import re
import unicodedata
from urllib.parse import quote

NAME_LENGTH = 80
"""Characters of the uploaded file's own name that are kept."""

_UNSAFE = re.compile(r"[^\w.() -]+")
"""All but letters, digits and a few marks: no path, no quote, no line end, no sign that turns the writing round."""


def attachment(filename: str, ending: str) -> str:
    """The Content-Disposition [RFC 6266] of something made from the file `filename`: its name with another ending."""
    stem = unicodedata.normalize("NFC", filename).rpartition(".")[0] or filename
    name = (_UNSAFE.sub("_", stem)[:NAME_LENGTH].strip(" .") or "result") + ending
    plain = name if name.isascii() else f"result{ending}"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
