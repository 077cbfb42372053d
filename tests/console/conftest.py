"""One browser and one service for all tests of the console; every tab is watched."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.console.browser import NOT_TO_BE_HAD, browser_path
from tests.console.desk import Desk, assert_clean
from tests.contract.installing import installed
from tests.installation import Installation
from tests.lending import come_to_rest
from tests.peers.process import Peer

Visit = Callable[..., Desk]

expect.set_options(timeout=20_000)  # ms, on a machine that is busy with other tests


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    path = browser_path()
    assert path is not None, NOT_TO_BE_HAD
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def service(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """It asks the model peer, and reads by itself what names `local` as the model."""
    with installed(tmp_path_factory.mktemp("console"), openai_process) as installation:
        yield installation


@pytest.fixture
def visit(browser: Browser, service: Installation) -> Iterator[Visit]:
    """Open the console in a fresh tab; options are the browser context's."""
    desks: list[Desk] = []

    def open_desk(at: Installation = service, task_id: str = "", **options: Any) -> Desk:
        desks.append(Desk(browser, at, **options))
        return desks[-1].open(task_id)

    yield open_desk
    for desk in desks:
        desk.close()
    come_to_rest(service)
    assert_clean(desks)


@pytest.fixture
def desk(visit: Visit) -> Desk:
    """The console, freshly opened."""
    return visit()
