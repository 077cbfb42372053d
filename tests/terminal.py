"""A program in a terminal of its own, as a person starts it there."""

import signal
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

import pexpect


def in_terminal(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], size: tuple[int, int], patience: float
) -> "pexpect.spawn[str]":
    """It runs in `folder` on a screen of so many lines and columns; each `expect` fails after `patience` seconds.

    Ctrl-C reaches it: what a shell starts in the background, these tests maybe, and all below, would be deaf to it.
    """
    return pexpect.spawn(
        command[0],
        list(command[1:]),
        cwd=str(folder),
        env=dict(environment),
        dimensions=size,
        encoding="utf-8",
        timeout=patience,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    )
