"""One question to the model's server: streamed, its end checked, its faults made ours."""

import json
import math
from dataclasses import dataclass
from typing import Any, Literal

import httpx2
import openai

from service.jobs.errors import ModelAnswerInvalid, ModelUnavailable
from service.jobs.trace import hop
from service.models.usage import Usage
from workers.engines.base import Progress
from workers.engines.openai_vision.fault import Fault, fault_of

_HALF_LIFE = 400
"""Characters of an answer after which half of its progress is told; its length is not known before its end."""

_LONGEST = 10_000_000
"""Characters after which an answer counts as garbage: no model's limit is near, and memory has one."""


@dataclass(frozen=True)
class Answer:
    """What the model said and what it charged for it.

    `end` is `cut` where the model's length limit ended the text, and `refused` where it, or a filter, would not answer.
    """

    text: str
    model: str
    usage: Usage
    end: Literal["whole", "cut", "refused"] = "whole"


def ask(client: openai.OpenAI, progress: Progress, **question: Any) -> Answer:
    """Ask once and read the answer to its end; `question` is the body of a chat completion.

    Raises Fault, and what `progress` raises.
    """
    try:
        return _read(client, progress, question)
    except (openai.OpenAIError, httpx2.HTTPError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise fault_of(error, question, client.api_key) from None


def _read(client: openai.OpenAI, progress: Progress, question: dict[str, Any]) -> Answer:
    gathered = _Gathered(model=str(question["model"]))
    progress(0.0)
    body = {**question, "stream": True, "stream_options": {"include_usage": True}}
    # Not `chat.completions.create`: walking over the types of a question and of each chunk costs it as much CPU as all
    # the rest of a small task's question, and it checks nothing.
    with client.post(
        f"{client.base_url}chat/completions",  # whole: else the client and its HTTP library each put it together
        body=body,
        cast_to=object,
        options={"headers": {"traceparent": hop(progress.traceparent)}},
        stream=True,
        stream_cls=_Chunks,
    ) as stream:
        for chunk in stream:
            gathered.take(chunk)
            progress(1 - math.exp2(-gathered.length / _HALF_LIFE))
    return gathered.answer()


_Chunks = openai.Stream[object]
"""Chunks as they came, parsed from JSON."""


class _Gathered:
    """The pieces of a streamed answer."""

    def __init__(self, model: str) -> None:
        self.length = 0
        self._model = model
        self._pieces: list[str] = []
        self._refused = False
        self._finish: str | None = None
        self._usage = Usage(0, 0)

    def take(self, chunk: Any) -> None:
        """Add a chunk. Raises Fault when it is none: the client lets any JSON through."""
        try:
            self._take(chunk)
        except (AttributeError, KeyError, TypeError) as error:
            raise Fault(ModelAnswerInvalid(), f"not a chunk: {type(chunk).__name__}", passing=True) from error
        if self.length > _LONGEST:
            raise Fault(ModelAnswerInvalid(), "an answer without end")

    def _take(self, chunk: Any) -> None:
        self._model = chunk.get("model") or self._model
        if usage := chunk.get("usage"):
            self._usage = Usage(usage["prompt_tokens"], usage["completion_tokens"])
        for choice in chunk["choices"]:
            delta = choice.get("delta") or {}
            if content := delta.get("content"):
                self._pieces.append("" + content)
                self.length += len(content)
            self._refused |= bool(delta.get("refusal"))
            self._finish = choice.get("finish_reason") or self._finish

    def answer(self) -> Answer:
        """The answer, by what its end says of it. Raises Fault where it has none: the client itself checks nothing."""
        text = "".join(self._pieces)
        if self._refused or self._finish == "content_filter":
            return Answer(text, self._model, self._usage, "refused")
        if self._finish is None:
            cut = ModelUnavailable(reason="stream cut short")
            raise Fault(cut if self._pieces else ModelAnswerInvalid(), "no finish_reason", passing=True)
        return Answer(text, self._model, self._usage, "cut" if self._finish == "length" else "whole")
