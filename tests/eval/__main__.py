"""`python -m tests.eval [--write FILE] [--quick] [--only TEXT] [--every N] [--keep FOLDER]`: read, score, report."""

import argparse
import json
import os
import platform
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from tests.eval.answer import content_of
from tests.eval.figures import Pool, Score, score
from tests.eval.report import as_table, line, put
from tests.eval.service import Outcome, read, reading_service
from tests.eval.subjects import VARIABLE, Row, rows
from tests.eval.truth import Document, written_out
from tests.installation import Installation

QUICK = 2
"""Documents of each row in a quick run."""


def main() -> None:
    """Measure, print, and write where asked."""
    options = _options()
    chosen = [row for row in rows(options.every) if not options.only or any(word in row.name for word in options.only)]
    lines = []
    with tempfile.TemporaryDirectory(prefix="eval-") as folder, reading_service(Path(folder) / "service") as service:
        for row in chosen:
            lines.append(line(row.name, _measured(service, row, options)))
            print("  ".join(lines[-1]), file=sys.stderr)
    report = f"{_circumstances(options)}\n\n{as_table(lines)}"
    print(report)
    if options.write:
        put(options.write, report)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.eval", description=f"Public data is looked for in {VARIABLE}."
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the table between the marks in FILE")
    parser.add_argument("--quick", action="store_true", help=f"only {QUICK} documents of each row")
    parser.add_argument(
        "--only", action="append", metavar="TEXT", help="only rows with TEXT in their names; repeatable"
    )
    parser.add_argument("--every", type=int, default=4, metavar="N", help="every Nth public document (default: 4)")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep files, truths, results and what was read")
    return parser.parse_args()


def _measured(service: Installation, row: Row, options: argparse.Namespace) -> Pool | None:
    if row.documents is None:
        return None
    pool = Pool()
    for document in row.documents()[: QUICK if options.quick else None]:
        outcome = read(service, document)
        pool.scores.append(score(document, outcome))
        print(f"  {row.name}: {_told(pool.scores[-1])}", file=sys.stderr, flush=True)
        if options.keep:
            _keep(options.keep / row.name.replace(" ", "_"), document, outcome)
    return pool


def _told(one: Score) -> str:
    return "  ".join(line(one.name, Pool([one])))


def _keep(folder: Path, document: Document, outcome: Outcome) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / document.name).write_bytes(document.data())
    (folder / f"{document.name}.true.txt").write_text(written_out(document.truth), encoding="utf-8")
    if outcome.result is not None:
        (folder / f"{document.name}.read.txt").write_text(written_out(content_of(outcome.result)), encoding="utf-8")
        text = json.dumps(outcome.result, ensure_ascii=False, indent=1)
        (folder / f"{document.name}.json").write_text(text, encoding="utf-8")


def _circumstances(options: argparse.Namespace) -> str:
    """What the figures hang on; where they are kept and written is not among it."""
    chosen = [f"--every {options.every}", *["--quick"] * options.quick]
    chosen += [f'--only "{text}"' for text in options.only or ()]
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.release()}, {os.cpu_count()} cores, "
        f"Python {platform.python_version()}, `python -m tests.eval {' '.join(chosen)}`"
    )


if __name__ == "__main__":
    main()
