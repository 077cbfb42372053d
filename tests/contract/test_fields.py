"""The fields of a submission: what each may hold, and every fault told at once."""

import json
from typing import Any

import pytest
import requests

from tests.contract.pictures import png
from tests.contract.problem import assert_problem, speaking
from tests.installation import Installation

GLOBAL = "https://example.com/hook"


@pytest.mark.parametrize("path", ["analyze-image", "extract-tables"])
@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("priority", "10"),
        ("priority", "-1"),
        ("priority", "1.0"),
        ("priority", "high"),
        ("priority", "٣"),
        ("detail", "ultra"),
        ("detail", "HIGH"),
        ("prompt", "가" * 8001),
        ("model", "m" * 201),
        ("model", "a\nb"),
        ("metadata", "no json"),
        ("metadata", "[1]"),
        ("metadata", "7"),
        ("metadata", '{"a": NaN}'),
        ("metadata", '{"a": 1e999}'),
        ("metadata", '{"a": "\\ud800"}'),
        ("metadata", "[" * 16_000),
        ("metadata", '{"a": ' + "[" * 900 + "]" * 900 + "}"),
        ("metadata", json.dumps({"a": "x" * 16_400})),
        ("callback_url", "example.com/hook"),
        ("callback_url", "ftp://example.com/hook"),
        ("callback_url", "http://"),
        ("callback_url", "http://[::1"),
        ("callback_url", "http://example.com:99999/"),
        ("callback_url", "http://user:word@example.com/"),
        ("callback_url", "http://exa mple.com/"),
        ("callback_url", "http://a..example.com/"),
        ("callback_url", "http://.example.com/"),
        ("callback_url", f"http://{'a' * 64}.example.com/"),
        ("callback_url", "http://example.com:0/"),
        ("callback_url", "https://example.com/" + "x" * 2048),
    ],
)
def test_values_that_are_refused(service: Installation, path: str, name: str, value: str) -> None:
    english = assert_problem(_submit(service, path, "en", **{name: value}), 422, "invalid_field", "en", service)
    korean = assert_problem(_submit(service, path, "ko", **{name: value}), 422, "invalid_field", "ko", service)
    for problem in (korean, english):
        [fault] = problem["errors"]
        assert fault["pointer"] == f"#/{name}" and name in fault["detail"] and fault["detail"] in problem["detail"]


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.2",
        "localhost",
        "app.localhost",
        "localhost.",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "[::1]",
        "[::]",
        "[fe80::1]",
        "[fd00::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:169.254.169.254]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "127.0.0.1.",
        "１２７.0.0.1",
        "127。0。0。1",
        "ⓛocalhost",
        "localhost.",
        "[::127.0.0.1]",
        "[fec0::1]",
    ],
)
def test_callback_addresses_that_are_not_global(service: Installation, language: str, host: str) -> None:
    response = _submit(service, "analyze-image", language, callback_url=f"http://{host}/hook")
    problem = assert_problem(response, 422, "invalid_field", language, service)
    assert [fault["pointer"] for fault in problem["errors"]] == ["#/callback_url"]


def test_every_fault_is_told_at_once(service: Installation, language: str) -> None:
    fields = {"detail": "ultra", "priority": "99", "metadata": "{", "callback_url": "x", "prompt": "x" * 9000}
    problem = assert_problem(_submit(service, "analyze-image", language, **fields), 422, "invalid_field", language)
    assert {fault["pointer"] for fault in problem["errors"]} == {f"#/{name}" for name in fields}
    assert all(fault["detail"] in problem["detail"] for fault in problem["errors"])


def test_a_missing_file_does_not_hide_the_other_faults(service: Installation, language: str) -> None:
    files = {"detail": (None, "ultra"), "priority": (None, "99")}
    url = f"{service.url}/background/analyze-image"
    response = service.http.post(url, files=files, headers=speaking(language), timeout=30)
    problem = assert_problem(response, 422, response.json()["code"], language)
    assert {fault["pointer"] for fault in problem["errors"]} == {"#/file", "#/detail", "#/priority"}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"detail": "low"}, {"detail": "low"}),
        ({"detail": "high"}, {"detail": "high"}),
        ({"detail": "auto"}, {"detail": "auto"}),
        ({"detail": "original"}, {"detail": "original"}),
        ({"detail": ""}, {"detail": "auto"}),
        ({"priority": "0"}, {"priority": 0}),
        ({"priority": "9"}, {"priority": 9}),
        ({"prompt": "가" * 8000}, {"prompt": "가" * 8000}),
        ({"prompt": ""}, {"prompt": "이 이미지를 분석하고 주요 내용을 설명해주세요."}),
        ({"model": "gpt-5.6-luna"}, {"model": "gpt-5.6-luna"}),
        ({"metadata": '{"a": {"b": [1, 2.5, null, "글"]}}'}, {"metadata": {"a": {"b": [1, 2.5, None, "글"]}}}),
        ({"nobody": "knows this field"}, {}),
    ],
)
def test_values_that_are_taken(service: Installation, fields: dict[str, str], expected: dict[str, Any]) -> None:
    ended = service.ended(service.submitted(png(), **fields))
    assert ended["status"] == "completed"
    assert {name: ended[name] for name in expected} == expected


def _submit(service: Installation, path: str, language: str, **fields: str) -> requests.Response:
    url = f"{service.url}/background/{path}"
    return service.http.post(url, files={"file": png()}, data=fields, headers=speaking(language), timeout=30)
