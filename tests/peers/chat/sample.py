"""A JSON document that fits a strict schema; where the schema describes tables, a fixed small table."""

from typing import Any

from tests.peers.chat.strict_schema import Schema

GRID = (("품목", "Qty"), ("사과", "3"), ("배 | 감", "5"))
"""The one table this endpoint ever sees: a header row, Korean, and a character that needs escaping in Markdown."""

MAX_DEPTH = 12
"""Where a recursive schema stops: arrays become empty, nullable values null."""

_NAMED: dict[str, Any] = {
    **dict.fromkeys(("rows", "row_count", "n_rows"), len(GRID)),
    **dict.fromkeys(("columns", "column_count", "n_columns"), len(GRID[0])),
    **dict.fromkeys(("header_rows", "page", "row_span", "column_span", "rowspan", "colspan"), 1),
    "title": "표 1",
    "confidence": 0.9,
}


Known = dict[str, Any]


def sample(schema: Schema) -> Any:
    """A document that fits `schema`."""
    return _Sampler(schema).value(schema, "", 0, {})


class _Sampler:
    """Walks the schema; `known` holds what the walk knows of the cell or row it is in: text, row, column."""

    def __init__(self, root: Schema) -> None:
        self._root = root

    def value(self, schema: Schema, name: str, depth: int, known: Known) -> Any:
        schema = self._resolve(schema)
        if "anyOf" in schema:
            return self.value(_choose(schema["anyOf"], depth), name, depth, known)
        if "const" in schema or "enum" in schema:
            return schema.get("const", schema.get("enum", [None])[0])
        return self._by_type(schema, _kind(schema, depth), name, depth, known)

    def _by_type(self, schema: Schema, kind: str, name: str, depth: int, known: Known) -> Any:
        if kind == "object":
            members = schema.get("properties", {}).items()
            return {key: self.value(child, key, depth + 1, known) for key, child in members}
        if kind == "array":
            return self._array(schema, name, depth, known)
        return _scalar(schema, kind, name, known)

    def _array(self, schema: Schema, name: str, depth: int, known: Known) -> list[Any]:
        item = self._resolve(schema.get("items", {"type": "string"}))
        if depth >= MAX_DEPTH:
            return []
        if _kind(item, depth) == "array":
            return [
                self._cells(self._resolve(item.get("items", {"type": "string"})), row, depth)
                for row in range(len(GRID))
            ]
        if name == "rows":
            return [self.value(item, "", depth + 1, {"row": row}) for row in range(len(GRID))]
        if name == "cells":
            rows = [known["row"]] if "row" in known else range(len(GRID))
            return [cell for row in rows for cell in self._cells(item, row, depth)]
        if name in ("header", "headers", "columns"):
            return self._cells(item, 0, depth)
        return [self.value(item, name, depth + 1, known) for _ in range(max(1, schema.get("minItems", 1)))]

    def _cells(self, item: Schema, row: int, depth: int) -> list[Any]:
        return [
            self.value(
                item, "text", depth + 1, {**dict.fromkeys(("text", "value"), text), "row": row, "column": column}
            )
            for column, text in enumerate(GRID[row])
        ]

    def _resolve(self, schema: Schema) -> Schema:
        while "$ref" in schema:
            found: Any = self._root
            for step in schema["$ref"].removeprefix("#").strip("/").split("/"):
                found = found[step] if step else found
            schema = found
        return schema


def _kind(schema: Schema, depth: int) -> str:
    kinds = schema.get("type", "any")
    if isinstance(kinds, str):
        return kinds
    return "null" if depth >= MAX_DEPTH and "null" in kinds else str(kinds[0])


def _choose(options: list[Schema], depth: int) -> Schema:
    return next((option for option in options if depth >= MAX_DEPTH and option.get("type") == "null"), options[0])


_DEFAULTS: dict[str, Any] = {"string": "글 text", "integer": 0, "number": 0.5, "boolean": False}
_FITTING: dict[str, tuple[type, ...]] = {"string": (str,), "integer": (int,), "number": (int, float)}


def _scalar(schema: Schema, kind: str, name: str, known: Known) -> Any:
    wanted = known.get(name, _NAMED.get(name))
    value = wanted if isinstance(wanted, _FITTING.get(kind, ())) else _DEFAULTS.get(kind)
    return _within(schema, value) if kind in ("integer", "number") else value


def _within(schema: Schema, value: Any) -> Any:
    value = max(value, schema.get("minimum", value), schema.get("exclusiveMinimum", value - 1) + 1)
    return min(value, schema.get("maximum", value))
