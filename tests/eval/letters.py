"""Character error rate: letters to add, drop or change, as a share of the true ones."""

import re
import unicodedata
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein


@dataclass(frozen=True)
class Errors:
    """Wrong letters and true letters; sums of them are pooled rates."""

    wrong: int = 0
    letters: int = 0

    def __add__(self, other: "Errors") -> "Errors":
        return Errors(self.wrong + other.wrong, self.letters + other.letters)

    @property
    def rate(self) -> float | None:
        """None where there is nothing to be read."""
        return self.wrong / self.letters if self.letters else None


def errors(read: str, truth: str) -> Errors:
    """Every letter counts, blanks do not."""
    return _errors(_composed(read, r"\s"), _composed(truth, r"\s"))


def errors_with_blanks(read: str, truth: str) -> Errors:
    """Every letter counts, and where words and lines part, one blank."""
    got, wanted = (" ".join(_composed(text, "").split()) for text in (read, truth))
    return _errors(got, wanted)


def errors_in_hangul(read: str, truth: str) -> Errors:
    """Only Hangul syllables count, in both texts."""
    return _errors(_composed(read, "[^가-힣]"), _composed(truth, "[^가-힣]"))


def _errors(read: str, truth: str) -> Errors:
    return Errors(Levenshtein.distance(read, truth), len(truth))


def _composed(text: str, unwanted: str) -> str:
    """In composed form, so that a syllable is one letter."""
    whole = unicodedata.normalize("NFC", text)
    return re.sub(unwanted, "", whole) if unwanted else whole
