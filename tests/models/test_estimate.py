"""Tokens and costs told before anything is asked."""

import json

import pytest

from service.models.estimate import ANALYSIS_ANSWER, PART_PATCHES, TABLE_ANSWER, TABLE_QUESTION, Measured, estimate
from service.models.tokens import Span, image_tokens, text_tokens
from workers.engines.openai_vision.table_answer import INSTRUCTIONS, REQUEST, response_format

A4 = (1654, 2339)


@pytest.mark.parametrize(
    ("model", "size", "detail", "tokens"),
    [
        ("gpt-5.6-terra", (1333, 1888), "high", Span(42 * 59, 2974)),
        ("gpt-6-astra", (32, 32), "auto", Span(1, 2)),
        ("gpt-4.1-mini", (1024, 1024), "high", Span(1024, 1659)),
        ("gpt-4o", (768, 1024), "high", Span(85 + 170 * 4, 85 + 170 * 4)),
        ("gpt-4o", (512, 384), "low", Span(85, 85)),
        ("openai/gpt-4o-mini", (512, 512), "high", Span(8500, 8500)),
        ("gpt-5.1", (768, 513), "auto", Span(70 + 140 * 4, 70 + 140 * 4)),
        ("llava:13b", (64, 64), "auto", Span(4, 5)),
    ],
)
def test_an_image_counts_by_its_family(model: str, size: tuple[int, int], detail: str, tokens: Span) -> None:
    assert image_tokens(model, size, detail) == tokens


def test_a_text_counts_by_its_characters() -> None:
    assert text_tokens("") == Span(0, 0)
    assert text_tokens("a" * 100) == Span(25, 40)
    assert text_tokens("가" * 100) == Span(50, 100)
    assert text_tokens("a" * 100 + "가" * 100) == Span(75, 140)


def test_an_extraction_asks_about_each_page() -> None:
    found = estimate("gpt-5.6-terra", "high", 2048, [Measured(1, A4)] * 3, None)
    assert [page.size for page in found.pages] == [(1334, 1888)] * 3
    assert found.prompt_tokens == found.pages[0].tokens * 3 + TABLE_QUESTION * 3
    assert found.completion_tokens == TABLE_ANSWER * 3


def test_what_is_asked_with_each_page_is_as_long_as_is_told() -> None:
    words = text_tokens(INSTRUCTIONS + REQUEST + json.dumps(response_format()))
    assert TABLE_QUESTION.least <= words.least and words.most <= TABLE_QUESTION.most * 1.5
    assert text_tokens(INSTRUCTIONS).most < TABLE_QUESTION.most


def test_an_analysis_asks_once_or_in_parts() -> None:
    short = estimate("gpt-5.6-terra", "auto", 2048, [Measured(1, A4)] * 3, "가나다라")
    assert short.prompt_tokens == short.pages[0].tokens * 3 + Span(2, 4)
    assert short.completion_tokens == ANALYSIS_ANSWER
    pages = [Measured(1, A4)] * 40
    assert PART_PATCHES < 40 * 52 * 74
    assert estimate("gpt-5.6-terra", "original", 2048, pages, "x").completion_tokens == ANALYSIS_ANSWER * 2


def test_a_pages_own_words_count_at_the_most_and_no_further_than_they_are_sent() -> None:
    bare, worded, endless = (
        estimate("gpt-5.6-terra", "high", 2048, [Measured(1, A4, *words)], None).pages[0].tokens
        for words in ((0, 0), (1000, 100), (10**7, 0))
    )
    assert worded == bare + Span(0, 500) and endless == bare + Span(0, 8000)


def test_a_detail_that_the_family_does_not_know_counts_as_the_one_that_is_sent() -> None:
    known, unknown = (estimate("gpt-4o", detail, 2048, [Measured(1, A4)], "x") for detail in ("high", "original"))
    assert known == unknown
