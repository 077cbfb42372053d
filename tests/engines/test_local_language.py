"""Where the Korean data is looked for, and in which order."""

import sys
from pathlib import Path

import pytest

from workers.engines.local import languages, words
from workers.engines.local.language import KOREAN, korean_data
from workers.engines.local.setup_language import NOT_TO_BE_HAD, main


def put(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / KOREAN).touch()
    return folder


@pytest.fixture
def bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A root without any data, to be filled."""
    monkeypatch.delenv("TESSDATA_PREFIX", raising=False)
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "environment"))
    return tmp_path


def test_nothing_found(bare: Path) -> None:
    assert korean_data(bare) is None


def test_override_then_environment_then_system(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    system = put(bare / "usr/share/tesseract-ocr/5/tessdata")
    assert korean_data(bare) == system
    own = put(bare / "environment/share/tessdata")
    assert korean_data(bare) == own
    override = put(bare / "elsewhere/tessdata")
    monkeypatch.setenv("TESSDATA_PREFIX", str(override))
    assert korean_data(bare) == override
    monkeypatch.setenv("TESSDATA_PREFIX", str(override.parent))
    assert korean_data(bare) == override


def test_override_without_data_is_passed_over(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(bare / "empty"))
    assert korean_data(bare) is None


@pytest.mark.parametrize("place", ["usr/share/tessdata", "usr/local/share/tessdata", "opt/homebrew/share/tessdata"])
def test_other_systems(bare: Path, place: str) -> None:
    folder = put(bare / place)
    assert korean_data(bare) == folder


def test_languages_follow_the_data(bare: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TESSDATA_PREFIX", str(put(bare / "data")))
    assert languages() == ("ko", "en")


def test_setup_without_any_tool_says_so_and_succeeds(
    bare: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(bare))
    assert main(["--route", "npm"]) == 0
    assert NOT_TO_BE_HAD in capsys.readouterr().out


def test_missing_korean_is_told_in_both_languages() -> None:
    assert "한국어" in words.KOREAN_MISSING and "Korean" in words.KOREAN_MISSING
