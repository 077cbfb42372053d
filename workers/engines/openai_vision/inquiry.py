"""How one run asks: patiently, with a second chance for an answer that cannot be used, and every token counted."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import openai

from service.jobs.errors import ModelAnswerCut, ModelAnswerInvalid, ModelError, ModelRefused
from service.models.tokens import text_tokens
from workers.breaker import Breaker
from workers.engines.base import Progress
from workers.engines.openai_vision.chat import Answer, ask
from workers.engines.openai_vision.patience import Patience

Message = dict[str, Any]
"""One message of a chat, as the API takes it."""

Read = TypeVar("Read")

_QUOTED = 20_000
"""Characters of a faulty answer that the model is shown again: enough to see what went wrong, however long it is."""

_CUT = """Your answer was cut off at the length limit. Give the whole answer again, short enough to fit: leave out what
is not needed, and every space and line break that means nothing."""

_UNUSABLE = """Your answer cannot be used: {reason}. Give the whole answer again, with that put right."""


class Unusable(Exception):
    """An answer that cannot be used: `error` is what clients are told if it stays so, `told` what the model is told."""

    def __init__(self, error: ModelError, told: str) -> None:
        super().__init__(error.code)
        self.error = error
        self.told = told

    @classmethod
    def invalid(cls, reason: str) -> "Unusable":
        """An answer that is not what was asked for; `reason` says why, without quoting it."""
        return cls(ModelAnswerInvalid(), _UNUSABLE.format(reason=reason))


class Inquiry:
    """The questions of one run to one model; threads may ask at once.

    `model` is the one that answered, by its own name. Answers of no use are charged too.
    """

    def __init__(self, client: openai.OpenAI, breaker: Breaker, model: str) -> None:
        self.model = model
        self._asked_model = model
        self._client = client
        self._patience = Patience(breaker)

    def ask(
        self, messages: list[Message], images: int, read: Callable[[str], Read], progress: Progress, **options: Any
    ) -> Read:
        """What `read` makes of the answer's text; it raises Unusable where it can make nothing of it.
        `images` is how many tokens those in the messages are expected to have.

        An answer that is cut or unusable is asked for once more, the model being shown it and told what is wrong.
        Raises ModelAnswerCut or ModelAnswerInvalid when that does not help, ModelRefused, any other ModelError,
        MaxCostReached before a question that the task cannot afford, HeldUp during an outage, and what `progress`
        raises.
        """
        answer = self._answer(messages, images, progress, options)
        try:
            return _understood(answer, read)
        except Unusable as fault:
            progress.log.warning("model_answer_unusable", code=fault.error.code, model=answer.model)
            again = [*messages, _said("assistant", answer.text[:_QUOTED] or "(nothing)"), _said("user", fault.told)]
        answer = self._answer(again, images, progress, options)
        try:
            return _understood(answer, read)
        except Unusable as fault:
            raise fault.error from fault

    def _answer(self, messages: list[Message], images: int, progress: Progress, options: dict[str, Any]) -> Answer:
        question = partial(ask, self._client, progress, model=self._asked_model, messages=messages, **options)
        with progress.meter.room(images + _words(messages), progress.wait):
            answer = self._patience.ask(question, progress)
            progress.meter.add(answer.usage.prompt_tokens, answer.usage.completion_tokens)
        self.model = answer.model
        return answer


def _understood(answer: Answer, read: Callable[[str], Read]) -> Read:
    if answer.end == "refused":
        raise ModelRefused
    if answer.end == "cut":
        raise Unusable(ModelAnswerCut(), _CUT)
    if not answer.text.strip():
        raise Unusable.invalid("it is empty")
    return read(answer.text)


def _words(messages: list[Message]) -> int:
    """The most tokens that the texts of messages are expected to have."""
    contents = [message["content"] for message in messages]
    texts = [[{"text": one}] if isinstance(one, str) else one for one in contents]
    return sum(text_tokens(part["text"]).most for parts in texts for part in parts if "text" in part)


def _said(role: str, text: str) -> Message:
    return {"role": role, "content": text}
