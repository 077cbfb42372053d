"""Dates, times and spans of time in the places that a number format has for them."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from workers.workbook.format_code import Piece

Moment = datetime | date | time | timedelta

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001  (a sheet knows no time zones)

_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_KOREAN_DAYS = "월화수목금토일"


def moment_text(value: Moment, pieces: Sequence[Piece], korean: bool) -> str:
    """The moment as the pieces write it; `korean` says that names of days and halves of the day are Korean."""
    moment, span = _moment(value)
    halves = any(piece.kind == "noon" for piece in pieces)
    out = []
    for i, piece in enumerate(pieces):
        if piece.kind == "moment":
            out.append(_written(moment, _meant(pieces, i), halves, korean))
        elif piece.kind == "elapsed":
            out.append(_elapsed(span, piece.text.lower()))
        elif piece.kind == "noon":
            out.append(_half(moment, piece.text, korean))
        elif piece.kind == "part":
            out.append(f"{moment.microsecond / 1e6:.{min(len(piece.text) - 1, 6)}f}"[1:])
        elif piece.kind not in ("@", "general"):
            out.append(piece.text)
    return "".join(out).strip()


def _moment(value: Moment) -> tuple[datetime, timedelta]:
    """A point on the calendar, and how long after the calendar's beginning it is."""
    if isinstance(value, timedelta):
        return _EPOCH + value, value
    if isinstance(value, time):
        moment = datetime.combine(_EPOCH, value)
    else:
        moment = value if isinstance(value, datetime) else datetime.combine(value, time())
    return moment, moment - _EPOCH


def _meant(pieces: Sequence[Piece], at: int) -> str:
    """The letters of a piece, minutes told from months by a neighbour that is an hour or a second."""
    letters = pieces[at].text.lower()
    if letters not in ("m", "mm"):
        return letters
    before = next((one.text.lower() for one in reversed(pieces[:at]) if one.kind in ("moment", "elapsed")), "")
    after = next((one.text.lower() for one in pieces[at + 1 :] if one.kind in ("moment", "elapsed")), "")
    return f"minute{letters}" if before.startswith("h") or after.startswith("s") else letters


def _written(moment: datetime, letters: str, halves: bool, korean: bool) -> str:
    hour = (moment.hour % 12 or 12) if halves else moment.hour
    numbers = {"d": moment.day, "m": moment.month, "h": hour, "s": moment.second}
    if letters.startswith("minute"):
        return f"{moment.minute:0{len(letters) - 6}d}"
    if letters.startswith("y"):
        return f"{moment.year % 100:02d}" if len(letters) < 3 else f"{moment.year:04d}"
    if len(letters) < 3:
        return f"{numbers[letters[0]]:0{len(letters)}d}"
    if letters.startswith("m"):
        name = f"{moment.month}월" if korean else _MONTHS[moment.month - 1]
        return name if korean or len(letters) == 4 else name[: 3 if len(letters) == 3 else 1]
    if letters.startswith(("d", "a")):
        return _day(moment.weekday(), letters, korean)
    return f"{numbers[letters[0]]:02d}"


def _day(weekday: int, letters: str, korean: bool) -> str:
    if korean or letters.startswith("a"):
        return _KOREAN_DAYS[weekday] + ("요일" if len(letters) > 3 else "")
    return _DAYS[weekday] if len(letters) > 3 else _DAYS[weekday][:3]


def _half(moment: datetime, text: str, korean: bool) -> str:
    late = moment.hour >= 12
    if korean or text.startswith("오"):
        return "오후" if late else "오전"
    return ("PM" if late else "AM") if len(text) > 3 else ("P" if late else "A")


def _elapsed(span: timedelta, letters: str) -> str:
    seconds = int(span.total_seconds())
    units = {"h": 3600, "m": 60, "s": 1}
    return f"{seconds // units[letters[0]]:0{len(letters)}d}"
