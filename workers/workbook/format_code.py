"""The code of a number format, taken apart [ECMA-376-1, 18.8.31]."""

import re
from functools import lru_cache
from typing import NamedTuple

_PIECE = re.compile(
    r'"(?P<quoted>[^"]*)"?'
    r"|\\(?P<escaped>.)"
    r"|_(?P<space>.)"
    r"|\*(?P<fill>.)"
    r"|\[(?P<bracket>[^\]]*)\]"
    r"|(?P<general>General)"
    r"|(?P<noon>AM/PM|A/P|오전/오후)"
    r"|(?P<exponent>E[+-])"
    r"|(?P<part>\.0+)(?![#?])"
    r"|(?P<moment>y+|m+|d+|h+|s+|a{3,4})"
    r"|(?P<sign>[0#?.,%/@;])"
    r"|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_ELAPSED = re.compile(r"h+|m+|s+", re.IGNORECASE)
_CONDITION = re.compile(r"(<=|>=|<>|<|>|=)\s*(-?\d+(?:\.\d+)?)")
_CURRENCY = re.compile(r"\$([^-]*)(?:-([0-9a-fA-F]+))?")
_KOREAN = 0x412


class Piece(NamedTuple):
    """A part of a format: `text` to be written as it is, or one of the kinds `digit`, `moment`, `elapsed` and so on."""

    kind: str
    text: str


class Section(NamedTuple):
    """One of a format's sections, each for other numbers, such as those below zero."""

    pieces: tuple[Piece, ...]
    condition: tuple[str, float] | None = None
    korean: bool = False

    def has(self, *kinds: str) -> bool:
        return any(piece.kind in kinds for piece in self.pieces)


@lru_cache(maxsize=4096)
def sections_of(code: str) -> tuple[Section, ...]:
    """The sections that semicolons part, one at least."""
    sections: list[Section] = []
    pieces: list[Piece] = []
    condition, korean = None, False
    for found in _PIECE.finditer(code):
        kind, text = found.lastgroup or "", found[found.lastgroup or 0]
        if kind == "sign" and text == ";":
            sections.append(Section(tuple(pieces), condition, korean))
            pieces, condition, korean = [], None, False
        elif kind == "bracket":
            condition = _condition(text) or condition
            money = _CURRENCY.fullmatch(text)
            korean = korean or (money is not None and int(money[2] or "0", 16) & 0xFFFF == _KOREAN)
            pieces += [Piece("elapsed", text)] if _ELAPSED.fullmatch(text) else []
            pieces += [Piece("text", money[1])] if money is not None else []
        elif kind != "fill":
            pieces.append(_piece(kind, text))
    return (*sections, Section(tuple(pieces), condition, korean))


def _piece(kind: str, text: str) -> Piece:
    if kind in ("quoted", "escaped", "other"):
        return Piece("text", text)
    if kind == "space":
        return Piece("text", " ")
    if kind == "sign":
        return Piece("digit" if text in "0#?" else text, text)
    return Piece(kind, text)


def _condition(text: str) -> tuple[str, float] | None:
    found = _CONDITION.fullmatch(text)
    return (found[1], float(found[2])) if found is not None else None
