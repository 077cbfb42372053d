"""The result file: JSON so laid out that a part of it can be read without the whole.

Each member stands on a line of its own, and so does each item of a list of objects: a table is then one line, and
reading it costs its own memory, however many others there are.
"""

import json
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

_ENCODE = json.JSONEncoder(ensure_ascii=False).encode
"""As `json.dumps` with these options, which makes an encoder each time."""


def result_lines(result: dict[str, Any]) -> Iterator[str]:
    """The lines of a result file; where a member is an iterator, its items are taken one at a time."""
    opening = "{"
    for name, value in result.items():
        yield f"{opening}\n {json.dumps(name)}: "
        if isinstance(value, Iterator):
            yield from _items(value)
        else:
            yield _ENCODE(value)
        opening = ","
    yield "\n}\n"


def relabelled(path: Path, labels: dict[str, Any], mark: dict[str, Any]) -> Iterator[str]:
    """The lines of a stored result with other values for some members; `mark` holds new ones, which come first.

    Raises FileNotFoundError.
    """
    with path.open(encoding="utf-8") as file:
        yield next(file)
        for name, value in mark.items():
            yield f' "{name}": {json.dumps(value)},\n'
        for line in file:
            name = line[2:].partition('"')[0] if line.startswith(' "') else ""
            comma = "," if line.endswith(",\n") else ""
            yield f' "{name}": {json.dumps(labels[name], ensure_ascii=False)}{comma}\n' if name in labels else line


def read_member(path: Path, name: str) -> Any:
    """One member of a stored result, None where it has none of this name. Raises FileNotFoundError."""
    start = f' "{name}": '.encode()
    with path.open("rb") as file:
        line = next((line for line in file if line.startswith(start)), None)
    return None if line is None else json.loads(line[len(start) :].rstrip(b",\n"))


def read_items(path: Path, name: str) -> Iterator[bytes]:
    """The items of one member of a stored result, each as JSON. Raises FileNotFoundError."""
    start = f' "{name}": ['.encode()
    with path.open("rb") as file:
        if any(line.startswith(start) for line in file):
            for line in takewhile(lambda line: line.startswith(b"  "), file):
                yield line.rstrip(b",\n")


def _items(values: Iterator[Any]) -> Iterator[str]:
    opening = "["
    for value in values:
        yield f"{opening}\n  {_ENCODE(value)}"
        opening = ","
    yield "[]" if opening == "[" else "\n ]"
