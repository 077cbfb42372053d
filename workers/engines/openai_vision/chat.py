"""One question to the model's server: streamed, its end checked, its faults made ours."""

import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx2
import openai
import openai.resources.chat.completions.completions  # or each worker loads it at its first question

from service.jobs.errors import (
    ModelAnswerCut,
    ModelAnswerInvalid,
    ModelError,
    ModelRefused,
    ModelRejected,
    ModelUnavailable,
)
from workers.engines.base import Usage

_HALF_LIFE = 400
"""Characters of an answer after which half of its progress is told; its length is not known before its end."""

_BUSY = (408, 409, 429)


@dataclass(frozen=True)
class Answer:
    """What the model said, whole, and what it cost."""

    text: str
    model: str
    usage: Usage


def ask(client: openai.OpenAI, progress: Callable[[float], None], **question: Any) -> Answer:
    """Ask and read the whole answer; `question` goes to `chat.completions.create` as it is.

    Raises the ModelError that fits, and what `progress` raises.
    """
    try:
        return _read(client, progress, question)
    except openai.APIStatusError as error:
        raise _by_status(error, str(question["model"])) from error
    except openai.APITimeoutError as error:
        raise ModelUnavailable(reason="timeout") from error
    except (openai.APIConnectionError, httpx2.HTTPError) as error:
        raise ModelUnavailable(reason="connection") from error
    except (openai.OpenAIError, json.JSONDecodeError, UnicodeDecodeError) as error:
        # The client lets a chunk that is not JSON through as it is.
        raise ModelAnswerInvalid from error


def _read(client: openai.OpenAI, progress: Callable[[float], None], question: dict[str, Any]) -> Answer:
    gathered = _Gathered(model=str(question["model"]))
    progress(0.0)
    with client.chat.completions.create(stream=True, stream_options={"include_usage": True}, **question) as stream:
        for chunk in stream:
            gathered.take(chunk)
            progress(1 - math.exp2(-gathered.length / _HALF_LIFE))
    return gathered.answer()


class _Gathered:
    """The pieces of a streamed answer."""

    def __init__(self, model: str) -> None:
        self.length = 0
        self._model = model
        self._pieces: list[str] = []
        self._refused = False
        self._finish: str | None = None
        self._usage = Usage()

    def take(self, chunk: Any) -> None:
        self._model = chunk.model or self._model
        if chunk.usage is not None:
            self._usage = Usage(chunk.usage.prompt_tokens, chunk.usage.completion_tokens)
        for choice in chunk.choices:
            if choice.delta.content:
                self._pieces.append(choice.delta.content)
                self.length += len(choice.delta.content)
            self._refused |= bool(choice.delta.refusal)
            self._finish = choice.finish_reason or self._finish

    def answer(self) -> Answer:
        """The whole answer. Raises the ModelError that its end calls for: the client itself checks nothing."""
        if self._refused or self._finish == "content_filter":
            raise ModelRefused
        if self._finish == "length":
            raise ModelAnswerCut
        if self._finish is None and self._pieces:
            raise ModelUnavailable(reason="stream cut short")
        if not self._pieces:
            raise ModelAnswerInvalid
        return Answer("".join(self._pieces), self._model, self._usage)


def _by_status(error: openai.APIStatusError, model: str) -> ModelError:
    if error.status_code in _BUSY or error.status_code >= 500:
        return ModelUnavailable(reason=f"HTTP {error.status_code}")
    return ModelRejected(status=error.status_code, model=model)
