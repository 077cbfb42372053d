"""Kinds of values that clients send as text, each with the check that its schema cannot tell."""

import base64
import binascii
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from service.api.faults import Unfit
from service.api.reading import NOT_FLAG, NOT_WHOLE, SHOWN
from service.jobs.text import Text

_AMOUNT = re.compile(r"[0-9]{1,18}(\.[0-9]{1,40})?([eE][+-]?[0-9]{1,2})?")
_MOST_USD = 1_000_000
LONGEST_HOURS = 720
"""The most that a duration may be."""

_MOMENT = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "format": "date"}]}

HIGHEST = 2**63
"""What whole numbers must be below: what the database can hold."""

_WHOLE = re.compile(r"[+-]?[0-9]{1,19}")
_DURATION = re.compile(r"([0-9]{1,9})([smh])")
_LINE = r"^[^\u0000-\u001f\u007f-\u009f\u2028\u2029]*$"
_UNITS = {"s": 1, "m": 60, "h": 3600}


def _whole(value: Any) -> Any:
    # Pydantic would take "1.0" and "1_000" too.
    if isinstance(value, str) and not _WHOLE.fullmatch(value):
        raise Unfit(NOT_WHOLE, actual=value[:SHOWN])
    return value


def _milliseconds(value: str) -> int:
    # An unescaped "+09:00" reaches us as " 09:00".
    try:
        moment = datetime.fromisoformat(value.replace(" ", "+") if "T" in value else value)
    except ValueError:
        raise Unfit(_TIME) from None
    return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)


def _millionths(value: Any) -> int:
    # A limit is rounded down: it is never passed.
    amount = Decimal(value) if isinstance(value, str) and _AMOUNT.fullmatch(value) else Decimal()
    if not 0 < (found := int(amount * 1_000_000)) <= _MOST_USD * 1_000_000:
        raise Unfit(_USD, actual=str(value)[:SHOWN], limit=_MOST_USD)
    return found


def _one_line(value: str) -> str:
    if not re.search(_LINE, value):
        raise Unfit(_PRINTABLE)
    return value


def _flag(value: Any) -> Any:
    # Pydantic would take "1", "on" and "yes" too.
    if isinstance(value, str) and value.lower() not in ("true", "false"):
        raise Unfit(NOT_FLAG, actual=value[:SHOWN])
    return value


def _seconds(value: str) -> int:
    found = _DURATION.fullmatch(value)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 0 < seconds <= LONGEST_HOURS * 3600:
        raise Unfit(_TOO_LONG, limit=LONGEST_HOURS, actual=value[:SHOWN])
    return seconds


def page_token(seq: int) -> str:
    """The token of the page that begins after the job numbered `seq`."""
    return base64.urlsafe_b64encode(f"before:{seq}".encode()).decode().rstrip("=")


def _seq(token: str) -> int:
    if not token:
        return HIGHEST - 1  # the first page: a client that pages on may begin with an empty token
    try:
        word, _, seq = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode("ascii").partition(":")
        if word == "before" and 0 < int(seq) < 2**63:
            return int(seq)
    except (binascii.Error, ValueError):
        pass
    raise Unfit(_PAGE_TOKEN)


_TIME = Text(
    "{name}은(는) ISO 8601 시각이어야 합니다(예: 2026-01-31T09:00:00+09:00).",
    "{name} must be a time in ISO 8601, such as 2026-01-31T09:00:00+09:00.",
)
_USD = Text(
    "{name}은(는) 0.000001 이상 {limit} 이하의 USD 금액이어야 합니다('{actual}').",
    "{name} must be an amount in USD from 0.000001 to {limit}, not '{actual}'.",
)
_TOO_LONG = Text(
    "{name}은(는) 1s부터 {limit}h까지의 정수와 단위(s, m, h)여야 합니다(예: 90s, 5m). 받은 값: '{actual}'.",
    "{name} must be a whole number with its unit, s, m or h, from 1s to {limit}h, such as 90s or 5m, not '{actual}'.",
)
_PRINTABLE = Text(
    "{name}에 줄바꿈이나 제어 문자를 쓸 수 없습니다.", "{name} must not hold line ends or control characters."
)
_PAGE_TOKEN = Text(
    "{name}이 올바르지 않습니다. 앞 응답의 next_page_token을 그대로 보내 주세요.",
    "{name} is not valid. Send the next_page_token of the answer before, unchanged.",
)

WHOLE = BeforeValidator(_whole)
"""For whole numbers in ASCII digits, after their limits: `Annotated[int, Field(ge=0), WHOLE]`."""

Time = Annotated[int, BeforeValidator(_milliseconds), WithJsonSchema(_MOMENT)]
"""A moment in ISO 8601, UTC where it has no offset; milliseconds since 1970."""

Usd = Annotated[
    int,
    BeforeValidator(_millionths),
    WithJsonSchema({"type": "number", "minimum": 0.000001, "maximum": _MOST_USD}),
]
"""An amount in USD; millionths of one."""

Duration = Annotated[int, BeforeValidator(_seconds), WithJsonSchema({"type": "string", "format": "cancel-after"})]
"""A whole number with its unit, s, m or h; seconds."""

LINE = (AfterValidator(_one_line), Field(json_schema_extra={"pattern": _LINE}))
"""For text without line ends and control characters, after its limits: `Annotated[str, *LINE]`."""

FLAG = BeforeValidator(_flag)
"""For `true` or `false`."""

PageToken = Annotated[int, BeforeValidator(_seq), WithJsonSchema({"type": "string", "format": "page-token"})]
"""What `page_token` made; the number of the job that the page begins after."""
