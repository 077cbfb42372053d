"""docs/api.md is what the endpoints say, and its commands are the guide's."""

import re

from service.api.openapi import document
from service.app import ENDPOINTS, ROUTES
from service.reference.rendering import markdown
from tests.contract.guide import code
from tests.installation import ROOT
from tests.reference.written import SERVER, api

WRITTEN = (ROOT / "docs" / "api.md").read_text(encoding="utf-8")


def test_it_is_what_the_endpoints_say() -> None:
    assert api() == WRITTEN, "write it anew: make reference"


def test_every_route_is_told_once() -> None:
    told = re.findall(r"^### (\w+) `(/[^`]*)`$", WRITTEN, re.M)
    assert sorted(told) == sorted((m, route.path) for route in ROUTES for m in (route.methods or set()) - {"HEAD"})


def test_every_link_meets_a_heading() -> None:
    headings = {heading.lower() for heading in re.findall(r"^### (\w+)$", WRITTEN, re.M)}
    assert set(re.findall(r"\]\(#(\w+)\)", WRITTEN)) <= headings and headings


def test_the_commands_are_the_guides() -> None:
    """Each of its four is there as it stands in it, and shown to Korean readers alike."""
    commands = re.split(r"\n\n?#[^\n]*\n", f"\n{code('### cURL 예시', 'bash')}")[1:]
    assert len(commands) == 4
    korean = markdown(document(ENDPOINTS, "ko", keyed=False), "ko", SERVER)
    for text in (WRITTEN, korean):
        assert [one for one in commands if f"```sh\n{one.strip()}\n```" not in text] == []
