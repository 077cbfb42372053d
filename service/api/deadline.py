"""`Cancel-After`: how long a client has use for the result of what it submits."""

import re

from starlette.datastructures import Headers

from service.api.faults import FieldFault, InvalidFields
from service.jobs.errors import Text

HEADER = "Cancel-After"
LONGEST_DAYS = 30

_UNITS = {"s": 1, "m": 60, "h": 3600}
_DURATION = re.compile(r"([0-9]{1,9})([smh])")
_FAULT = Text(
    "Cancel-After는 1s부터 {limit}h까지의 정수와 단위(s, m, h)여야 합니다(예: 90s, 5m). 받은 값: '{actual}'.",
    "Cancel-After must be a whole number with its unit, s, m or h, from 1s to {limit}h, such as 90s or 5m; "
    "it is '{actual}'.",
)


def seconds_allowed(headers: Headers) -> int | None:
    """The time the task may take from its submission on; None where the client sets none. Raises InvalidFields."""
    given = headers.get(HEADER)
    if given is None:
        return None
    found = _DURATION.fullmatch(given.strip())
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= LONGEST_DAYS * 86_400:
        raise InvalidFields(FieldFault(HEADER, _FAULT, {"limit": LONGEST_DAYS * 24, "actual": given[:50]}))
    return seconds
