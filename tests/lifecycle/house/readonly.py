"""A data folder that nobody can write to."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest


@contextmanager
def own_mount(folder: Path) -> Iterator[None]:
    """The folder is a file system of its own, which can be made read-only: root writes past permissions."""
    folder.mkdir()
    if os.geteuid() != 0 or not shutil.which("mount"):
        pytest.skip("a file system of its own takes root and mount")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "tmpfs", str(folder)], capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def frozen(folder: Path) -> Iterator[None]:
    """The folder is covered by a read-only view of itself. What was opened before stays writable: the kernel makes no
    file system read-only while a file on it is open for writing."""
    view = folder.with_name("view")
    view.mkdir()
    with ExitStack() as stack:
        _mount(stack, "--bind", str(folder), str(view))
        subprocess.run(["mount", "-o", "remount,ro,bind", str(view)], check=True)
        _mount(stack, "--bind", str(view), str(folder))
        yield


def _mount(stack: ExitStack, *words: str) -> None:
    subprocess.run(["mount", *words], check=True)
    stack.callback(subprocess.run, ["umount", "--lazy", words[-1]], check=True)
