"""What a recogniser read on one line, and where on it."""

from collections.abc import Iterable
from typing import NamedTuple


class Piece(NamedTuple):
    """A piece of a line's text, how sure the reader is (0 to 1), and where it starts and ends as shares of the line's
    length."""

    text: str
    confidence: float
    start: float
    end: float


class Reading(NamedTuple):
    """A line's text, how sure the reader is of it (0 to 1), and the pieces that make it up, blanks included."""

    text: str
    confidence: float
    pieces: tuple[Piece, ...] = ()

    def words(self) -> list[Piece]:
        """The line's words; a piece of several words is taken for evenly spaced."""
        words: list[list[Piece]] = [[]]
        for letter in _letters(self.pieces):
            if letter.text.isspace():
                words.append([])
            else:
                words[-1].append(letter)
        return [joined(word) for word in words if word]


def joined(pieces: list[Piece]) -> Piece:
    """Several pieces as one, as sure as they are by their length; there must be at least one letter."""
    text = "".join(piece.text for piece in pieces)
    sure = sum(piece.confidence * len(piece.text) for piece in pieces) / len(text)
    return Piece(text, sure, min(piece.start for piece in pieces), max(piece.end for piece in pieces))


def _letters(pieces: Iterable[Piece]) -> Iterable[Piece]:
    for text, sure, start, end in pieces:
        # The blank before a piece takes no place.
        bare = text.lstrip()
        yield from (Piece(blank, sure, start, start) for blank in text[: len(text) - len(bare)])
        step = (end - start) / max(1, len(bare))
        yield from (Piece(letter, sure, start + step * i, start + step * (i + 1)) for i, letter in enumerate(bare))
