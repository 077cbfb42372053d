"""A run of the lab: watches of some rounds each, an audit after each watch."""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from tests.installation import Installation
from tests.lifecycle.chaos.audit import audit
from tests.lifecycle.chaos.blows import BLOWS, Bench, Blow
from tests.lifecycle.chaos.books import Books, is_quiet, read_books
from tests.lifecycle.chaos.clients import Client, at_work
from tests.lifecycle.chaos.ledger import Ledger
from tests.lifecycle.chaos.manager import Manager
from tests.lifecycle.chaos.report import Report
from tests.lifecycle.chaos.wishes import Wishes
from tests.peers.process import Peer

SETTINGS = {"MAX_WORKERS": 3, "MAX_ATTEMPTS": 3, "JOB_TIMEOUT": 30, "SHUTDOWN_GRACE": 0.3}

WATCH = 40
"""Rounds between two audits."""

CLIENTS = 6
QUIET = 120.0
"""Seconds within which every task must have ended, and every callback been taken, once the blows are over."""


def run(service: Installation, receiver: Peer, rounds: int, seed: int) -> Report:
    """Deal `rounds` blows under load; the report tells every fault the audits found."""
    report, begun, chance = Report(seed), time.monotonic(), random.Random(seed)
    manager = Manager(service)
    bench = Bench(service, manager, chance)
    print(f"chaos: seed {seed}", flush=True)
    service.migrate()
    manager.start()
    try:
        deck = _deck(chance)
        for first in range(0, rounds, WATCH):
            _watch(bench, receiver, [next(deck) for _ in range(min(WATCH, rounds - first))], report)
        _check_sweeping(bench, report)
    finally:
        service.stop()
        report.starts, report.failed_starts = manager.starts, manager.failed_starts
        report.seconds = time.monotonic() - begun
    report.faults += [f"stray process: {one}" for one in _processes_in(service.folder)]
    return report


def _deck(chance: random.Random) -> Iterator[Blow]:
    """Every blow once, in an order by chance, then again."""
    while True:
        yield from chance.sample(BLOWS, len(BLOWS))


def _watch(bench: Bench, receiver: Peer, blows: list[Blow], report: Report) -> None:
    service, ledger = bench.service, Ledger()
    receiver.reset()
    seeds = [bench.chance.random() for _ in range(CLIENTS)]

    def client(number: int) -> Client:
        chance = random.Random(seeds[number])
        return Client(service, ledger, Wishes(chance, receiver.url), chance)

    with at_work(CLIENTS, client, QUIET):
        for blow in blows:
            time.sleep(bench.chance.uniform(0.1, 0.6))  # the moment is what chance decides
            report.blows[f"{blow.__name__} ({blow(bench)})"] += 1
    service.wait_for(lambda: is_quiet(service), QUIET)
    service.wait_for(lambda: not read_books(service, receiver).drafts, 10)
    books = read_books(service, receiver)
    faults = list(audit(service, ledger, books, int(SETTINGS["MAX_ATTEMPTS"]), bench.readers_hit))
    _count(report, ledger, books)
    report.faults += faults
    logs = [service.results / "logs" / f"{task_id}.jsonl" for task_id in books.jobs if task_id in " ".join(faults)]
    told = [*faults, *(path.read_text() for path in logs)]  # the clean-up takes them away
    print(f"{report.blows.total()} blows, {report.endings.total()} tasks", *told, sep="\n", flush=True)
    _clear(service, report)


def _count(report: Report, ledger: Ledger, books: Books) -> None:
    for row in books.jobs.values():
        report.endings[row["status"] + (f" {row['error_code']}" if row["error_code"] else "")] += 1
        report.attempts[row["attempt"]] += 1
        report.deliveries.update(
            f"{one['state']} after {one['attempt']}" for one in books.deliveries.get(row["id"], [])
        )
    report.deliveries["taken twice or more"] += sum(
        sum(entry["status"] == 200 for entry in received) > 1 for received in books.received.values()
    )
    report.untold += len(books.jobs.keys() - ledger.told.keys())
    report.answers += ledger.answers


def _clear(service: Installation, report: Report) -> None:
    """Every finished task is cleared away with its files; only orphans may stay."""
    left = service.http.post(f"{service.url}/background/cleanup", data={"max_age_hours": "0"}, timeout=60)
    assert left.status_code == 200, left.text
    stay = [path.name for path in service.results.iterdir() if path.is_file()]
    stay += [path.name for path in (service.results / "logs").iterdir() if not path.name.startswith("service")]
    report.faults += [f"left after the clean-up: {name}" for name in stay]


def _check_sweeping(bench: Bench, report: Report) -> None:
    """Uploads cut off by a kill belong to no task: made old, they are gone after a restart."""
    uploads = bench.service.data / "uploads"
    orphans = list(uploads.iterdir())
    report.orphans = len(orphans)
    if orphans:
        for path in orphans:
            os.utime(path, (0, 0))
        _restart(bench)
        bench.service.wait_for(lambda: not list(uploads.iterdir()), 10)


def _restart(bench: Bench) -> None:
    bench.service.stop()
    bench.manager.start()


def _processes_in(folder: Path) -> list[psutil.Process]:
    """Processes that work in this folder: every one of the service's does."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(folder) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            pass
    return found
