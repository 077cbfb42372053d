"""`python -m tests.lifecycle.chaos --rounds N --seed S`: the lab by itself, for as long as wanted."""

import argparse
import random
import sys
import tempfile
from pathlib import Path

from tests.installation import Installation
from tests.lifecycle.chaos.lab import SETTINGS, run
from tests.peers.process import Peer


def main() -> int:
    """Exit status 1 when the audits found a fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=random.randrange(10**6))
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Peer.start("openai_server") as model,
        Peer.start("receiver") as receiver,
    ):
        service = Installation(
            Path(folder),
            OPENAI_API_KEY="sk-test",
            OPENAI_BASE_URL=f"{model.url}/v1",
            CALLBACK_ALLOWED_HOSTS="127.0.0.1",
            **SETTINGS,
        )
        report = run(service, receiver, options.rounds, options.seed)
    print(report)
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
