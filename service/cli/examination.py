"""What `doctor` looks at, one after the other.

A module of its own, which only that command loads: with the settings and the database every other one took twice as
long to start.
"""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import httpx2

from service.cli.words import say
from service.client import ApiError, Client, Unreachable
from service.jobs.files import require_writable
from service.jobs.schema import require_current_schema
from service.settings import Settings, load_settings

MOST_FREE = 1024**3
"""Bytes of free disk below which it is worth telling."""

_OPENAI = "https://api.openai.com/v1"
_ANSWER = 10.0


@dataclass(frozen=True)
class Finding:
    """What was found of one thing, in a sentence."""

    about: str
    state: Literal["good", "doubtful", "bad"]
    words: str


def findings(client: Client) -> Iterator[Finding]:
    """What is here, then what the running service tells."""
    about = say("설정", "settings")
    try:
        settings = load_settings()
    except SystemExit as error:
        yield Finding(about, "bad", str(error))
    else:
        yield Finding(about, "good", say("모두 쓸 수 있습니다", "all can be used"))
        yield _ended(say("폴더", "folders"), lambda: require_writable(*settings.folders))
        yield _disk(settings)
        yield _ended(say("데이터베이스", "database"), lambda: require_current_schema(settings.database_url))
        yield _key(settings)
    yield from _running(client)


def _ended(about: str, check: Callable[[], None]) -> Finding:
    """A check that ends the process with a remedy, as a finding."""
    try:
        check()
    except SystemExit as error:
        return Finding(about, "bad", str(error))
    return Finding(about, "good", say("좋습니다", "fine"))


def _disk(settings: Settings) -> Finding:
    there = next(place for place in (settings.data_dir, *settings.data_dir.parents) if place.exists())
    free = shutil.disk_usage(there).free
    words = say("{free:.1f} GB 비어 있습니다", "{free:.1f} GB are free", free=free / 1024**3)
    state: Literal["good", "doubtful", "bad"] = (
        "good" if free > MOST_FREE else "doubtful" if free > settings.max_upload_bytes else "bad"
    )
    return Finding(say("디스크", "disk"), state, words)


def _key(settings: Settings) -> Finding:
    """Whether the model's server answers and takes the key; nothing is asked that costs."""
    about = say("모델 서버", "model server")
    if settings.openai_api_key is None:
        words = say(
            "키가 없어 내장 엔진이 읽습니다(OPENAI_API_KEY)", "no key: the embedded engine reads (OPENAI_API_KEY)"
        )
        return Finding(about, "doubtful", words)
    address = (settings.openai_base_url or _OPENAI).rstrip("/")
    headers = {"Authorization": f"Bearer {settings.openai_api_key.get_secret_value()}"}
    try:
        status = httpx2.get(f"{address}/models", headers=headers, timeout=_ANSWER).status_code
    except httpx2.HTTPError as error:
        reason = type(error).__name__
        return Finding(
            about,
            "bad",
            say("{url}에 닿지 않습니다({reason})", "{url} is out of reach ({reason})", url=address, reason=reason),
        )
    if status in (401, 403):
        return Finding(about, "bad", say("{url}이(가) 키를 거절합니다", "{url} refuses the key", url=address))
    if status >= 500:
        return Finding(
            about, "bad", say("{url}이(가) {status}로 답합니다", "{url} answers {status}", url=address, status=status)
        )
    return Finding(about, "good", say("{url}이(가) 키를 받습니다", "{url} takes the key", url=address))


def _running(client: Client) -> Iterator[Finding]:
    about = say("서비스", "service")
    try:
        _, told = client.ready()
        health = client.health()
    except Unreachable as error:
        yield Finding(about, "bad", say("닿지 않습니다: {reason}", "out of reach: {reason}", reason=error))
        return
    except ApiError as error:
        yield Finding(about, "bad", f"{error} ({error.code})")
        return
    reasons = ", ".join(told.get("reasons", []))
    yield Finding(about, "bad" if reasons else "good", reasons or say("작업을 받습니다", "takes tasks"))
    workers = health["workers"]
    words = say("{alive}개 가운데 {busy}개가 일합니다", "{busy} of {alive} at work", **workers)
    yield Finding(say("워커", "workers"), "good" if workers["alive"] else "bad", words)
    for engine in health["engines"]:
        yield from _decoders(engine)


def _decoders(engine: dict[str, Any]) -> Iterator[Finding]:
    languages = engine.get("local_languages", [])
    words = say("내장 엔진이 읽는 언어: {found}", "the embedded engine reads: {found}", found=", ".join(languages))
    yield Finding("OCR", "good" if "ko" in languages else "doubtful", words)
    heic = bool(engine.get("heic"))
    yield Finding("HEIC", "good" if heic else "doubtful", say("있음", "there") if heic else say("없음", "missing"))
    cage = str(engine.get("cage", ""))
    yield Finding(say("격리", "cage"), "doubtful" if cage.startswith("no") else "good", cage)
