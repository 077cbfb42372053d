"""Hostile files against a running service: each gets its one answer, and the service stays as it was."""

from collections.abc import Callable, Iterator

import pytest

from tests.contract.installing import installed
from tests.hostile.case import Case
from tests.hostile.damage import GOOD, cut, flipped
from tests.hostile.images import images
from tests.hostile.packages import packages
from tests.hostile.pdfs import mixtures, pdfs
from tests.hostile.pushing import WORKERS, Watch, push
from tests.installation import Installation
from tests.peers.process import Peer

TIMEOUT = 60
SETTINGS = {"MAX_WORKERS": WORKERS, "MAX_PAGES": 5, "DECODE_MEMORY_MB": 512}
"""Five pages and less memory: what hurts with these hurts with more, later."""


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> Iterator[Installation]:
    """The service that all these files are sent to."""
    with installed(tmp_path_factory.mktemp("hostile"), openai_process, **SETTINGS) as installation:
        yield installation


@pytest.mark.parametrize("family", [images, packages, pdfs, mixtures])
@pytest.mark.timeout(300)
def test_each_gets_its_answer(service: Installation, family: Callable[[], Iterator[Case]]) -> None:
    watch, wrong = Watch(service), []
    for case in family():
        answer = push(service, (case.name, case.content), case.path, TIMEOUT)
        if answer != case.answer or watch.faults():
            wrong.append((case.name, answer, f"expected {case.answer}"))
    assert not wrong
    assert not watch.faults()


@pytest.mark.timeout(200)
def test_damaged_files_fail_alone(service: Installation) -> None:
    watch, answers = Watch(service), set()
    for content in GOOD.values():
        for damaged in (*list(cut(content, 6))[1:], *flipped(content, 3, seed=7)):
            answers.add(push(service, ("damaged", damaged), "extract-tables", TIMEOUT))
    clean = {"completed", "unreadable_file", "too_many_pixels", "empty_document", "out_of_memory", "encrypted_document"}
    assert answers <= clean | {"415 unsupported_content", "422 too_many_pixels", "too_many_parts", "unpacks_too_large"}
    assert not watch.faults()
