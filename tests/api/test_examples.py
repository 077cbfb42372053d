"""The document's examples are the guide's, and what a client would get by the document's own schemas."""

import re
from typing import Any

import pytest
from openapi_schema_validator import OAS31Validator

from service.api.openapi import document
from service.app import ENDPOINTS
from tests.contract import guide

DOCUMENTS = {language: document(ENDPOINTS, language, True) for language in ("ko", "en")}  # type: ignore[arg-type]
PLACES = {
    "### 1. 백그라운드 이미지 분석": ("post", "/background/analyze-image", "202"),
    "### 2. 백그라운드 표 추출": ("post", "/background/extract-tables", "202"),
    "### 3. 작업 상태 조회": ("get", "/background/task-status/{task_id}", "200"),
    "### 4. 모든 작업 목록 조회": ("get", "/background/all-tasks", "200"),
    "### 5. 작업 취소": ("delete", "/background/cancel-task/{task_id}", "200"),
    "### 6. 작업 정리": ("post", "/background/cleanup", "200"),
}
TIME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\.000\+00:00")


@pytest.mark.parametrize("heading", PLACES)
def test_the_guides_example_is_in_the_documents(heading: str) -> None:
    _assert_within(guide.example(heading), _content("ko", heading)["example"])


@pytest.mark.parametrize("language", DOCUMENTS)
def test_every_example_is_an_answer_by_its_schema(language: str) -> None:
    found = DOCUMENTS[language]
    shown = [
        (content["example"], content["schema"])
        for methods in found["paths"].values()
        for operation in methods.values()
        for response in operation["responses"].values()
        for content in response.get("content", {}).values()
        if "example" in content
    ]
    assert len(shown) == len(PLACES)
    for example, schema in shown:
        OAS31Validator({**schema, "components": found["components"]}).validate(example)


@pytest.mark.parametrize("heading", ["### 1. 백그라운드 이미지 분석", "### 5. 작업 취소", "### 6. 작업 정리"])
def test_messages_are_in_the_readers_language(heading: str) -> None:
    assert _content("en", heading)["example"]["message"].isascii()


def _content(language: str, heading: str) -> dict[str, Any]:
    method, path, status = PLACES[heading]
    content: dict[str, Any] = DOCUMENTS[language]["paths"][path][method]["responses"][status]["content"]
    return content["application/json"]


def _assert_within(expected: Any, actual: Any) -> None:
    """All that the guide shows is there, times with the offset that it leaves out."""
    if isinstance(expected, dict):
        assert expected.keys() <= actual.keys()
        for name, value in expected.items():
            _assert_within(value, actual[name])
    elif isinstance(expected, list):
        assert len(expected) == len(actual)
        for one, other in zip(expected, actual, strict=True):
            _assert_within(one, other)
    else:
        assert expected == (TIME.sub(r"\1", actual) if isinstance(actual, str) else actual)
