"""`make demo` in a real terminal, as a person meets it: to its end, and interrupted."""

import os
import sys

import pexpect
import psutil

from demo.truth import TRUTH
from tests.installation import ROOT
from tests.terminal import in_terminal

PATIENCE = 240
"""Seconds for a step, on a machine that is busy with other tests."""


def test_it_shows_every_sample_and_stops() -> None:
    terminal = _demo()
    terminal.expect("Running at")
    started = _below(terminal)
    terminal.expect(r"100%.{0,20} completed")
    shown = ""
    for name in TRUTH:
        terminal.expect(rf"{name} · .*? · engine: local")
        shown += terminal.before
    terminal.expect("Everything has stopped")
    assert "1,482" in shown + terminal.before, "a figure of the report's table"
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert (terminal.exitstatus, terminal.signalstatus) == (0, None)
    assert psutil.wait_procs(started, timeout=15)[1] == []


def test_interrupted_it_says_so_and_leaves_nothing_behind() -> None:
    terminal = _demo()
    terminal.expect("Running at")
    started = _below(terminal)
    terminal.sendintr()
    terminal.expect("everything has stopped")
    assert "Traceback" not in terminal.before
    terminal.expect(pexpect.EOF)
    terminal.close()
    assert terminal.exitstatus == 130
    assert psutil.wait_procs(started, timeout=15)[1] == []


def _demo() -> "pexpect.spawn[str]":
    environment = os.environ | {"TERM": "xterm-256color", "NO_COLOR": "1", "PYTHONPATH": str(ROOT)}
    return in_terminal([sys.executable, "-m", "demo"], ROOT, environment, (60, 120), PATIENCE)


def _below(terminal: "pexpect.spawn[str]") -> list[psutil.Process]:
    """Everything that the demonstration has started."""
    return psutil.Process(terminal.pid).children(recursive=True)
