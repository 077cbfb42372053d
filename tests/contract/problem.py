"""What every error answer looks like, and that the service lives on after it."""

import re
from typing import Any

import requests

from tests.installation import ROOT, Installation

MEMBERS = {"type": str, "title": str, "status": int, "detail": str, "code": str}
_HANGUL = re.compile("[가-힣]")


def assert_problem(
    response: requests.Response, status: int, code: str, language: str = "ko", service: Installation | None = None
) -> dict[str, Any]:
    """The answer is this problem, in this language, and tells nothing of the server; returns its members."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"].partition(";")[0] == "application/problem+json"
    body: dict[str, Any] = response.json()
    for name, kind in MEMBERS.items():
        assert isinstance(body.get(name), kind) and body[name], f"{name}: {body}"
    assert (body["status"], body["code"], body["success"]) == (status, code, False), body
    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", body["code"])
    assert bool(_HANGUL.search(body["detail"])) == (language == "ko"), body["detail"]
    assert bool(_HANGUL.search(body["title"])) == (language == "ko"), body["title"]
    assert_tells_nothing(response.text, service)
    if service is not None:
        assert_serves(service)
    return body


def assert_tells_nothing(text: str, service: Installation | None = None) -> None:
    """No traceback, no path of the server, no key."""
    secrets = ["Traceback", 'File "', ".py", "site-packages", "sk-test", "whsec_", str(ROOT)]
    if service is not None:
        secrets += [str(service.folder), str(service.data)]
    assert not [secret for secret in secrets if secret in text], text


def assert_serves(service: Installation) -> None:
    """The service answers."""
    assert service.get("/livez").status_code == 200


def speaking(language: str) -> dict[str, str]:
    """Headers of a client of that language; Korean is what one gets without asking."""
    return {"Accept-Language": "en"} if language == "en" else {}
