"""What public pictures are made of: the models that shape every answer and callback, and describe it in OpenAPI."""

from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, GetJsonSchemaHandler, WithJsonSchema
from pydantic_core import CoreSchema

from service.jobs.text import Text

T = TypeVar("T")


class Picture(BaseModel):
    """What a client gets to see. A field without `Absent` is there in every answer, though it may be null."""

    model_config = ConfigDict(frozen=True, json_schema_serialization_defaults_required=True)


class Meaning(Text):
    """What a field means, for a person: `name: Annotated[str, Meaning("이름", "The name")]`."""

    __slots__ = ()

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        # Both languages stay in until a document is written in one of them: service/api/openapi.py.
        return {**handler(schema), "description": self}


class _NotNull:
    """Takes null out of a schema, where None stands for what is not there at all."""

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        found = handler(schema)
        kinds = [kind for kind in found.get("anyOf", ()) if kind != {"type": "null"}]
        return {**found, "anyOf": kinds} if len(kinds) != 1 else kinds[0]


Absent = Annotated[T | None, Field(exclude_if=lambda value: value is None), _NotNull()]
"""A field that may not be there, `None` for us and left out of the JSON: `error: Absent[TaskError] = None`."""

Moment = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""A time as it is shown: ISO 8601 with offset, UTC."""
