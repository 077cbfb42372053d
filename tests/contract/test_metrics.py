"""`/metrics` as Prometheus sees it, read by the parser of its own client; and the files that build on it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from service.jobs.counters import BOUNDS
from tests.contract.installing import installed
from tests.contract.pictures import png
from tests.doors.keys import ALICE, API_KEYS, bearing
from tests.installation import ROOT, Installation
from tests.peers.process import Peer

MONITORING = ROOT / "docs" / "monitoring"
P = "document_analysis"
ONE_RUN = {"task_type": "image_analysis", "engine": "openai"}

Figures = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture(scope="module")
def counted(
    tmp_path_factory: pytest.TempPathFactory, openai_process: Peer, receiver_process: Peer
) -> Iterator[Installation]:
    """Two tasks completed, one of them with a callback; one failed, one was cancelled; the database was new."""
    with installed(tmp_path_factory.mktemp("counted"), openai_process) as service:
        tasks = [service.submitted(png(), prompt=prompt) for prompt in ("OK", "STATUS 401", "HANG")]
        tasks.append(service.submitted(png(), prompt="OK", callback_url=f"{receiver_process.url}/ok"))
        service.wait_until(tasks[2], "processing")
        assert service.cancel(tasks[2]).status_code == 200
        for task in tasks:
            service.ended(task)
        service.wait_for(lambda: _figure(service, f"{P}_delivery_tries_total", outcome="delivered"))
        # The workers' own counts come with the supervisor's next heartbeat.
        service.wait_for(lambda: _calls(service) == [2, 1])
        yield service


def test_it_is_what_prometheus_reads(counted: Installation) -> None:
    response = counted.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    families = _families(response.text)
    assert families and all(one.documentation and one.type != "unknown" for one in families)
    assert len({one.name for one in families}) == len(families)
    samples = [sample for one in families for sample in one.samples]
    assert len({(one.name, frozenset(one.labels.items())) for one in samples}) == len(samples)


@pytest.mark.parametrize(
    ("name", "labels", "expected"),
    [
        ("tasks_submitted_total", ONE_RUN, 4),
        ("tasks_ended_total", {"state": "completed", "code": ""}, 2),
        ("tasks_ended_total", {"state": "failed", "code": "model_rejected"}, 1),
        ("tasks_ended_total", {"state": "failed", "code": "worker_crashed"}, 0),
        ("tasks_ended_total", {"state": "cancelled", "code": ""}, 1),
        ("wait_seconds_count", ONE_RUN, 4),
        ("run_seconds_count", ONE_RUN | {"state": "completed"}, 2),
        ("run_seconds_bucket", ONE_RUN | {"state": "cancelled", "le": "+Inf"}, 1),
        ("tasks", {"state": "pending"}, 0),
        ("tasks", {"state": "processing"}, 0),
        ("oldest_pending_seconds", {}, 0),
        ("workers", {}, 2),
        ("model_calls_total", {"outcome": "answered"}, 2),
        ("model_calls_total", {"outcome": "model_rejected"}, 1),
        ("model_server_failing", {}, 0),
        ("delivery_tries_total", {"outcome": "delivered"}, 1),
        ("delivery_tries_total", {"outcome": "given_up"}, 0),
        ("deliveries_pending", {}, 0),
        ("stopped_endpoints", {}, 0),
    ],
)
def test_it_tells_what_happened(counted: Installation, name: str, labels: dict[str, str], expected: float) -> None:
    assert _figure(counted, f"{P}_{name}", **labels) == expected


def test_buckets_only_rise_and_end_with_all(counted: Installation) -> None:
    figures = _figures(counted)
    labels = ONE_RUN | {"state": "completed"}
    rising = [figures[f"{P}_run_seconds_bucket", frozenset((labels | {"le": le}).items())] for le in BOUNDS]
    assert rising == sorted(rising) and rising[-1] == 2
    assert 0 < figures[f"{P}_run_seconds_sum", frozenset(labels.items())] < 60


def test_charges_are_the_sum_of_what_tasks_were_charged(counted: Installation) -> None:
    charged = [task["usage"] for task in counted.get("/background/all-tasks").json()["tasks"] if "usage" in task]
    assert len(charged) == 2
    for kind in ("prompt", "completion"):
        expected = sum(usage[f"{kind}_tokens"] for usage in charged)
        assert _figure(counted, f"{P}_model_tokens_total", kind=kind) == expected > 0
    cost = _figure(counted, f"{P}_model_cost_usd_total")
    assert cost == pytest.approx(sum(usage["cost_usd"] for usage in charged)) and cost


def test_workers_tell_their_memory(counted: Installation) -> None:
    found = [
        value for number in "12" if (value := _figure(counted, f"{P}_worker_memory_bytes", worker=number)) is not None
    ]
    assert len(found) == 2 and all(1e6 < value < 2e9 for value in found)


def test_no_count_falls_by_clean_up_or_a_restart(counted: Installation) -> None:
    before = _counters(counted)
    assert counted.http.post(f"{counted.url}/background/cleanup?max_age_hours=0").status_code == 200
    assert counted.get("/background/all-tasks").json()["total_count"] == 0
    assert _fallen(before, _counters(counted)) == {}
    counted.stop()
    counted.start()
    assert _fallen(before, _counters(counted)) == {}


def test_with_keys_it_needs_one(tmp_path_factory: pytest.TempPathFactory, openai_process: Peer) -> None:
    with installed(tmp_path_factory.mktemp("locked"), openai_process, API_KEYS=API_KEYS) as service:
        assert service.get("/metrics").status_code == 401
        told = service.get("/metrics", headers=bearing(ALICE))
        assert told.status_code == 200 and "alice" not in told.text


def test_the_dashboard_and_the_alerts_name_only_what_there_is(counted: Installation) -> None:
    dashboard = json.loads((MONITORING / "grafana.json").read_text(encoding="utf-8"))
    alerts = yaml.safe_load((MONITORING / "alerts.yml").read_text(encoding="utf-8"))
    shown = [target["expr"] for panel in dashboard["panels"] for target in panel["targets"]]
    rules = [rule for group in alerts["groups"] for rule in group["rules"]]
    asked = [*shown, *(rule["expr"] for rule in rules)]
    assert len(shown) > 15 and len(rules) > 8
    assert all({"alert", "expr", "labels", "annotations"} <= set(rule) for rule in rules)
    there = {name for name, _ in _figures(counted)}
    for words in asked:
        named = set(re.findall(rf"{P}_\w+", words))
        assert named <= there, named - there
        assert all(words.count(opening) == words.count(closing) for opening, closing in ("()", "{}", "[]"))
        for code in _codes_named(words):
            assert _figure(counted, f"{P}_tasks_ended_total", state="failed", code=code) is not None, code
    assert {name for words in asked for name in re.findall(rf"{P}_\w+", words)} >= {
        name for name in there if not name.endswith(("_bucket", "_sum", "_count"))
    }, "and everything there is is shown"


def _codes_named(words: str) -> list[str]:
    return [code for codes in re.findall(r'code=~"([\w|]+)"', words) for code in codes.split("|")]


def _families(text: str) -> list[Metric]:
    return list(text_string_to_metric_families(text))


def _figures(service: Installation) -> Figures:
    families = _families(service.get("/metrics").text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def _figure(service: Installation, name: str, **labels: Any) -> float | None:
    return _figures(service).get((name, frozenset(labels.items())))


def _calls(service: Installation) -> list[float | None]:
    names = ("answered", "model_rejected")
    return [_figure(service, f"{P}_model_calls_total", outcome=name) for name in names]


def _fallen(before: Figures, now: Figures) -> Figures:
    """Those that are less now, or gone."""
    return {key: value for key, value in before.items() if now.get(key, -1) < value}


def _counters(service: Installation) -> Figures:
    endings = ("_total", "_bucket", "_sum", "_count")
    return {key: value for key, value in _figures(service).items() if key[0].endswith(endings)}
