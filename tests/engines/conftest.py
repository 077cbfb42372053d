"""One engine and one set of drawn samples for all tests here: loading models and drawing cost seconds."""

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from PIL import Image, ImageOps

from demo.draw import draw_samples
from tests.engines.heed import Heed
from workers.engines.base import Analysis, Request
from workers.engines.local import LocalEngine
from workers.page import Page

ReadSample = Callable[..., Analysis]

REQUEST = Request(prompt="이 이미지를 설명해주세요.", detail="auto", model="local")


@pytest.fixture(scope="session")
def engine() -> LocalEngine:
    return LocalEngine()


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("samples")
    draw_samples(folder)
    return folder


@pytest.fixture(scope="session")
def read_sample(engine: LocalEngine, samples: Path) -> ReadSample:
    """What the engine makes of a sample by its name, as it is or transposed; read once, for it takes seconds."""

    @cache
    def read(name: str, laid: Image.Transpose | None) -> Analysis:
        image = page_of(samples / name, engine).pixels
        page = Page(1, 1, image.transpose(laid) if laid is not None else image)
        return engine.analyze(iter([page]), REQUEST, Heed())

    return lambda name, laid=None: read(name, laid)


def page_of(path: Path, engine: LocalEngine, number: int = 1, total: int = 1) -> Page:
    """The page as the worker decodes it: upright, RGB, as large as the engine wants it."""
    with Image.open(path) as picture:
        upright = ImageOps.exif_transpose(picture).convert("RGB")
    return Page(number, total, upright.resize(engine.fit(upright.size, REQUEST)))
