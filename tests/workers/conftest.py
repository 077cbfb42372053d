"""The cage as a worker has it."""

from collections.abc import Iterator

import pytest

from workers.cage.keeper import Keeper
from workers.cage.nursery import Nursery


@pytest.fixture
def keeper() -> Iterator[Keeper]:
    keeper = Keeper()
    keeper.ensure()
    yield keeper
    keeper.stop()


@pytest.fixture
def nursery(keeper: Keeper) -> Iterator[Nursery]:
    nursery = Nursery(keeper.orders)
    yield nursery
    nursery.empty()
