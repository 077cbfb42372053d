"""Secrets in log lines: hidden however they got there, in whatever form."""

import json
from pathlib import Path

import pytest

from service.logs import HIDDEN, LineWriter

SECRET = "sk-quo/te+d~=01234"


@pytest.mark.parametrize(
    "told",
    [SECRET, f"key {SECRET}.", repr(SECRET), repr(SECRET.encode()), json.dumps({"key": SECRET}), f"Bearer {SECRET}\n"],
)
def test_no_form_of_a_secret_gets_through(tmp_path: Path, capfd: pytest.CaptureFixture[str], told: str) -> None:
    LineWriter(tmp_path, ("whsec_0123456789", SECRET)).msg(json.dumps({"event": "x", "told": told}), "task")
    written = capfd.readouterr().out
    assert written == (tmp_path / "task.jsonl").read_text()
    assert HIDDEN in written and "quo" not in written
    assert json.loads(written)["event"] == "x", "still one line of JSON"


def test_a_word_too_short_to_be_a_secret_is_left_alone(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    LineWriter(tmp_path, ("ollama",)).msg('{"model": "ollama"}', None)
    assert capfd.readouterr().out == '{"model": "ollama"}\n'
