"""`python -m tests.hostile.corpus FOLDER`: push every file of a folder through a service that is started for it.

Images are analysed, and everything is handed in for its tables. The exit code is 1 when anything happened that must
never: a 5xx, an `internal`, a lost slot, a stuck task, a crashed supervisor.
"""

import argparse
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import requests

from service.api.content import media_type_of
from service.jobs.media import IMAGES
from tests.contract.installing import installed
from tests.hostile.pushing import AND, STUCK, WORKERS, Watch, push
from tests.installation import Installation
from tests.peers.process import Peer

EVERY = 200
"""Files between two looks at the service as a whole."""

NEVER = ("5", "internal", STUCK, "worker_crashed", "no answer")


def main() -> None:
    options = _options()
    files = [path for path in sorted(options.folder.rglob("*")) if path.is_file() and not path.is_symlink()]
    if len(files) > options.most:
        files = sorted(random.Random(1).sample(files, options.most))
    with (
        tempfile.TemporaryDirectory() as folder,
        Peer.start("openai_server") as peer,
        installed(Path(folder), peer, MAX_WORKERS=WORKERS) as service,
    ):
        answers, faults = _run(service, peer, files, options.timeout)
    for answer, count in sorted(answers.items()):
        print(f"{count:7} {answer}")
    print(f"{len(files):7} files; must be none: {faults or 'none'}")
    sys.exit(1 if faults else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--most", type=int, default=5000, help="files at most; of more, a sample")
    parser.add_argument("--timeout", type=float, default=60, help="seconds for one file")
    return parser.parse_args()


def _run(service: Installation, peer: Peer, files: list[Path], timeout: float) -> tuple[Counter[str], list[str]]:
    """How often each answer came, and what must never happen."""
    answers: Counter[str] = Counter()
    watch, faults = Watch(service), list[str]()
    for number, path in enumerate(files, 1):
        for kind in _kinds(path):
            answer = _pushed(service, path, kind, timeout)
            answers[f"{kind}: {answer}"] += 1
            if any(one.startswith(NEVER) for one in answer.split(AND)):
                faults.append(f"{answer}: {path}")
        if number % EVERY == 0 or number == len(files):
            faults += watch.faults()
            peer.reset()
            print(f"{number} of {len(files)}", file=sys.stderr)
    return answers, faults


def _kinds(path: Path) -> Iterator[str]:
    if media_type_of(path) in IMAGES:
        yield "analyze-image"
    yield "extract-tables"


def _pushed(service: Installation, path: Path, kind: str, timeout: float) -> str:
    try:
        return push(service, (path.name, path.read_bytes()), kind, timeout)
    except requests.RequestException as error:
        return f"no answer ({type(error).__name__})"


if __name__ == "__main__":
    main()
