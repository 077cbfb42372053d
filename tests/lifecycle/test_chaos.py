"""The promise under blows: a 202 means that the task will end, exactly one way, whatever dies in between."""

import os
import random

import pytest

from tests.conftest import MakeInstallation
from tests.lifecycle.chaos.lab import SETTINGS, run
from tests.peers.process import Peer

ROUNDS = 7
"""As many as take about 25 s; `make chaos` takes as many as wanted."""


@pytest.mark.timeout(300)  # a busy machine takes its time, and the lab has limits of its own
def test_every_task_ends_exactly_one_way_whatever_dies(make_installation: MakeInstallation, receiver: Peer) -> None:
    seed = int(os.environ.get("CHAOS_SEED") or random.randrange(10**6))
    report = run(make_installation(**SETTINGS), receiver, ROUNDS, seed)
    print(report)
    assert not report.faults
    assert report.endings["completed"] > 0
