"""The subset of JSON Schema that OpenAI's strict Structured Outputs accept (the guide's "Supported schemas")."""

from collections.abc import Iterator
from typing import Any

from tests.peers.chat.faults import Fault

Schema = dict[str, Any]
Path = tuple[str, ...]

MAX_DEPTH, MAX_PROPERTIES, MAX_ENUM_VALUES = 10, 5_000, 1_000

TYPES = {"string", "number", "integer", "boolean", "object", "array", "null"}
FORMATS = {"date-time", "time", "date", "duration", "email", "hostname", "ipv4", "ipv6", "uuid"}
KEYWORDS = {
    *("type", "enum", "const", "anyOf", "$ref", "$defs", "definitions", "title", "description", "$schema"),
    *("properties", "required", "additionalProperties", "items", "minItems", "maxItems"),
    *("pattern", "format", "multipleOf", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"),
}

_SHAPES: dict[str, type] = {
    "properties": dict,
    "$defs": dict,
    "definitions": dict,
    "required": list,
    "anyOf": list,
    "format": str,
}


def check_strict(name: str, schema: Schema) -> None:
    """Raise the Fault that OpenAI answers to a schema it would not take with `strict: true`."""
    try:
        _check_root(schema)
        _check_limits([*_walk(schema, ())])
    except _Loose as loose:
        message = f"Invalid schema for response_format {name!r}: {loose}"
        raise Fault(message, "response_format", "invalid_json_schema") from None


class _Loose(Exception):
    def __init__(self, path: Path, message: str) -> None:
        super().__init__(f"In context={path}, {message}")


def _check_root(schema: Schema) -> None:
    if "anyOf" in schema or schema.get("type") != "object":
        raise _Loose((), f"schema must be of type 'object', got 'type: {schema.get('type')!r}'.")


def _walk(schema: object, path: Path) -> Iterator[tuple[Path, Schema]]:
    """Every subschema, checked."""
    if not isinstance(schema, dict):
        raise _Loose(path, f"{schema!r} is not a valid schema.")
    _check_keywords(schema, path)
    _check_type(schema, path)
    yield path, schema
    for step, child in _children(schema):
        yield from _walk(child, path + step)


def _children(schema: Schema) -> Iterator[tuple[Path, object]]:
    for group in ("properties", "$defs", "definitions"):
        for key, child in schema.get(group, {}).items():
            yield (group, key), child
    for number, child in enumerate(schema.get("anyOf", [])):
        yield ("anyOf", str(number)), child
    if "items" in schema:
        yield ("items",), schema["items"]


def _check_keywords(schema: Schema, path: Path) -> None:
    for keyword, kind in _SHAPES.items():
        if not isinstance(schema.get(keyword, kind()), kind):
            raise _Loose(path, f"{schema[keyword]!r} is not a valid {keyword!r}.")
    unknown = sorted(schema.keys() - KEYWORDS)
    if unknown:
        raise _Loose(path, f"'{unknown[0]}' is not permitted.")
    if "$ref" in schema and len(schema) > 1 and path:
        raise _Loose(path, f"$ref cannot have keywords {schema.keys() - {'$ref'}}.")
    if schema.get("format", "date") not in FORMATS:
        raise _Loose(path, f"{schema['format']!r} is not a valid format.")


def _check_type(schema: Schema, path: Path) -> None:
    kinds = schema.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if not kinds and not schema.keys() & {"anyOf", "$ref", "enum", "const"}:
        raise _Loose(path, "schema must have a 'type' key.")
    if not TYPES.issuperset(kinds):
        raise _Loose(path, f"{schema['type']!r} is not a valid type.")
    if "array" in kinds and "items" not in schema:
        raise _Loose(path, "array schema missing items.")
    if "object" in kinds:
        _check_object(schema, path)


def _check_object(schema: Schema, path: Path) -> None:
    if schema.get("additionalProperties") is not False:
        raise _Loose(path, "'additionalProperties' is required to be supplied and to be false.")
    properties, required = schema.get("properties", {}), schema.get("required", [])
    if sorted(properties) != sorted(required):
        missing = sorted(set(properties).symmetric_difference(required))
        raise _Loose(
            path,
            "'required' is required to be supplied and to be an array including every key in properties. "
            f"Missing or extra: {missing}.",
        )


def _check_limits(schemas: list[tuple[Path, Schema]]) -> None:
    counted = {
        "levels of nesting": (max(_depth(path) for path, _ in schemas), MAX_DEPTH),
        "properties": (sum(len(schema.get("properties", {})) for _, schema in schemas), MAX_PROPERTIES),
        "enum values": (sum(len(schema.get("enum", [])) for _, schema in schemas), MAX_ENUM_VALUES),
    }
    for what, (count, limit) in counted.items():
        if count > limit:
            raise _Loose((), f"schema has {count} {what}, more than the {limit} allowed.")


def _depth(path: Path) -> int:
    return path.count("properties") + path.count("items")
