"""Trace context: the client's trace goes on with every question and callback, each a span of its own."""

import json
import re

import pytest

from service.jobs.trace import hop
from tests.contract.pictures import png
from tests.installation import Installation
from tests.peers.process import Peer

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
WHOLE = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-0([01])")


@pytest.mark.parametrize("flags", ["00", "01"])
def test_a_trace_goes_on_to_the_model_and_the_receiver(
    service: Installation, openai_peer: Peer, receiver: Peer, flags: str
) -> None:
    given = {"traceparent": f"00-{TRACE}-{SPAN}-{flags}", "X-Request-ID": f"mine-{flags}"}
    url, data = f"{service.url}/background/analyze-image", {"callback_url": f"{receiver.url}/ok"}
    task_id = service.http.post(url, files={"file": png()}, data=data, headers=given, timeout=30).json()["task_id"]
    [called] = receiver.wait_seen(lambda seen: bool(seen) and seen[0]["outcome"] == "answered")
    asked = openai_peer.seen()[-1]
    spans = {SPAN}
    for headers in (asked["headers"], called["headers"]):
        trace, span, sampled = WHOLE.fullmatch(headers["traceparent"]).groups()  # type: ignore[union-attr]
        assert (trace, sampled) == (TRACE, flags[1])
        spans.add(span)
    assert len(spans) == 3
    service.wait_for(lambda: any(line["event"] == "delivered" for line in service.events(task_id)))
    lines = service.events(task_id)
    assert {line["trace_id"] for line in lines} == {TRACE} and {line["request_id"] for line in lines} == {
        f"mine-{flags}"
    }
    assert {line["process"] for line in lines} == {"web", "worker", "courier"}


def test_without_one_a_trace_begins_here(service: Installation, receiver: Peer) -> None:
    for _ in range(2):
        task_id = service.submitted(png(), callback_url=f"{receiver.url}/ok")
        service.ended(task_id)
    seen = receiver.wait_seen(lambda seen: len(seen) == 2 and seen[1]["outcome"] == "answered")
    traces = [WHOLE.fullmatch(one["headers"]["traceparent"]).group(1) for one in seen]  # type: ignore[union-attr]
    assert len(set(traces)) == 2
    told = json.dumps(service.events(task_id))
    assert sum(trace in told for trace in traces) == 1, "its own; in which order they were called back is open"


UNUSABLE = [
    "",
    "x",
    f"00-{TRACE}-{SPAN}",
    f"00-{TRACE.upper()}-{SPAN}-01",
    f"00-{'0' * 32}-{SPAN}-01",
    f"00-{TRACE}-{'0' * 16}-01",
    f"ff-{TRACE}-{SPAN}-01",
    f"00-{TRACE}-{SPAN}-01-more",
    f"00-{TRACE}-{SPAN}-01\n",
]


@pytest.mark.parametrize("given", UNUSABLE)
def test_what_is_no_trace_context_begins_a_new_trace(given: str) -> None:
    found = WHOLE.fullmatch(hop(given))
    assert found and found[1] != TRACE and found[3] == "0"


@pytest.mark.parametrize("given", [f"00-{TRACE}-{SPAN}-03", f"cc-{TRACE}-{SPAN}-01", f"cc-{TRACE}-{SPAN}-01-what.else"])
def test_a_later_version_is_read_as_far_as_it_is_known(given: str) -> None:
    found = WHOLE.fullmatch(hop(given))
    assert found and (found[1], found[3]) == (TRACE, "1") and found[2] != SPAN
