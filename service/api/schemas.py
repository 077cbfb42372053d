"""The JSON schemas of the models that read requests and shape answers, as an OpenAPI document has them."""

from collections.abc import Mapping
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

Mode = Literal["validation", "serialization"]
"""Whether a model reads or is shown: what has a default may be left out in the first case only."""

_PLACE = "#/components/schemas/"


class Schemas:
    """The schemas of some models and of all that they lead to."""

    def __init__(self, wanted: Mapping[type[BaseModel], Mode]) -> None:
        self._wanted = wanted
        template = f"{_PLACE}{{model}}"
        self._references, found = models_json_schema(
            list(wanted.items()), ref_template=template, schema_generator=_Written
        )
        self._parts: dict[str, Any] = found["$defs"]
        for part in self._parts.values():
            part.pop("title", None)
            part.pop("description", None)  # a docstring, which is for who reads the code

    def reference(self, model: type[BaseModel]) -> dict[str, Any]:
        """What stands for the schema of one of the models."""
        return self._references[model, self._wanted[model]]

    def of(self, model: type[BaseModel]) -> dict[str, Any]:
        """The schema itself."""
        return {"properties": {}, **self._parts[_name(self.reference(model))]}

    def behind(self, document: Any) -> dict[str, Any]:
        """The schemas by name that a document refers to, and those that these refer to."""
        found: dict[str, Any] = {}
        names = set(_named(document))
        while names:
            found |= {name: self._parts[name] for name in names}
            names = set(_named([found[name] for name in names])) - set(found)
        return dict(sorted(found.items()))


class _Written(GenerateJsonSchema):
    """Without titles, which say what names say, and without null as a default, which says that nothing is there."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {name: value for name, value in found.items() if (name, value) != ("default", None)}


def _name(reference: Mapping[str, Any]) -> str:
    return str(reference["$ref"]).removeprefix(_PLACE)


def _named(value: Any) -> list[str]:
    """The names of all schemas that are referred to within."""
    if isinstance(value, dict):
        own = [_name(value)] if isinstance(value.get("$ref"), str) else []
        return own + [name for inner in value.values() for name in _named(inner)]
    return [name for inner in value for name in _named(inner)] if isinstance(value, list) else []
