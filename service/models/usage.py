"""What a model charged for a task."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of the questions and of the answers; `cost` in millionths of a USD, None where no price is known.

    Named as the columns are.
    """

    prompt_tokens: int
    completion_tokens: int
    cost: int | None = None

    @property
    def total_tokens(self) -> int:
        return self.prompt_tokens + self.completion_tokens
