"""What each misbehaviour of the model's server is taken for, seen through the real client at a real server."""

import socket
from collections.abc import Iterator

import openai
import pytest

from tests.peers.process import Peer
from workers.engines.openai_vision.chat import Answer, ask
from workers.engines.openai_vision.fault import Fault

KEY = "sk-test"
PASSING, DOWN = True, True

SHORT, LONG = 0.5, 20.0
"""Seconds to wait for a server: until it is clear that nothing will come, and never reached by one that answers."""


@pytest.fixture
def client(openai_peer: Peer) -> Iterator[openai.OpenAI]:
    with _client(f"{openai_peer.url}/v1") as client:
        yield client


@pytest.mark.parametrize(
    ("word", "code", "reason", "passing", "down"),
    [
        ("STATUS 429", "model_unavailable", "HTTP 429", PASSING, DOWN),
        ("STATUS 408", "model_unavailable", "HTTP 408", PASSING, not DOWN),
        ("STATUS 409", "model_unavailable", "HTTP 409", PASSING, not DOWN),
        ("STATUS 500", "model_unavailable", "HTTP 500", PASSING, not DOWN),
        ("STATUS 502", "model_unavailable", "HTTP 502", PASSING, DOWN),
        ("STATUS 503", "model_unavailable", "HTTP 503", PASSING, DOWN),
        ("CUT", "model_unavailable", "connection", PASSING, not DOWN),
        ("RESET", "model_unavailable", "connection", PASSING, not DOWN),
        ("CUT_CLEAN", "model_unavailable", "stream cut short", PASSING, not DOWN),
        ("STREAM_ERROR", "model_unavailable", "error in the stream", PASSING, not DOWN),
        ("HANG", "model_unavailable", "timeout", PASSING, not DOWN),
        ("STALL", "model_unavailable", "timeout", PASSING, not DOWN),
        ("GARBAGE", "model_answer_invalid", "model_answer_invalid", PASSING, not DOWN),
        ("BAD_CHUNK", "model_answer_invalid", "model_answer_invalid", PASSING, not DOWN),
        ("NOT_CHUNKS", "model_answer_invalid", "model_answer_invalid", PASSING, not DOWN),
        ("QUOTA", "model_quota_exceeded", "model_quota_exceeded", not PASSING, not DOWN),
        ("STATUS 402", "model_quota_exceeded", "model_quota_exceeded", not PASSING, not DOWN),
        ("STATUS 400", "model_rejected", "model_rejected", not PASSING, not DOWN),
        ("STATUS 401", "model_rejected", "model_rejected", not PASSING, not DOWN),
        ("STATUS 403", "model_rejected", "model_rejected", not PASSING, not DOWN),
        ("STATUS 404", "model_rejected", "model_rejected", not PASSING, not DOWN),
    ],
)
def test_each_fault(client: openai.OpenAI, word: str, code: str, reason: str, passing: bool, down: bool) -> None:
    fault = _fault(client.with_options(timeout=SHORT) if word in ("HANG", "STALL") else client, word)
    assert (fault.error.code, fault.reason, fault.passing, fault.down) == (code, reason, passing, down)


@pytest.mark.parametrize(
    ("word", "end", "empty"),
    [
        ("OK", "whole", False),
        ("EMPTY", "whole", True),
        ("LENGTH", "cut", False),
        ("FILTER", "refused", False),
        ("REFUSE", "refused", True),
    ],
)
def test_every_answer_is_told_by_its_end_and_charged(client: openai.OpenAI, word: str, end: str, empty: bool) -> None:
    answer = _ask(client, word)
    assert (answer.end, not answer.text) == (end, empty)
    assert answer.usage.prompt_tokens > 0 and answer.usage.completion_tokens > 0


def test_nobody_listens() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # held and not listened on, so that nobody else can take it
        _assert_down(f"http://127.0.0.1:{held.getsockname()[1]}/v1", "no connection")


def test_connections_are_not_taken() -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as deaf, socket.socket() as first:
        first.connect(deaf.getsockname())  # its place is the only one
        _assert_down(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1", "no connection", SHORT)


def test_a_name_without_an_address() -> None:
    _assert_down("http://model.invalid/v1", "name not found")


def test_no_tls_where_it_should_be(openai_peer: Peer) -> None:
    _assert_down(f"{openai_peer.url.replace('http:', 'https:')}/v1", "TLS")


@pytest.mark.parametrize(("word", "least", "most"), [("STATUS 429 7", 7, 7), ("DATED 503 30", 27, 30)])
def test_the_wait_asked_for(client: openai.OpenAI, word: str, least: float, most: float) -> None:
    wait = _fault(client, word).retry_after
    assert wait is not None and least <= wait <= most


def test_no_wait_asked_for(client: openai.OpenAI) -> None:
    assert _fault(client, "STATUS 429").retry_after is None


def test_what_the_log_may_say_holds_neither_key_nor_prompt(client: openai.OpenAI) -> None:
    told = str(_fault(client, "ECHO 주민등록번호를 모두 적어줘\n\n그리고 요약해줘"))
    assert "cannot answer" in told and "invalid_request_error" in told
    assert not [word for word in (KEY, "주민등록번호", "요약") if word in told], told


def _client(url: str, timeout: float = LONG) -> openai.OpenAI:
    return openai.OpenAI(base_url=url, api_key=KEY, max_retries=0, timeout=timeout)


class Heedless:
    """A run that nobody stops or traces."""

    traceparent = None

    def __call__(self, fraction: float) -> None:
        pass


def _ask(client: openai.OpenAI, prompt: str) -> Answer:
    return ask(client, Heedless(), model="gpt-x", messages=[{"role": "user", "content": prompt}])


def _fault(client: openai.OpenAI, prompt: str) -> Fault:
    with pytest.raises(Fault) as caught:
        _ask(client, prompt)
    assert KEY not in str(caught.value)
    return caught.value


def _assert_down(url: str, reason: str, timeout: float = LONG) -> None:
    with _client(url, timeout) as client:
        fault = _fault(client, "OK")
    assert (fault.error.code, fault.reason, fault.passing, fault.down) == ("model_unavailable", reason, PASSING, DOWN)
