"""Which child reads what: one client's images in a row share one, nothing else does."""

import io
import os
from pathlib import Path

import psutil
import pytest
from PIL import Image

from service.jobs.errors import UnreadableFile
from service.settings import Settings
from tests.processes import is_over
from workers.cage import life
from workers.cage import nursery as nursery_module
from workers.cage.keeper import Keeper
from workers.cage.nursery import Nursery
from workers.documents import Document


@pytest.fixture
def pictures(tmp_path: Path) -> list[Path]:
    """Three images, each of its own width."""
    paths = [tmp_path / f"upload-{width}" for width in (10, 20, 30)]
    for width, path in zip((10, 20, 30), paths, strict=True):
        Image.new("RGB", (width, 10), "red").save(path, "PNG")
    return paths


def read(nursery: Nursery, path: Path, client: str | None = "a", media_type: str = "image/png") -> int:
    """Read an image in the cage; its width."""
    document = Document(path, media_type, nursery, client, Settings(_env_file=None), lambda: None)
    (page,) = document.pages(lambda size: size, as_files=False)
    return page.pixels.width


def children(keeper: Keeper) -> set[int]:
    return {child.pid for child in psutil.Process(keeper.pid).children() if not is_over(child)}


def waiting(keeper: Keeper, nursery: Nursery, path: Path, client: str = "a") -> psutil.Process:
    """The child that has read the image and waits; read again where this machine stood still for its whole wait."""
    for _ in range(5):
        read(nursery, path, client)
        if found := children(keeper):
            return psutil.Process(*found)
    raise AssertionError("no child waits")


def test_images_of_one_client_in_a_row_share_a_child(keeper: Keeper, nursery: Nursery, pictures: list[Path]) -> None:
    def share() -> bool:
        child = waiting(keeper, nursery, pictures[0])
        assert [read(nursery, path) for path in pictures] == [10, 20, 30]
        return children(keeper) == {child.pid}

    assert any(share() for _ in range(5)), "a machine that stands still may cost a child, but not every time"


def test_no_child_serves_two_clients(keeper: Keeper, nursery: Nursery, pictures: list[Path]) -> None:
    of_a = waiting(keeper, nursery, pictures[0], client="a")
    assert read(nursery, pictures[1], client="b") == 20
    of_a.wait(5)
    assert of_a.pid not in children(keeper)


def test_a_child_that_met_a_damaged_image_is_let_go(keeper: Keeper, nursery: Nursery, pictures: list[Path]) -> None:
    child = waiting(keeper, nursery, pictures[0])
    pictures[1].write_bytes(pictures[1].read_bytes()[:40])
    with pytest.raises(UnreadableFile):
        read(nursery, pictures[1])
    child.wait(5)
    assert read(nursery, pictures[2]) == 30


def test_a_child_that_took_much_memory_is_let_go(keeper: Keeper, nursery: Nursery, pictures: list[Path]) -> None:
    Image.effect_noise((6000, 5000), 50).convert("RGB").save(pictures[0], "JPEG")
    assert read(nursery, pictures[0], media_type="image/jpeg") == 6000
    for child in psutil.Process(keeper.pid).children():
        child.wait(5)


def test_a_document_of_pages_with_modules_of_its_own_never_shares(
    keeper: Keeper, nursery: Nursery, pictures: list[Path]
) -> None:
    child = waiting(keeper, nursery, pictures[0])
    paper = io.BytesIO()
    Image.new("RGB", (100, 100), "white").save(paper, "PDF")
    pictures[1].write_bytes(paper.getvalue())
    assert read(nursery, pictures[1], media_type="application/pdf") > 0
    child.wait(5)


def test_a_child_without_work_ends_and_the_next_image_gets_a_new_one(
    keeper: Keeper, nursery: Nursery, pictures: list[Path]
) -> None:
    waiting(keeper, nursery, pictures[0]).wait(life.WAIT + 5)
    assert read(nursery, pictures[1]) == 20


def test_no_child_reads_for_ever(
    keeper: Keeper, nursery: Nursery, pictures: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nursery_module, "MOST_FILES", 2)
    child = waiting(keeper, nursery, pictures[0])
    read(nursery, pictures[1])
    child.wait(5)
    assert read(nursery, pictures[2]) == 30


def test_what_it_opens_is_closed_again(keeper: Keeper, nursery: Nursery, pictures: list[Path]) -> None:
    read(nursery, pictures[0])
    before = len(os.listdir("/proc/self/fd"))
    for _ in range(20):
        read(nursery, pictures[1])
    assert len(os.listdir("/proc/self/fd")) == before
