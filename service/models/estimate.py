"""What a file will cost before it is read: pages as the model will see them, tokens, and how they add up."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from service.models.sizes import Size, accepted_detail, bound_for, patches
from service.models.tokens import Span, characters_tokens, image_tokens, text_tokens

PART_PATCHES = 100_000
"""Most patches of one question's images, about as many tokens: the smallest context of a family that takes images is
128,000. An A4 page at 200 dpi has 3,848, at `high` 2,500."""

ANALYSIS_ANSWER = Span(50, 2000)
"""Tokens of one answer to a prompt: from a sentence to a page of text."""

TABLE_QUESTION = Span(200, 900)
"""Tokens of the instructions and the schema with which each page is asked for its tables."""

TABLE_ANSWER = Span(10, 3000)
"""Tokens of one page's tables as JSON: from none to 500 cells."""

TEXT_LAYER = 20_000
"""Most characters of a page's own words that are sent beside its image: five times what a full page of text has."""


@dataclass(frozen=True)
class Measured:
    """A page as it is before any engine bounds it: its pixels, and the characters that stand in it, as ASCII or not."""

    number: int
    size: Size
    ascii_ones: int = 0
    others: int = 0


@dataclass(frozen=True)
class Sent:
    """A page as the model will see it, with the tokens of its image, and of its own words where it tells any."""

    size: Size
    tokens: Span


@dataclass(frozen=True)
class Estimate:
    """What all questions about a document, and the answers to them, will come to in tokens."""

    pages: tuple[Sent, ...]
    prompt_tokens: Span
    completion_tokens: Span


def estimate(model: str, detail: str, other_side: int, pages: Sequence[Measured], prompt: str | None) -> Estimate:
    """An analysis by `prompt`, or without one an extraction of tables; `other_side` bounds models of no known family.

    A second question about an answer of no use is not counted in.
    """
    bound, asked = bound_for(model, detail, other_side), accepted_detail(model, detail)
    sent = tuple(_sent(page, bound.fit(page.size), model, asked) for page in pages)
    shown = sum((page.tokens for page in sent), Span(0, 0))
    if prompt is None:
        count, words, answer = len(sent), TABLE_QUESTION, TABLE_ANSWER
    else:
        count = max(1, math.ceil(sum(patches(page.size) for page in sent) / PART_PATCHES))
        words, answer = text_tokens(prompt), ANALYSIS_ANSWER
    return Estimate(sent, shown + words * count, answer * count)


def _sent(page: Measured, size: Size, model: str, detail: str) -> Sent:
    # No words at the least: a text layer that cannot be trusted is not sent.
    share = min(1.0, TEXT_LAYER / max(1, page.ascii_ones + page.others))
    words = characters_tokens(int(page.ascii_ones * share), int(page.others * share))
    return Sent(size, image_tokens(model, size, detail) + Span(0, words.most))
