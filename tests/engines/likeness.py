"""How near a reading comes to the truth."""

from difflib import SequenceMatcher
from re import sub


def error_rate(read: str, truth: str) -> float:
    """Letters to add, drop or change, as a share of the truth's letters; blanks and Markdown's signs do not count."""
    got, wanted = _bare(read), _bare(truth)
    return _distance(got, wanted) / len(wanted)


def _bare(text: str) -> str:
    unruled = sub(r"(?m)^\|[ |:-]+\|$|^#+ ", "", text)
    return sub(r"[\s|\\]|<br>", "", unruled)


def _distance(one: str, other: str) -> int:
    blocks = SequenceMatcher(None, one, other, autojunk=False).get_opcodes()
    return sum(max(last - first, end - start) for kind, first, last, start, end in blocks if kind != "equal")
