"""The form fields of a submission, checked all at once."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

from service.api.faults import FieldFault, InvalidFields
from service.jobs.address import is_global, literal
from service.jobs.errors import Text
from service.settings import Settings

DEFAULT_PROMPT = "이 이미지를 분석하고 주요 내용을 설명해주세요."
DETAILS = ("low", "high", "auto", "original")
PROMPT_LENGTH = 8000
MODEL_LENGTH = 200
URL_LENGTH = 2048
METADATA_BYTES = 16 * 1024
METADATA_DEPTH = 64
LOCAL = "local"

T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True)
class Wish:
    """What the client wants done, from its fields; `model` is None where none was named."""

    prompt: str
    detail: str
    model: str | None
    callback_url: str | None
    priority: int
    metadata: dict[str, Any] | None


class _Fault(Exception):
    def __init__(self, reason: Text, **values: Any) -> None:
        self.reason = reason
        self.values = values


def read_wish(fields: dict[str, str], settings: Settings, file_problem: InvalidFields | None = None) -> Wish:
    """Check the fields; `file_problem` is what is wrong with the file.

    Raises InvalidFields naming everything that is faulty; a field left blank counts as not sent.
    """
    faults = list(file_problem.faults) if file_problem else []

    def take(name: str, read: Callable[[str], T], default: D) -> T | D:
        value = fields.get(name, "").strip()
        if not value:
            return default
        try:
            return read(value)
        except _Fault as fault:
            faults.append(FieldFault(name, fault.reason, fault.values))
            return default

    wish = Wish(
        prompt=take("prompt", _prompt, DEFAULT_PROMPT),
        detail=take("detail", _detail, "auto"),
        model=take("model", _model, None),
        callback_url=take("callback_url", lambda url: _callback_url(url, settings.callback_allowed_hosts), None),
        priority=take("priority", _priority, 0),
        metadata=take("metadata", _metadata, None),
    )
    if faults:
        raise file_problem if file_problem and len(faults) == 1 else InvalidFields(*faults)
    return wish


def _prompt(value: str) -> str:
    if len(value) > PROMPT_LENGTH:
        raise _Fault(_PROMPT_LENGTH, limit=PROMPT_LENGTH, actual=len(value))
    return value


def _detail(value: str) -> str:
    if value not in DETAILS:
        raise _Fault(_DETAIL, actual=value[:50])
    return value


def _model(value: str) -> str:
    if len(value) > MODEL_LENGTH or not value.isprintable():
        raise _Fault(_MODEL, limit=MODEL_LENGTH)
    return value


def _priority(value: str) -> int:
    if value not in map(str, range(10)):
        raise _Fault(_PRIORITY, actual=value[:50])
    return int(value)


def _metadata(value: str) -> dict[str, Any]:
    if len(value.encode()) > METADATA_BYTES:
        raise _Fault(_METADATA_SIZE, limit=METADATA_BYTES)
    try:
        found = json.loads(value)
        # Python's reader takes more than JSON: NaN, 1e999 and half surrogates, which no answer could carry.
        json.dumps(found, allow_nan=False, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise _Fault(_METADATA) from None
    if not isinstance(found, dict):
        raise _Fault(_METADATA)
    if not _shallow(found, METADATA_DEPTH):
        raise _Fault(_METADATA_DEPTH, limit=METADATA_DEPTH)
    return found


def _shallow(value: object, levels: int) -> bool:
    """Whether arrays and objects nest no deeper than `levels`: what Python can read here it may not elsewhere."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
    return inner is None or (levels > 0 and all(_shallow(one, levels - 1) for one in inner))


def _callback_url(value: str, allowed_hosts: tuple[str, ...]) -> str:
    """An address the courier may try; what its name resolves to is the courier's to judge, at the time of sending."""
    if len(value) > URL_LENGTH:
        raise _Fault(_URL_LENGTH, limit=URL_LENGTH)
    try:
        parts = urlsplit(value)
        host = parts.hostname or ""
        reachable = parts.port != 0 and bool(host.encode("idna"))
    except ValueError:  # also a name with an empty label, or one of more than 63 characters
        raise _Fault(_URL) from None
    if parts.scheme not in ("http", "https") or not reachable or not value.isprintable() or " " in value:
        raise _Fault(_URL)
    if parts.username is not None:
        raise _Fault(_URL_USER)
    if host not in allowed_hosts and not _may_be_global(host):
        raise _Fault(_URL_HOST, actual=host)
    return value


def _may_be_global(host: str) -> bool:
    address = literal(host)
    if address is not None:
        return is_global(address)
    name = host.rstrip(".")
    return name != "localhost" and not name.endswith(".localhost")


_PROMPT_LENGTH = Text(
    "prompt는 {limit}자까지입니다({actual}자).", "prompt may have {limit} characters; it has {actual}."
)
_DETAIL = Text(
    "detail은 low, high, auto, original 중 하나여야 합니다('{actual}').",
    "detail must be low, high, auto or original, not '{actual}'.",
)
_MODEL = Text("model은 {limit}자 이하의 이름이어야 합니다.", "model must be a name of at most {limit} characters.")
_PRIORITY = Text(
    "priority는 0부터 9까지의 정수여야 합니다('{actual}').", "priority must be a whole number 0 to 9, not '{actual}'."
)
_METADATA = Text("metadata는 JSON 객체여야 합니다.", "metadata must be a JSON object.")
_METADATA_DEPTH = Text(
    "metadata는 {limit}단계까지만 겹칠 수 있습니다.", "metadata may nest {limit} levels deep, no deeper."
)
_METADATA_SIZE = Text("metadata는 {limit}바이트까지입니다.", "metadata may have {limit} bytes.")
_URL = Text(
    "callback_url은 http:// 또는 https://로 시작하는 온전한 주소여야 합니다.",
    "callback_url must be a whole address that begins with http:// or https://.",
)
_URL_LENGTH = Text("callback_url은 {limit}자까지입니다.", "callback_url may have {limit} characters.")
_URL_USER = Text(
    "callback_url에 사용자 이름이나 암호를 넣을 수 없습니다.", "callback_url must not hold a user name or password."
)
_URL_HOST = Text(
    "callback_url의 호스트 '{actual}'은(는) 공개 주소가 아닙니다. "
    "허용하려면 서버의 CALLBACK_ALLOWED_HOSTS에 넣어야 합니다.",
    "The host '{actual}' of callback_url is not a global address. To allow it, the operator names it in "
    "CALLBACK_ALLOWED_HOSTS.",
)
