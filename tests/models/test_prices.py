"""The price table: the project's own, an operator's, and what is wrong with one."""

from pathlib import Path

import pytest

from service.models.prices import OWN, read_prices
from service.settings import Settings, load_settings


@pytest.mark.parametrize(
    ("model", "cost"),
    [
        ("gpt-6-astra", 10 * 1000 + 50 * 100),
        ("gpt-5.6-sol", 4 * 1000 + 20 * 100),
        ("gpt-5.6-terra", 2 * 1000 + 12 * 100),
        ("gpt-5.6-luna", 200 + 120),
        ("gpt-5.6-terra-2026-05-01", 3200),
        ("openai/gpt-5.6-terra", 3200),
        ("gateway/openai/gpt-5.6-terra-2026-05-01", 3200),
    ],
)
def test_the_projects_own_prices(model: str, cost: int) -> None:
    price = read_prices(OWN).of(model)
    assert price is not None and price.of(1000, 100) == cost


@pytest.mark.parametrize("model", ["llava:13b", "gpt-5.6-terra-mini", "gpt-5.6", "", "gpt-6-astra-2026", "terra"])
def test_a_price_is_never_guessed(model: str) -> None:
    assert read_prices(OWN).of(model) is None


def test_part_of_a_millionth_counts_as_one() -> None:
    luna = read_prices(OWN).of("gpt-5.6-luna")
    assert luna is not None
    assert [luna.of(prompt, 0) for prompt in (0, 1, 5, 6)] == [0, 1, 1, 2]


def test_an_operators_own_table_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text('["azure/gpt-4o"]\ninput = 2.75\noutput = 11\n[gpt-4o]\ninput = 0\noutput = 0\n', encoding="utf-8")
    prices = Settings(prices_file=own).prices
    assert prices.of("gpt-5.6-terra") is None
    found = [prices.of(name) for name in ("azure/gpt-4o", "gpt-4o", "other/gpt-4o")]
    assert [one and one.of(1000, 1000) for one in found] == [13_750, 0, 0]


def test_one_line_may_stand_for_all_that_have_none(tmp_path: Path) -> None:
    own = tmp_path / "prices.toml"
    own.write_text('["*"]\ninput = 1\noutput = 0\n[dear]\ninput = 9\noutput = 0\n', encoding="utf-8")
    found = [read_prices(own).of(name) for name in ("any", "dear", "gateway/dear")]
    assert [one and one.of(1000, 1000) for one in found] == [1000, 9000, 9000]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[a\n", "is no TOML"),
        ("a = 3", '["a"] must be a table with input and output'),
        ("[a]\ninput = 1", '["a"] output must be a number of at least 0'),
        ("[a]\ninput = -1\noutput = nan", '["a"] input must be a number of at least 0; ["a"] output must be'),
        ("[a]\ninput = true\noutput = '1'", '["a"] input must be a number of at least 0; ["a"] output must be'),
        ("[a]\ninput = 1\noutput = inf", '["a"] output must be a number'),
        ("[a]\ninput = 1\noutput = 2\ncached = 1", '["a"] cached is neither input nor output'),
        ("[gpt-5.6]\ninput = 1\noutput = 2", '["gpt-5"] input must be a number of at least 0'),
    ],
)
def test_the_start_is_refused_with_every_fault_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, told: str
) -> None:
    (tmp_path / "prices.toml").write_text(text, encoding="utf-8")
    monkeypatch.setenv("PRICES_FILE", str(tmp_path / "prices.toml"))
    with pytest.raises(SystemExit) as caught:
        load_settings()
    assert "PRICES_FILE: " in str(caught.value) and told in str(caught.value)


def test_a_table_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PRICES_FILE", str(tmp_path / "none.toml"))
    with pytest.raises(SystemExit, match="PRICES_FILE: .*none.toml cannot be read: No such file"):
        load_settings()
