"""Finds Chromium, or gets it: `python -m tests.console.browser`. Without one the console's tests fail, and say so."""

import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from shutil import which

from playwright.sync_api import sync_playwright

PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The one without windows first: the console's tests take a good half of the processor time with it."""

PATIENCE = 900
"""Seconds for one outside command, so that a stuck mirror cannot hold up a setup."""

NOT_TO_BE_HAD = (
    "The console's tests need Chromium. Install it (Debian: apt-get install chromium-headless-shell), or run: "
    "python -m playwright install chromium"
)


def browser_path() -> str | None:
    """The program, from the system or as Playwright installed it; None where there is none."""
    found = next((path for name in PROGRAMS if (path := which(name))), None)
    return found or _from_playwright()


def main() -> int:
    """Say where the browser is, getting it first where it is missing."""
    found = browser_path() or next((path for way in WAYS if (path := _got(way))), None)
    sys.stdout.write(f"Chromium: {found}\n" if found else "")
    sys.stderr.write("" if found else f"{NOT_TO_BE_HAD}\n")
    return 0 if found else 1


def from_apt(package: str) -> None:
    """Debian's package: needs root and apt-get."""
    if not which("apt-get") or os.geteuid() != 0:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", package]
    try:
        _run(install)
    except subprocess.CalledProcessError:
        _run(["apt-get", "update"])
        _run(install)


def from_publisher() -> None:
    """Playwright's own build, from its publisher: needs the internet, but no rights."""
    _run([sys.executable, "-m", "playwright", "install", "chromium"])


WAYS: dict[str, Callable[[], None]] = {
    "apt-get install chromium-headless-shell": partial(from_apt, "chromium-headless-shell"),
    "apt-get install chromium": partial(from_apt, "chromium"),  # for where the other is in no release
    "playwright install chromium": from_publisher,
}


def _got(name: str) -> str | None:
    try:
        WAYS[name]()
    except (OSError, subprocess.SubprocessError) as fault:
        lines = str(getattr(fault, "stderr", "") or fault).strip().splitlines()
        sys.stderr.write(f"{name}: {lines[-1] if lines else fault}\n")
    return browser_path()


def _from_playwright() -> str | None:
    with sync_playwright() as playwright:
        path = Path(playwright.chromium.executable_path)
    return str(path) if path.is_file() else None


def _run(command: list[str]) -> None:
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    options = {"check": True, "timeout": PATIENCE, "capture_output": True, "text": True}
    subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, **options)


if __name__ == "__main__":
    sys.exit(main())
