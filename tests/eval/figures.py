"""Figures of one document, and pooled over many."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from tests.eval.answer import content_of
from tests.eval.letters import Errors, errors, errors_in_hangul, errors_with_blanks
from tests.eval.placed import pairs
from tests.eval.relations import Hits, hits
from tests.eval.service import Outcome
from tests.eval.trees import Similarity, similarity
from tests.eval.truth import Content, Document

NOTHING = Content("", ())
"""What is read of a document that fails."""


@dataclass(frozen=True)
class Score:
    """One document's figures. Where the text or the tables are not known, theirs count for nothing."""

    name: str
    pages: int
    letters: Errors = field(default_factory=Errors)
    spaced: Errors = field(default_factory=Errors)
    hangul: Errors = field(default_factory=Errors)
    relations: Hits = field(default_factory=Hits)
    trees: Similarity = field(default_factory=Similarity)
    found: int = 0
    true: int = 0
    cpu: float = 0.0
    peak: int = 0
    error: str = ""


@dataclass
class Pool:
    """The documents of one row of the report."""

    scores: list[Score] = field(default_factory=list)

    def summed(self) -> Score:
        """All documents as one: rates are then pooled ones; the peak is the greatest."""
        return Score(
            name=f"{len(self.scores)} documents",
            pages=sum(one.pages for one in self.scores),
            letters=sum((one.letters for one in self.scores), Errors()),
            spaced=sum((one.spaced for one in self.scores), Errors()),
            hangul=sum((one.hangul for one in self.scores), Errors()),
            relations=sum((one.relations for one in self.scores), Hits()),
            trees=sum((one.trees for one in self.scores), Similarity()),
            found=sum(one.found for one in self.scores),
            true=sum(one.true for one in self.scores),
            cpu=sum(one.cpu for one in self.scores),
            peak=max((one.peak for one in self.scores), default=0),
            error=", ".join(one.name for one in self.scores if one.error),
        )

    @property
    def f1_by_document(self) -> float | None:
        """Mean over the documents that have tables, true or found."""
        return mean(one.relations.f1 for one in self.scores)


def score(document: Document, outcome: Outcome) -> Score:
    """A document's figures; a failed one has been read as empty."""
    read = content_of(outcome.result) if outcome.result is not None else NOTHING
    known: dict[str, object] = {}
    truth = document.truth
    if document.places:
        text, true = pairs(outcome.result, document.places)
        known["letters"], known["hangul"] = errors(text, true), errors_in_hangul(text, true)
    if truth.text is not None:
        text = read.text or ""
        known["letters"] = errors(text, truth.text)
        known["spaced"] = errors_with_blanks(text, truth.text)
        known["hangul"] = errors_in_hangul(text, truth.text)
    if truth.tables is not None:
        tables = read.tables or ()
        known["relations"] = hits(tables, truth.tables)
        known["trees"] = similarity(tables, truth.tables)
        known["found"], known["true"] = len(tables), len(truth.tables)
    return Score(
        document.name,
        document.pages,
        cpu=outcome.cpu,
        peak=outcome.peak,
        error=outcome.error,
        **known,  # type: ignore[arg-type]
    )


def mean(values: Iterable[float | None]) -> float | None:
    """Of those that are known; None where none is."""
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else None
