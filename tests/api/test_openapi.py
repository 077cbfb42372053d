"""The OpenAPI document as text: that nothing pydantic knows is lost on the way, and both languages are whole."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from service.api.endpoint import Endpoint
from service.api.openapi import document
from service.api.pictures.problem import ProblemDetails
from service.api.problems import Problem
from service.app import ENDPOINTS, ROUTES

HANGUL = re.compile("[가-힣]")


@pytest.mark.parametrize("keyed", [True, False])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_route_is_there_in_one_language(language: Any, keyed: bool) -> None:
    found = document(ENDPOINTS, language, keyed)
    told = {(path, method.upper()) for path, methods in found["paths"].items() for method in methods}
    assert told == {(route.path, method) for route in ROUTES for method in (route.methods or set()) - {"HEAD"}}
    meanings = [text for text in _texts(found) if not text.startswith("`")]
    assert len(meanings) > 100
    wrong = [text for text in meanings if bool(HANGUL.search(text)) != (language == "ko")]
    assert wrong == []


def test_every_limit_is_one_that_json_schema_knows() -> None:
    """A limit that stands after a validator would be `ge`, which says nothing to a client."""
    names = {name for part in _parts(document(ENDPOINTS, "en", True)) for name in part}
    assert not names & {"ge", "le", "gt", "lt", "max_length", "min_length"}
    assert {"minimum", "maximum", "maxLength", "exclusiveMaximum"} <= names


def test_every_field_has_a_meaning() -> None:
    schemas = document(ENDPOINTS, "en", True)["components"]["schemas"]
    bare = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, part in schema.get("properties", {}).items()
        if not part.get("description")
    ]
    assert bare == []


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda one: one.handler.__name__)
def test_what_an_endpoint_takes_from_its_path_is_what_the_path_names(endpoint: Endpoint) -> None:
    named = set(re.findall(r"{(\w+)}", endpoint.path))
    assert {one.name for one in endpoint.parameters if one.place == "path"} == named


def test_every_member_that_a_problem_shows_is_described() -> None:
    kinds = list(_kinds(Problem))
    assert len(kinds) > 20
    assert {name for kind in kinds for name in kind.shown} <= set(ProblemDetails.model_fields)


def test_the_document_is_json() -> None:
    assert json.loads(json.dumps(document(ENDPOINTS, "ko", False)))["openapi"].startswith("3.1")


def _kinds(root: type[Problem]) -> Iterator[type[Problem]]:
    for child in root.__subclasses__():
        yield child
        yield from _kinds(child)


def _parts(value: Any) -> Iterator[dict[str, Any]]:
    """Every object within."""
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _parts(inner)


def _texts(value: Any) -> list[str]:
    parts = list(_parts(value))
    return [part[name] for part in parts for name in ("summary", "description") if isinstance(part.get(name), str)]
