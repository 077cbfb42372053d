"""The report, and what it makes of failures and of data that is not there."""

import io
from pathlib import Path

import pypdfium2
import pytest

from tests.eval.figures import Pool, score
from tests.eval.icdar import documents, files
from tests.eval.report import BEGIN, END, HEAD, line, put
from tests.eval.service import Outcome
from tests.eval.subjects import rows
from tests.eval.truth import Cell, Content, Document, table_of

TABLE = table_of([("a", "b"), ("c", "d")])


def made(name: str, text: str | None = "ab cd") -> Document:
    return Document(name, 2, Content(text, (TABLE,)), lambda: b"")


def result(text: str, *texts: str) -> dict[str, object]:
    cells = [
        {"row": number // 2, "column": number % 2, "text": text, "row_span": 1, "column_span": 1}
        for number, text in enumerate(texts)
    ]
    return {"analysis": {"text": text}, "tables": [{"markdown": "-", "cells": cells}]}


def test_a_row_pools_its_documents() -> None:
    pool = Pool(
        [
            score(made("one"), Outcome(result("ab cd", "a", "b", "c", "d"), "", 3.0, 500_000_000)),
            score(made("two"), Outcome(result("ab cx", "a", "b", "c", "x"), "", 1.0, 700_000_000)),
        ]
    )
    cells = dict(zip(HEAD, line("both", pool), strict=True))
    assert cells["Pages"] == "4" and cells["CER"] == "12.50%" and cells["Hangul CER"] == "–"
    assert cells["F1 pooled"] == cells["F1 by document"] == "0.750"
    assert cells["Tables found / true"] == "2 / 2"
    assert cells["CPU s a page"] == "1.00" and cells["Peak MB"] == "700" and cells["Failed"] == ""


def test_a_failed_document_counts_as_unread() -> None:
    one = score(made("lost"), Outcome(None, "unreadable_file", 0.5, 1))
    assert one.letters.rate == 1.0 and one.relations.f1 == 0.0 and one.trees.mean == 0.0
    assert line("row", Pool([one]))[-1] == "lost"


def test_text_that_is_not_known_is_not_scored() -> None:
    one = score(made("tables", text=None), Outcome({"tables": []}, "", 1.0, 1))
    assert one.letters.rate is None and one.relations.f1 == 0.0


def test_data_that_is_not_there_is_said_not_to_be_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EVAL_DATA", raising=False)
    absent = [row for row in rows(1) if row.documents is None]
    assert {row.name.partition(",")[0] for row in absent} == {"Korean public documents", "ICDAR 2013"}
    assert line(absent[0].name, None)[1] == "not measured"


def test_public_files_are_read_with_their_cells(tmp_path: Path) -> None:
    (tmp_path / "set").mkdir()
    (tmp_path / "set" / "us-001.pdf").write_bytes(_pdf())
    (tmp_path / "set" / "other.pdf").write_bytes(_pdf())
    (tmp_path / "set" / "us-001-str.xml").write_text(
        '<document><table id="1"><region id="1" page="1">'
        '<cell start-row="0" start-col="0" end-col="1"><content>Total\n2026</content></cell>'
        '<cell start-row="1" start-col="1"><content>7</content></cell></region></table></document>'
    )
    (only,) = documents(files(tmp_path))
    assert (only.name, only.pages) == ("us-001", 1)
    assert only.truth == Content(None, ((Cell(0, 0, "Total\n2026", 1, 2), Cell(1, 1, "7")),))


def test_the_table_is_put_between_its_marks(tmp_path: Path) -> None:
    path = tmp_path / "reading.md"
    path.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    put(path, "new")
    assert path.read_text() == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    path.write_text("no marks")
    with pytest.raises(ValueError, match="no lines"):
        put(path, "new")


def _pdf() -> bytes:
    buffer = io.BytesIO()
    with pypdfium2.PdfDocument.new() as document:
        document.new_page(100, 100)
        document.save(buffer)
    return buffer.getvalue()
