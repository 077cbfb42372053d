"""The service, started from the Procfile in a folder of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

ROOT = Path(__file__).resolve().parents[1]
START_SECONDS = 60
STOP_SECONDS = 15


class NotStarted(RuntimeError):
    """The service did not start; the text is its last output."""


@contextmanager
def running(folder: Path) -> Iterator[httpx2.Client]:
    """A client of the service, which runs while the context is open and is stopped by SIGTERM.

    Raises NotStarted when it does not start.
    """
    port = _free_port()
    environment = _environment(folder)
    _run("-m", "alembic", "-c", str(ROOT / "alembic.ini"), "upgrade", "head", cwd=folder, env=environment)
    log = folder / "service.log"
    command = ("-m", "honcho", "-f", str(ROOT / "Procfile"), "-d", str(folder), "start", "-p", str(port))
    with log.open("wb") as output:
        manager = subprocess.Popen(
            [sys.executable, *command, "web", "worker", "courier"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
            _wait_until_ready(client, manager, log)
            yield client
    finally:
        manager.send_signal(signal.SIGTERM)
        manager.wait(STOP_SECONDS)


def _environment(folder: Path) -> dict[str, str]:
    paths = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    return os.environ | {
        "PATH": paths,
        "PYTHONPATH": str(ROOT),
        "DATA_DIR": str(folder / "data"),
        "RESULTS_DIR": str(folder / "results"),
        "HOST": "127.0.0.1",
        "API_KEYS": "",
    }


def _wait_until_ready(client: httpx2.Client, manager: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and manager.poll() is None:
        try:
            if client.get("/readyz").status_code == 200:
                return
        except httpx2.TransportError:
            pass  # not listening yet
        time.sleep(0.05)
    raise NotStarted(f"the service did not start:\n{log.read_text(errors='replace')[-4000:]}")


def _run(*command: str, cwd: Path, env: dict[str, str]) -> None:
    done = subprocess.run([sys.executable, *command], cwd=cwd, env=env, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotStarted(done.stderr[-4000:] or done.stdout[-4000:])


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
