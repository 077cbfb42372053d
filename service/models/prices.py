"""The price table: what each model charges for a token. It is a TOML file that the operator may replace."""

import math
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

OWN = Path(__file__).with_name("prices.toml")
"""The project's own table."""

OTHERS = "*"
"""The line for all models that have none of their own."""

_DATED = re.compile(r"(.+)-\d{4}-\d{2}-\d{2}")
_FIELDS = ("input", "output")


@dataclass(frozen=True, slots=True)
class Price:
    """USD for a million tokens, which is millionths of a USD for one."""

    input: Decimal
    output: Decimal

    def of(self, prompt_tokens: int, completion_tokens: int) -> int:
        """What so many tokens cost, in millionths of a USD, rounded up."""
        return math.ceil(self.input * prompt_tokens + self.output * completion_tokens)


class Prices:
    """Prices by model."""

    def __init__(self, table: Mapping[str, Price]) -> None:
        self._table = table

    def of(self, model: str) -> Price | None:
        """The price of a model by its name, then without the gateway's name for its provider, then without a date, then
        that of all others."""
        bare = model.rpartition("/")[2]
        names = [model, bare, *(found[1] for name in (model, bare) if (found := _DATED.fullmatch(name))), OTHERS]
        return next((self._table[name] for name in names if name in self._table), None)


def read_prices(path: Path) -> Prices:
    """The table in a file. Raises ValueError that names every fault in it."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    except OSError as error:
        raise ValueError(f"{path} cannot be read: {error.strerror}") from None
    except ValueError as error:  # of TOML, or of UTF-8
        raise ValueError(f"{path} is no TOML: {error}") from None
    faults = [fault for model, price in found.items() for fault in _faults(model, price)]
    if faults:
        raise ValueError(f"{path}: " + "; ".join(faults))
    return Prices({model: Price(Decimal(price["input"]), Decimal(price["output"])) for model, price in found.items()})


def _faults(model: str, price: Any) -> list[str]:
    if not isinstance(price, dict):
        return [f'["{model}"] must be a table with input and output, in USD per million tokens']
    unknown = [f'["{model}"] {name} is neither input nor output' for name in price if name not in _FIELDS]
    wrong = [
        f'["{model}"] {name} must be a number of at least 0' for name in _FIELDS if not _is_amount(price.get(name))
    ]
    return unknown + wrong


def _is_amount(value: Any) -> bool:
    known = isinstance(value, (int, Decimal)) and not isinstance(value, bool)
    return known and Decimal(value).is_finite() and value >= 0
