"""What a JSON schema allows, in a few words."""

from collections.abc import Mapping
from typing import Any

from service.jobs.text import Language, Text

Schema = Mapping[str, Any]

_OR = Text("또는", "or")
_LIST = Text("{kind}의 목록", "list of {kind}")
_MAP = Text("{kind}의 사전", "map of {kind}")
_ANY = Text("아무 값", "anything")
_FORMATS = {
    "binary": Text("파일", "file"),
    "date-time": Text("시각(ISO 8601)", "time (ISO 8601)"),
    "uri": Text("주소", "address"),
}
_KINDS = {
    "string": Text("문자열", "text"),
    "integer": Text("정수", "whole number"),
    "number": Text("수", "number"),
    "boolean": Text("true/false", "true/false"),
    "object": Text("객체", "object"),
    "null": Text("null", "null"),
}
_LIMITS = {
    "minimum": "≥ {}",
    "exclusiveMinimum": "> {}",
    "maximum": "≤ {}",
    "exclusiveMaximum": "< {}",
    "minLength": "≥ {}",
    "maxLength": "≤ {}",
    "minItems": "≥ {}",
    "maxItems": "≤ {}",
}

_FAR = 2**63
"""A limit of numbers that nobody comes to."""


def kind_of(schema: Schema, language: Language) -> str:
    """Such as `whole number, ≥ 0, ≤ 9`; a schema that has a name is told by it."""
    return ", ".join([_kind(schema, language), *_limits(schema)])


def default_of(schema: Schema) -> str:
    """What counts where nothing is sent; empty where nothing does."""
    found = schema.get("default")
    if found is None or found == []:
        return ""
    return str(found).lower() if isinstance(found, bool) else f"{found:g}" if isinstance(found, float) else str(found)


def name_of(schema: Schema) -> str:
    """The name of the schema that is referred to; empty where none is."""
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _kind(schema: Schema, language: Language) -> str:
    choices = schema.get("anyOf") or schema.get("oneOf") or schema.get("allOf")
    if "$ref" in schema:
        return name_of(schema)
    if choices:
        kinds = dict.fromkeys(kind_of(one, language) for one in choices if _tells(one))
        return f" {_in(_OR, language)} ".join(kinds)
    if "const" in schema or "enum" in schema:
        return " | ".join(f'"{one}"' for one in schema.get("enum", [schema.get("const")]))
    return _of_type(schema, language)


def _tells(schema: Schema) -> bool:
    """Not a narrowing of what stands beside it, nor that a form's field may be left blank, as any may."""
    return "properties" not in schema and schema.get("const") != ""


def _of_type(schema: Schema, language: Language) -> str:
    kind = schema.get("type", "")
    if kind == "array":
        return _LIST.fill(language, {"kind": kind_of(schema.get("items", {}), language)})
    values = schema.get("additionalProperties")
    if kind == "object" and isinstance(values, dict) and values:
        return _MAP.fill(language, {"kind": kind_of(values, language)})
    return _in(_FORMATS.get(schema.get("format", "")) or _KINDS.get(kind) or _ANY, language)


def _limits(schema: Schema) -> list[str]:
    return [shape.format(schema[name]) for name, shape in _LIMITS.items() if schema.get(name, _FAR) < _FAR]


def _in(text: Text, language: Language) -> str:
    return text.fill(language, {})
