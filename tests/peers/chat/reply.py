"""Answers in OpenAI's wire form: one JSON object, or server-sent chunks."""

import itertools
import json
import time
from collections.abc import Iterator, Sequence
from typing import Any

from tests.peers.chat.request import ChatRequest
from tests.peers.chat.sample import sample
from tests.peers.exchange import Exchange

JSON_TYPE = {"content-type": "application/json"}
STREAM_TYPE = {"content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache"}
DONE = b"data: [DONE]\n\n"

ANSWERS: dict[str, str] = {}
"""What a test laid down: the normal answer to a question that holds the key."""

_numbers = itertools.count(1)


class Reply:
    """One answer to one request, not yet sent."""

    def __init__(self, exchange: Exchange, chat: ChatRequest) -> None:
        self.exchange = exchange
        self.chat = chat
        self._base = {"id": f"chatcmpl-{next(_numbers)}", "created": int(time.time()), "model": chat.model}

    def text(self) -> str:
        """The content of a normal answer: one laid down, a document that fits the schema, or what was received."""
        laid_down = [answer for words, answer in ANSWERS.items() if words in self.chat.prompt]
        if laid_down:
            return laid_down[0]
        if self.chat.schema is not None:
            return json.dumps(sample(self.chat.schema), ensure_ascii=False)
        if self.chat.format == "json_object":
            return '{"answer": "받았습니다"}'
        return _description(self.chat)

    async def send(self, pieces: Sequence[str], finish: str = "stop", field: str = "content", pause: float = 0) -> None:
        """Answer in `pieces`, as many chunks if streamed, `pause` seconds before each but the first."""
        if not self.chat.stream:
            await self._wait(pause * (len(pieces) - 1))
            return await self.exchange.respond(200, JSON_TYPE, self.whole("".join(pieces), finish, field))
        await self.exchange.start(200, STREAM_TYPE)
        for number, chunk in enumerate(self.chunks(pieces, field)):
            await self._wait(pause if number else 0)
            await self.exchange.write(chunk)
        await self.exchange.finish(self.ending("".join(pieces), finish))

    async def send_at_once(self, piece: str) -> None:
        """Answer with as few bytes and system calls as the wire form allows."""
        if not self.chat.stream:
            return await self.exchange.respond(200, JSON_TYPE, self.whole(piece, "stop"))
        await self.exchange.start(200, STREAM_TYPE)
        await self.exchange.finish(b"".join(self.chunks([piece])) + self.ending(piece, "stop"))

    def whole(self, text: str, finish: str, field: str = "content") -> bytes:
        """The body of an answer that is not streamed."""
        message: dict[str, Any] = {
            "role": "assistant",
            "content": None,
            "refusal": None,
            "annotations": [],
            field: text,
        }
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": finish}
        answer = {"object": "chat.completion", **self._base, "choices": [choice], "usage": self._usage(text)}
        return json.dumps(answer, ensure_ascii=False).encode()

    def chunks(self, pieces: Sequence[str], field: str = "content") -> Iterator[bytes]:
        """The stream's chunks up to, not including, the one that tells the finish reason."""
        for number, piece in enumerate(pieces):
            opening = {"role": "assistant", "content": "", "refusal": None} if number == 0 else {}
            yield self._chunk([_choice({**opening, field: piece})])

    def ending(self, text: str, finish: str) -> bytes:
        """The finish reason, the usage if it was asked for, and `[DONE]`."""
        usage = self._chunk([], self._usage(text)) if self.chat.include_usage else b""
        return self._chunk([_choice({}, finish)]) + usage + DONE

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self.exchange.pause(seconds)

    def _chunk(self, choices: list[dict[str, Any]], usage: dict[str, Any] | None = None) -> bytes:
        event = {"object": "chat.completion.chunk", **self._base, "choices": choices}
        if self.chat.include_usage:
            event["usage"] = usage
        return b"data: " + json.dumps(event, ensure_ascii=False).encode() + b"\n\n"

    def _usage(self, text: str) -> dict[str, Any]:
        prompt = sum(image["tokens"] for image in self.chat.images) + len(self.chat.prompt + self.chat.system) // 4 + 1
        completion = len(text) // 4 + 1
        return {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}


def split(text: str, count: int) -> list[str]:
    """The text in `count` pieces of nearly equal length, the last of them perhaps empty."""
    size = max(1, -(-len(text) // count))
    return [text[number * size : (number + 1) * size] for number in range(count)]


def _choice(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}


def _description(chat: ChatRequest) -> str:
    images = [f"{image['size'][0]}x{image['size'][1]} {image['format']}" for image in chat.images]
    return f"이미지 {len(images)}개를 받았습니다. I received {', '.join(images) or 'no image'}. 끝."
