"""Each script gives what it says, seen through the real `openai` client."""

import multiprocessing
import time
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from openai import OpenAI
from openai.types.chat import ChatCompletionChunk
from pydantic import BaseModel

from tests.peers.process import Peer, Seen


class Row(BaseModel):
    cells: list[str]


class Sheet(BaseModel):
    title: str | None
    rows: list[Row]


class Sheets(BaseModel):
    tables: list[Sheet]


class Cell(BaseModel):
    row: int
    column: int
    row_span: int
    text: str


class Placed(BaseModel):
    rows: int
    columns: int
    header_rows: int
    cells: list[Cell]


class Grid(BaseModel):
    rows: list[list[str]]


GRID = [["품목", "Qty"], ["사과", "3"], ["배 | 감", "5"]]


@pytest.fixture
def client(openai_peer: Peer) -> Iterator[OpenAI]:
    with OpenAI(base_url=f"{openai_peer.url}/v1", api_key="sk-test", max_retries=0, timeout=10) as client:
        yield client


def ask(client: OpenAI, prompt: str, **more: Any) -> Any:
    model = more.pop("model", "gpt-5.6-terra")
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": prompt}], **more)


def stream(client: OpenAI, prompt: str, **more: Any) -> list[ChatCompletionChunk]:
    with ask(client, prompt, stream=True, **more) as chunks:
        return list(chunks)


def content(chunks: list[ChatCompletionChunk]) -> str:
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def finish(chunks: list[ChatCompletionChunk]) -> str | None:
    return next((chunk.choices[0].finish_reason for chunk in reversed(chunks) if chunk.choices), None)


def outcome(expected: str) -> Any:
    def condition(seen: list[Seen]) -> bool:
        return bool(seen) and seen[-1]["outcome"] == expected

    return condition


def test_models(client: OpenAI) -> None:
    assert "gpt-5.6-terra" in [model.id for model in client.models.list()]


@pytest.mark.parametrize(("prompt", "count"), [("hello", 4), ("OK", 4), ("INSTANT", 1), ("DRIP 7 0.01", 7)])
def test_normal_answers_come_in_chunks(client: OpenAI, prompt: str, count: int) -> None:
    chunks = stream(client, prompt)
    assert [bool(chunk.choices[0].delta.content) for chunk in chunks] == [True] * count + [False]
    assert finish(chunks) == "stop"
    assert all(chunk.usage is None for chunk in chunks)


def test_usage_is_told_when_asked_for(client: OpenAI) -> None:
    usage = stream(client, "OK", stream_options={"include_usage": True})[-1].usage
    assert usage is not None and usage.total_tokens == usage.prompt_tokens + usage.completion_tokens
    assert ask(client, "OK").usage.total_tokens > 0


def test_an_answer_that_is_not_streamed(client: OpenAI, openai_peer: Peer) -> None:
    assert "no image" in ask(client, "OK").choices[0].message.content
    [seen] = openai_peer.seen()
    assert (seen["prompt"], seen["model"], seen["stream"], seen["script"]) == ("OK", "gpt-5.6-terra", False, "OK")
    assert (seen["status"], seen["outcome"], seen["images"]) == (200, "answered", [])
    assert "sk-test" not in str(seen)


def test_slow_waits_before_the_first_byte(client: OpenAI) -> None:
    started = time.monotonic()
    ask(client, "SLOW 0.2", stream=True).close()
    assert time.monotonic() - started >= 0.2


@pytest.mark.parametrize("word", ["STATUS 429 7를", "please STATUS:429:7"])
def test_status(client: OpenAI, word: str) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        ask(client, word)
    assert caught.value.response.headers["retry-after"] == "7"
    assert caught.value.code == "rate_limit_exceeded"


def test_the_model_name_may_hold_the_control_word(client: OpenAI) -> None:
    with pytest.raises(openai.InternalServerError):
        ask(client, "read this", model="gpt-x-STATUS-503")


def test_quota(client: OpenAI) -> None:
    with pytest.raises(openai.RateLimitError) as caught:
        ask(client, "QUOTA")
    assert caught.value.code == "insufficient_quota"


def test_fail_first_is_cured_by_retries(client: OpenAI, openai_peer: Peer) -> None:
    ask(client.with_options(max_retries=2), "FAIL_FIRST 1")
    assert [seen["status"] for seen in openai_peer.seen()] == [500, 200]
    with pytest.raises(openai.InternalServerError):
        ask(client, "FAIL_FIRST 1 again")


def test_garbage(client: OpenAI) -> None:
    assert "log in" in ask(client, "GARBAGE")  # the client hands the page over as it is
    assert stream(client, "GARBAGE") == []


def test_bad_chunk(client: OpenAI) -> None:
    with pytest.raises(ValueError, match="Unterminated|Expecting|EOF"):
        stream(client, "BAD_CHUNK")
    with pytest.raises(ValueError, match="Unterminated|Expecting|EOF"):
        ask(client, "BAD_CHUNK")


def test_cut(client: OpenAI, openai_peer: Peer) -> None:
    with pytest.raises(openai.APIConnectionError):
        stream(client, "CUT")
    openai_peer.wait_seen(outcome("answered"))
    with pytest.raises(openai.APIConnectionError):
        ask(client, "CUT")


def test_cut_clean_tells_no_finish_reason(client: OpenAI) -> None:
    chunks = stream(client, "CUT_CLEAN")
    assert content(chunks) and finish(chunks) is None


@pytest.mark.parametrize(("word", "reason"), [("LENGTH", "length"), ("FILTER", "content_filter")])
def test_answers_that_stop_early(client: OpenAI, word: str, reason: str) -> None:
    chunks = stream(client, word)
    assert finish(chunks) == ask(client, word).choices[0].finish_reason == reason
    assert 0 < len(content(chunks)) < len(content(stream(client, "OK")))


def test_refuse(client: OpenAI) -> None:
    chunks = stream(client, "REFUSE")
    assert "".join(chunk.choices[0].delta.refusal or "" for chunk in chunks).startswith("I'm sorry")
    assert content(chunks) == "" and finish(chunks) == "stop"
    message = ask(client, "REFUSE").choices[0].message
    assert message.content is None and message.refusal


def test_empty(client: OpenAI) -> None:
    assert content(stream(client, "EMPTY")) == ""
    assert ask(client, "EMPTY").choices[0].message.content == ""


def parse(client: OpenAI, prompt: str, schema: type[BaseModel]) -> Any:
    messages: Any = [{"role": "user", "content": prompt}]
    completion = client.chat.completions.parse(model="gpt-5.6-terra", messages=messages, response_format=schema)
    return completion.choices[0].message.parsed


def test_tables_in_any_usual_form(client: OpenAI) -> None:
    [sheet] = parse(client, "INSTANT", Sheets).tables
    assert [row.cells for row in sheet.rows] == GRID
    assert parse(client, "OK", Grid).rows == GRID
    placed = parse(client, "OK", Placed)
    assert (placed.rows, placed.columns, placed.header_rows) == (3, 2, 1)
    assert [(cell.row, cell.column, cell.text) for cell in placed.cells][-1] == (2, 1, "5")


def test_bad_json(client: OpenAI) -> None:
    with pytest.raises(ValueError, match="Invalid JSON"):
        parse(client, "BAD_JSON", Sheets)


def test_a_client_that_closes_mid_stream_is_seen(client: OpenAI, openai_peer: Peer) -> None:
    with ask(client, "DRIP 100 0.05", stream=True) as chunks:
        next(iter(chunks))
    [seen] = openai_peer.wait_seen(outcome("client_closed"))
    assert seen["ended_monotonic"] - seen["received_monotonic"] < 5


def test_a_client_that_gives_up_waiting_is_seen(client: OpenAI, openai_peer: Peer) -> None:
    with pytest.raises(openai.APITimeoutError):
        ask(client.with_options(timeout=0.2), "SLOW 30", stream=True)
    openai_peer.wait_seen(outcome("client_closed"))


def test_a_client_killed_while_waiting_is_seen(openai_peer: Peer) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_ask_and_wait, args=(openai_peer.url,))
    process.start()
    openai_peer.wait_seen(outcome("open"))
    process.kill()
    openai_peer.wait_seen(outcome("client_closed"))
    process.join()


def _ask_and_wait(url: str) -> None:
    with OpenAI(base_url=f"{url}/v1", api_key="sk-test") as client:
        ask(client, "HANG")
