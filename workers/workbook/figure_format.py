"""Numbers in the places that a number format has for their digits."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

from workers.workbook.format_code import Piece

_CONTEXT = Context(prec=700, rounding=ROUND_HALF_UP)
"""Room for the largest double, 309 digits, and as many decimals as a format can ask for."""


def with_digits(number: Decimal, pieces: Sequence[Piece]) -> str:
    """The number, rounded, its digits in the places that the pieces give it, among what they write besides."""
    if any(piece.kind == "exponent" for piece in pieces):
        return _scientific(number, pieces)
    whole, part = _split(pieces)
    number = number.scaleb(-3 * _scaling(whole, part))
    decimals = sum(len(_places(piece)) for piece in part)
    rounded = abs(number).quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)
    digits, _, rest = f"{rounded:f}".partition(".")
    sign = "-" if number < 0 and rounded else ""
    return sign + _whole(digits.lstrip("0"), whole) + _part(rest, part)


def _split(pieces: Sequence[Piece]) -> tuple[list[Piece], list[Piece]]:
    """What stands before the decimal point, and from it on."""
    at = next((i for i, piece in enumerate(pieces) if piece.kind in (".", "part")), len(pieces))
    return list(pieces[:at]), list(pieces[at:])


def _places(piece: Piece) -> str:
    return piece.text[1:] if piece.kind == "part" else piece.text if piece.kind == "digit" else ""


def _scaling(whole: Sequence[Piece], part: Sequence[Piece]) -> int:
    """Commas after the last place: each divides by a thousand."""
    count, pieces = 0, [piece for piece in (*whole, *part) if piece.kind in ("digit", "part", ",")]
    ends = pieces if any(_places(piece) for piece in part) else [one for one in whole if one.kind in ("digit", ",")]
    for piece in reversed(ends):
        if piece.kind != ",":
            break
        count += 1
    return count


def _whole(digits: str, pieces: Sequence[Piece]) -> str:
    """The digits before the point, from the right, so that the first place takes all that are left."""
    places = [i for i, piece in enumerate(pieces) if piece.kind == "digit"]
    commas = any(pieces[i].kind == "," for i in range(places[0], places[-1])) if places else False
    out, left, written = list[str](), list(digits), 0
    for i in range(len(pieces) - 1, -1, -1):
        piece = pieces[i]
        if piece.kind != "digit":
            out.append({"text": piece.text, "%": "%"}.get(piece.kind, ""))
            continue
        taken = len(left) if i == places[0] else 1
        for _ in range(max(taken, 1)):
            digit = left.pop() if left else {"0": "0", "?": " "}.get(piece.text, "")
            out.append("," if commas and written and written % 3 == 0 and digit.strip() else "")
            out.append(digit)
            written += bool(digit)
    return "".join(reversed(out))


def _part(digits: str, pieces: Sequence[Piece]) -> str:
    """The digits from the point on; zeros at the end only where the format asks for them."""
    out, at = list[str](), 0
    for piece in pieces:
        if piece.kind in (".", "part"):
            out.append("." if at == 0 else "")
        for place in _places(piece):
            rest = digits[at:]
            out.append(digits[at] if place == "0" or rest.strip("0") else {"?": " "}.get(place, ""))
            at += 1
        out.append({"text": piece.text, "%": "%"}.get(piece.kind, ""))
    return "".join(out)


def _scientific(number: Decimal, pieces: Sequence[Piece]) -> str:
    at = next(i for i, piece in enumerate(pieces) if piece.kind == "exponent")
    before, after = pieces[:at], pieces[at + 1 :]
    whole, part = _split(before)
    wide = max(1, sum(piece.kind == "digit" for piece in whole))
    decimals = sum(len(_places(piece)) for piece in part)
    power = number.adjusted() if number else 0
    power -= power % wide
    mantissa = abs(number).scaleb(-power).quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)
    if mantissa >= 10**wide:
        mantissa, power = mantissa.scaleb(-wide), power + wide
        mantissa = mantissa.quantize(Decimal(1).scaleb(-decimals), context=_CONTEXT)
    digits, _, rest = f"{mantissa:f}".partition(".")
    sign = "-" if number < 0 else ""
    shown = "-" if power < 0 else "+" if pieces[at].text.endswith("+") else ""
    least = sum(piece.kind == "digit" and piece.text == "0" for piece in after)
    return f"{sign}{_whole(digits.lstrip('0') or '0', whole)}{_part(rest, part)}E{shown}{abs(power):0{least}d}"
