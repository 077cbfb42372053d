"""Prometheus' text format, version 0.0.4: families of samples, written as lines."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Sample(NamedTuple):
    """One value; `ending` is put after the family's name."""

    labels: Mapping[str, str]
    value: float
    ending: str = ""


@dataclass(frozen=True)
class Family:
    """A metric: its name, which ends in `_total` for a counter, what it tells, and its samples."""

    name: str
    kind: Literal["counter", "gauge", "histogram"]
    meaning: str
    samples: list[Sample] = field(default_factory=list)


def histogram(labels: Mapping[str, str], buckets: Iterable[tuple[str, int]], total: float) -> Iterator[Sample]:
    """The samples of one histogram, from each bucket's upper bound and how many fell into it, and the sum of all."""
    so_far = 0
    for bound, count in buckets:
        so_far += count
        yield Sample({**labels, "le": bound}, so_far, "_bucket")
    yield Sample(labels, total, "_sum")
    yield Sample(labels, so_far, "_count")


def written(families: Iterable[Family]) -> str:
    """The whole text."""
    return "".join(line + "\n" for family in families for line in _lines(family))


def _lines(family: Family) -> Iterator[str]:
    yield f"# HELP {family.name} {_escaped(family.meaning)}"
    yield f"# TYPE {family.name} {family.kind}"
    for labels, value, ending in family.samples:
        told = ",".join(f'{name}="{_quoted(text)}"' for name, text in labels.items())
        yield f"{family.name}{ending}{f'{{{told}}}' if told else ''} {value!r}"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("\n", r"\n")


def _quoted(text: str) -> str:
    return _escaped(text).replace('"', r"\"")
