"""The measuring process: bounded in time and in number, believed no further than it makes sense."""

import asyncio
import os
from pathlib import Path

import psutil
import pytest

from service.api import measuring
from service.api.faults import UnmeasurableFile
from service.api.measuring import AT_ONCE, EstimatesBusy, Measuring
from service.models.estimate import Measured
from service.settings import Settings
from tests.pictures import document, picture

PNG, TIFF = "image/png", "image/tiff"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path, max_pages=3)


def _file(folder: Path, content: bytes) -> Path:
    (folder / "file").write_bytes(content)
    return folder / "file"


def _none_left() -> bool:
    return not [child for child in psutil.Process(os.getpid()).children() if "workers.measure" in child.cmdline()]


def test_the_pages_that_will_be_read(settings: Settings, tmp_path: Path) -> None:
    async def measured() -> tuple[list[Measured], bool]:
        return await Measuring(settings).measure(_file(tmp_path, document(4, 30, 20)[1]), TIFF)

    assert asyncio.run(measured()) == ([Measured(number, (30, 20)) for number in (1, 2, 3)], True)
    assert _none_left()


def test_one_that_takes_too_long_is_ended(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "SECONDS", 0.05)
    with pytest.raises(UnmeasurableFile, match=r"^") as caught:
        asyncio.run(Measuring(settings).measure(_file(tmp_path, picture()[1]), PNG))
    assert "0.05" in caught.value.message("en") and "0.05" in caught.value.message("ko")
    assert _none_left()


def test_no_more_than_a_few_at_once(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measuring, "TURN", 0.05)
    path = _file(tmp_path, picture()[1])

    async def crowd() -> list[object]:
        one = Measuring(settings)
        found = await asyncio.gather(*(one.measure(path, PNG) for _ in range(AT_ONCE + 3)), return_exceptions=True)
        return [*found, await one.measure(path, PNG)]

    found = asyncio.run(crowd())
    assert [type(one) for one in found].count(EstimatesBusy) == 3
    assert found[-1] == ([Measured(1, (64, 48))], False), "turns are given back"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "no json",
        "[]",
        "{}",
        '{"pages": []}',
        '{"pages": [[1, 0, 5, 0, 0]]}',
        '{"pages": [[1, 5, 5, -1, 0]]}',
        '{"pages": [[5, 5]]}',
        '{"error": "made up", "values": {}}',
        '{"error": "too_many_pixels", "values": {"page": "{limit.__class__}"}}',
        '{"error": "unreadable_file", "values": {"self": 1}}',
        '{"pages": [[1, 1, 1, 0, 0]]' + " " * 1_000_000 + "}",
    ],
)
def test_whatever_a_process_says_that_was_taken_over(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, said: str
) -> None:
    program = tmp_path / "workers"
    program.mkdir()
    (program / "__init__.py").touch()
    (program / "measure.py").write_text(f"import sys; sys.stdout.write({said!r})")
    monkeypatch.setattr(measuring, "_bare", lambda: {"PYTHONPATH": str(tmp_path)})
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnmeasurableFile) as caught:
        asyncio.run(Measuring(settings).measure(_file(tmp_path, picture()[1]), PNG))
    assert caught.value.message("ko") and "{" not in caught.value.message("en")
    assert _none_left()
