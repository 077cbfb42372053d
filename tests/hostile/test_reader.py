"""Damaged files against the caged reader, in numbers: it tells of them in our words or reads them, nothing else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.api.content import describe, media_type_of, pixels_of
from service.jobs.errors import JobError
from service.jobs.media import READ_DIRECTLY
from service.settings import Settings
from tests.hostile.damage import GOOD, cut, flipped
from workers.cage.keeper import Keeper
from workers.cage.nursery import Nursery
from workers.documents import Document

CUTS, FLIPS = 12, 24
"""Of each kind; ten times as many were tried when this was written."""

SEED = 20_260


@pytest.fixture(scope="module")
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    keeper.ensure()
    yield keeper
    keeper.stop()


@pytest.fixture(scope="module")
def nursery(keeper: Keeper) -> Iterator[Nursery]:
    nursery = Nursery(keeper.orders)
    yield nursery
    nursery.empty()


@pytest.mark.parametrize("kind", GOOD)
def test_damage_is_told_or_read(tmp_path: Path, nursery: Nursery, kind: str) -> None:
    path, media_type = tmp_path / "upload", kind.split()[0]
    for content in (*cut(GOOD[kind], CUTS), *flipped(GOOD[kind], FLIPS, SEED)):
        path.write_bytes(content)
        describe(path), pixels_of(path, media_type_of(path) or "")  # the web process looks first, and raises nothing
        document = Document(path, media_type, nursery, None, Settings(_env_file=None), lambda: None)
        try:
            if media_type in READ_DIRECTLY:
                document.tables(lambda _: None)
            else:
                list(document.pages(lambda size: (min(size[0], 500), min(size[1], 500)), as_files=False))
        except JobError as error:
            assert error.message("ko") and error.message("en")
            assert error.code != "internal"
