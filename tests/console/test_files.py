"""The page's own files: whole, cached rightly, and under a policy that lets nothing else in."""

import re
from pathlib import Path

import pytest

from service.console.serving import ASSETS, FOLDER
from tests.installation import Installation

WORDS = {
    name: "".join(
        (FOLDER / "script" / f"{file}-{name}.js").read_text(encoding="utf-8") for file in ("words", "troubles")
    )
    for name in ("ko", "en")
}
LONGEST = 250


@pytest.mark.parametrize("path", sorted(ASSETS))
def test_each_is_handed_out_and_kept_only_while_it_is_the_same(service: Installation, path: str) -> None:
    first = service.get(path)
    assert first.status_code == 200 and first.content
    kinds = {"": "text/html", ".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
    assert first.headers["content-type"].partition(";")[0] == kinds[Path(path).suffix]
    assert first.headers["cache-control"] == "no-cache"
    again = service.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", first.headers["etag"])


def test_the_policy_lets_in_no_other_host_and_no_text_as_code(service: Installation) -> None:
    policy = service.get("/").headers["content-security-policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == rules["base-uri"] == rules["form-action"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["connect-src"] == "'self'"
    assert rules["require-trusted-types-for"] == "'script'"
    assert "unsafe" not in policy and "http" not in policy and "*" not in policy


@pytest.mark.parametrize("path", ["", "x.js", "../app.py", "%2e%2e/app.py", "script", "index.html", "serving.py"])
def test_there_is_nothing_else(service: Installation, path: str) -> None:
    assert service.get(f"/console/{path}").status_code == 404


def test_both_languages_have_the_same_words() -> None:
    korean, english = (re.findall(r'^  "?([\w.]+)"?:', text, re.M) for text in WORDS.values())
    assert korean == english
    assert len(korean) == len(set(korean))


def test_every_word_asked_for_is_there() -> None:
    scripts = "\n".join(path.read_text(encoding="utf-8") for path in (FOLDER / "script").glob("*.js"))
    asked = set(re.findall(r'\bt\("([\w.]+)"', scripts))
    known = set(re.findall(r'^  "?([\w.]+)"?:', WORDS["ko"], re.M))
    assert asked <= known


def test_files_stay_small() -> None:
    lengths = {path.name: len(path.read_text(encoding="utf-8").splitlines()) for path in FOLDER.rglob("*.*")}
    assert {name for name, length in lengths.items() if length > LONGEST} == set()


def test_every_style_sheet_is_part_of_the_page() -> None:
    named = re.findall(r'href="/console/style/([\w-]+\.css)"', (FOLDER / "index.html").read_text(encoding="utf-8"))
    assert sorted(named) == sorted(path.name for path in (FOLDER / "style").iterdir())
