"""The guide's own words: its code blocks, its JSON examples, and whether an answer keeps to one."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

PATH = Path(__file__).parent / "guide.ko.md"
GUIDE = PATH.read_text(encoding="utf-8")

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def section(heading: str) -> str:
    """The text below a heading, up to the next one; in code blocks no line begins with `##`."""
    return re.split(r"^##+ ", GUIDE.split(f"{heading}\n", 1)[1], maxsplit=1, flags=re.M)[0]


def code(heading: str, language: str) -> str:
    """The first code block of a language below a heading, unmodified."""
    found = re.search(rf"```{language}\n(.*?)```", section(heading), re.S)
    assert found, f"no {language} block below {heading!r}"
    return found[1]


def example(heading: str) -> dict[str, Any]:
    """The JSON example below a heading."""
    found: dict[str, Any] = json.loads(code(heading, "json"))
    return found


def message(heading: str, task_id: str) -> str:
    """The message of an example, about this task."""
    return _ID.sub(task_id, example(heading)["message"])


def assert_fits(expected: Any, actual: Any, where: str = "$") -> None:
    """Every key of the example is there with a value of the same type; a null may be text, times have an offset."""
    if isinstance(expected, dict):
        assert isinstance(actual, dict), where
        for key, value in expected.items():
            assert key in actual, f"{where}.{key} is missing from {sorted(actual)}"
            assert_fits(value, actual[key], f"{where}.{key}")
    elif isinstance(expected, list):
        assert isinstance(actual, list) and actual, where
        for each in actual:
            assert_fits(expected[0], each, f"{where}[]")
    elif expected is None:
        assert actual is None or isinstance(actual, str), where
    else:
        assert type(actual) is type(expected), f"{where} is {actual!r}, the example has {expected!r}"
        if where.endswith("_at"):
            assert_time(actual)


def assert_time(text: str) -> datetime:
    """ISO 8601 with offset, UTC."""
    moment = datetime.fromisoformat(text)
    assert moment.utcoffset() == timedelta(0), text
    return moment
