"""Which of two recognisers is believed, line by line and run by run."""

from collections.abc import Callable
from itertools import groupby
from statistics import median

from workers.engines.local.hangul import Letter
from workers.engines.local.reading import Piece, Reading, joined
from workers.engines.local.script import has_hangul, is_latin
from workers.engines.local.seen import with_seen

LATIN_SURE = 0.9
"""From this score on PP-OCR is believed where it read only Latin (measured on Korean public documents)."""

HANGUL_SURE = 0.86
"""From this confidence on Tesseract's Hangul is believed against it; measured best between 0.85 and 0.88."""

HANGUL_POOR = 0.35
"""Confidence below which Tesseract's Hangul is not looked at again: shapes and Latin words come with less."""

HANGUL_FEW = 0.25
"""Share of a line's letters below which Hangul may be misread Latin where PP-OCR is sure of the line as a whole: one
syllable of five hardly lowers its score (2023년 read as 20235 at 0.98)."""

HALF_FULL = 0.5
"""Letters that PP-OCR saw, as a share of those there is room for, up to which it passed over Hangul: it leaves out 개월
between digits, and reads 원 as 2, as sure as if nothing were there."""

PLAIN = " .,:;()'\"[]{}<>「」『』·"
"""Signs that Tesseract reads well; at the ends of a run they stay as it read them."""

Span = tuple[float, float]
"""Start and end of a part of a line, as shares of its length."""


def routed(latin: Reading, letters: list[Letter], reread: Callable[[Span], Reading]) -> Reading:
    """The line as read by the better of the two; `reread` lets PP-OCR read a part of the line again."""
    letters = with_seen(letters, latin)
    runs = [list(run) for _, run in groupby(letters, key=lambda letter: has_hangul(letter.text))]
    if _believes_latin(latin, letters, [run for run in runs if has_hangul(run[0].text)], reread):
        return latin
    return _joined([piece for run in runs for piece in _read_run(run, reread)])


def _believes_latin(
    latin: Reading, letters: list[Letter], hangul: list[list[Letter]], reread: Callable[[Span], Reading]
) -> bool:
    """Whether the line holds no Hangul worth believing, so that PP-OCR's reading of the whole line stands."""
    if not hangul:
        return True
    if not is_latin(latin.text) or latin.confidence < LATIN_SURE:
        return False
    every = [letter for run in hangul for letter in run]
    if _sure(every) >= HANGUL_SURE and len(every) >= HANGUL_FEW * len(letters):
        return False
    return not any(_passed_over(run, latin) or _is_hangul(run, reread) for run in hangul)


def _passed_over(run: list[Letter], latin: Reading) -> bool:
    """Whether PP-OCR, where Tesseract is sure of Hangul, saw too few letters to fill the room it takes."""
    seen = [piece for piece in latin.pieces if piece.text.strip()]
    if not seen or _sure(run) < HANGUL_SURE:
        return False
    start, end = run[0].start, run[-1].end
    room = (end - start) / median(piece.end - piece.start for piece in seen)
    inside = sum(start < (piece.start + piece.end) / 2 < end for piece in seen)
    return inside <= HALF_FULL * room


def _is_hangul(run: list[Letter], reread: Callable[[Span], Reading]) -> bool:
    """Whether PP-OCR, shown what Tesseract takes for Hangul and nothing else, makes nonsense of it."""
    if _sure(run) < HANGUL_POOR:
        return False
    alone = reread((run[0].start, run[-1].end))
    return bool(alone.text) and not (is_latin(alone.text) and alone.confidence >= LATIN_SURE)


def _read_run(run: list[Letter], reread: Callable[[Span], Reading]) -> list[Piece]:
    # Korean data alone reads names, addresses and long numbers badly: such runs in a Korean line go to PP-OCR.
    core = _core(run)
    if has_hangul(run[0].text) or len(core) < 2:
        return [_as_read(letter) for letter in run]
    for part in (run, core):
        again = reread((part[0].start, part[-1].end))
        if _text(part) in again.text.replace(" ", ""):
            # Both agree; what PP-OCR has more is the edge of the Hangul beside.
            break
        if is_latin(again.text) and again.confidence >= LATIN_SURE:
            first, last = run.index(core[0]), run.index(core[-1])
            before = run[:first] if again.text[0] not in PLAIN else []
            after = run[last + 1 :] if again.text[-1] not in PLAIN else []
            text = " " * (core[0].spaced if before else run[0].spaced) + again.text
            whole = Piece(text, again.confidence, core[0].start, core[-1].end)
            return [*map(_as_read, before), whole, *map(_as_read, after)]
    return [_as_read(letter) for letter in run]


def _sure(letters: list[Letter]) -> float:
    return sum(letter.confidence for letter in letters) / len(letters)


def _core(run: list[Letter]) -> list[Letter]:
    """The run without the plain signs at its ends."""
    told = [place for place, letter in enumerate(run) if letter.text not in PLAIN]
    return run[told[0] : told[-1] + 1] if told else []


def _text(letters: list[Letter]) -> str:
    return "".join(letter.text for letter in letters)


def _as_read(letter: Letter) -> Piece:
    return Piece(" " * letter.spaced + letter.text, letter.confidence, letter.start, letter.end)


def _joined(pieces: list[Piece]) -> Reading:
    whole = joined(pieces)
    return Reading(whole.text.strip(), whole.confidence, tuple(pieces))
