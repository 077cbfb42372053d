"""An installation under test: its own folder, the Procfile's processes, and a client's view of it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

import psutil
import requests

from tests.looking import pause
from tests.processes import depth_of, name_of, parent_of, words_of

ROOT = Path(__file__).resolve().parents[1]
PROGRAMS = {"web": "service.main", "worker": "workers.main", "courier": "workers.courier"}
FINAL = ("completed", "failed", "cancelled")

Answer = dict[str, Any]
T = TypeVar("T")


class Installation:
    """A folder with settings; `start` runs the Procfile in it, as often as wanted, on the same port."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.http = requests.Session()
        self.http.trust_env = False
        self.data, self.results = folder / "data", folder / "results"
        self._manager: subprocess.Popen[bytes] | None = None
        places = {"DATA_DIR": self.data, "RESULTS_DIR": self.results, "PORT": self.port}
        self.environment = _clean_environment() | {name: str(value) for name, value in (places | settings).items()}

    # Processes

    def load_first(self, folder: Path) -> "Installation":
        """Have its processes, when they start, load the `sitecustomize.py` of that folder before anything else."""
        self.environment["PYTHONPATH"] = os.pathsep.join([str(folder), self.environment["PYTHONPATH"]])
        return self

    @contextmanager
    def running(self) -> Iterator["Installation"]:
        """Migrated, started and ready while the context is open; stopped by SIGTERM at its end."""
        self._lay_out()
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def _lay_out(self) -> None:
        """What the release step makes: copied, where it can be, for the step takes 0.7 s of a processor."""
        data = Path(self.environment["DATA_DIR"])
        if data.exists() or "DATABASE_URL" in self.environment:
            self.migrate()
        else:
            shutil.copytree(Path(_laid_out().name) / "data", data)

    def migrate(self) -> None:
        """The Procfile's release step."""
        command = [sys.executable, "-m", "alembic", "-c", str(ROOT / "alembic.ini"), "upgrade", "head"]
        subprocess.run(command, cwd=self.folder, env=self.environment, check=True, capture_output=True, timeout=180)

    def start(self) -> None:
        """The Procfile's processes, by honcho, until the service says that it is ready."""
        places = ["-f", str(ROOT / "Procfile"), "-e", os.devnull, "-d", str(self.folder)]
        with (self.folder / "output.log").open("ab") as output:
            self._manager = subprocess.Popen(
                [sys.executable, "-m", "honcho", *places, "start", "-p", str(self.port), *PROGRAMS],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        self.wait_for(self._ready, 120)

    def stop(self) -> float:
        """SIGTERM to the manager; returns the seconds until everything was gone. Kills what stays, and says so."""
        if self._manager is None:
            return 0.0
        tree, begun = self.processes(), time.monotonic()
        self._manager.terminate()
        _, alive = psutil.wait_procs(tree, timeout=15)
        for process in alive:
            process.kill()
        self._manager.wait(10)
        self._manager = None
        assert not alive, f"still running 15 s after SIGTERM: {alive}"
        return time.monotonic() - begun

    def kill_everything(self) -> None:
        """SIGKILL to every process at once, as a power cut would."""
        assert self._manager is not None
        tree = self.processes()
        for blow in (signal.SIGSTOP, signal.SIGKILL):
            for process in tree:
                with suppress(psutil.NoSuchProcess):  # a caged child ends by itself
                    process.send_signal(blow)
        psutil.wait_procs(tree, timeout=10)
        self._manager.wait(10)
        self._manager = None

    def lose_manager(self) -> list[psutil.Process]:
        """SIGKILL to the manager alone; what it leaves behind."""
        assert self._manager is not None
        orphans = self.processes()[1:]
        self._manager.kill()
        self._manager.wait(10)
        self._manager = None
        return orphans

    def manager_ended(self) -> bool:
        """Whether the process manager has ended by itself."""
        assert self._manager is not None
        return self._manager.poll() is not None

    def processes(self) -> list[psutil.Process]:
        """The manager and all below it."""
        assert self._manager is not None
        manager = psutil.Process(self._manager.pid)
        return [manager, *manager.children(recursive=True)]

    def process(self, name: str) -> psutil.Process:
        """The process of one Procfile line; for `worker` that is the supervisor."""
        found = [one for one in self.processes() if PROGRAMS[name] in words_of(one)]
        return min(found, key=depth_of)

    def workers(self) -> list[psutil.Process]:
        """The processes that the supervisor started: the workers and the one in reserve, maintenance, the keeper."""
        return self.process("worker").children()

    def children(self, name: str) -> list[psutil.Process]:
        """Those of them whose names begin with `name`: worker, reserve, maintenance, keeper."""
        return [one for one in self.workers() if name_of(one).startswith(name)]

    def lasting(self) -> set[int]:
        """The ids of all processes but caged children, which come and go with the files."""
        everything = self.processes()
        keepers = {one.pid for one in everything if "workers.cage" in words_of(one)}
        return {one.pid for one in everything if parent_of(one) not in {None, *keepers}}

    # The client's view

    def submit(self, file: tuple[str, bytes], kind: str = "analyze-image", **fields: object) -> requests.Response:
        """POST a file."""
        data = {name: str(value) for name, value in fields.items()}
        return self.http.post(f"{self.url}/background/{kind}", files={"file": file}, data=data, timeout=30)

    def submitted(self, file: tuple[str, bytes], kind: str = "analyze-image", **fields: object) -> str:
        """POST a file that must be accepted; returns the task's id."""
        response = self.submit(file, kind, **fields)
        assert response.status_code == 202, response.text
        return str(response.json()["task_id"])

    def status(self, task_id: str, **headers: str) -> Answer:
        response = self.http.get(f"{self.url}/background/task-status/{task_id}", headers=headers, timeout=30)
        assert response.status_code == 200, response.text
        picture: Answer = response.json()["task_status"]
        return picture

    def cancel(self, task_id: str) -> requests.Response:
        return self.http.delete(f"{self.url}/background/cancel-task/{task_id}", timeout=30)

    def result(self, task_id: str) -> requests.Response:
        return self.http.get(f"{self.url}/background/task-result/{task_id}", timeout=30)

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.http.get(f"{self.url}{path}", timeout=30, **options)

    def wait_until(self, task_id: str, *statuses: str, timeout: float = 30) -> Answer:
        """Poll until the task is in one of `statuses`; the status it then has."""
        return self.wait_for(lambda: _in(self.status(task_id), statuses), timeout)

    def ended(self, task_id: str, timeout: float = 180) -> Answer:
        """Until the task is final; the service tells when, for to ask again and again takes time of two processors."""
        return self.wait_for(lambda: _in(self.status(task_id, Prefer="wait=10"), FINAL), timeout)

    def wait_for(self, condition: Callable[[], T | None], timeout: float = 10) -> T:
        """Until `condition` gives something true. Raises AssertionError with the service's output after `timeout` s."""
        begun = time.monotonic()
        while not (value := condition()):
            if time.monotonic() > begun + timeout:
                raise AssertionError(f"not so within {timeout} s\n{self.output()[-6000:]}")
            pause(begun)
        return value

    def events(self, task_id: str) -> list[Answer]:
        """The log lines of one task."""
        lines = (self.results / "logs" / f"{task_id}.jsonl").read_text().splitlines()
        return [json.loads(line) for line in lines]

    def uploads(self) -> set[str]:
        """The names of the stored uploads, which are their tasks' ids."""
        return {entry.name for entry in (self.data / "uploads").iterdir()}

    def output(self) -> str:
        path = self.folder / "output.log"
        return path.read_text(errors="replace") if path.exists() else ""

    def _ready(self) -> bool:
        assert self._manager is not None
        assert self._manager.poll() is None, self.output()
        try:
            return self.get("/readyz").status_code == 200
        except requests.ConnectionError:
            return False


@cache
def _laid_out() -> TemporaryDirectory[str]:
    """The folder of an installation after its release step, made once for all tests of this process."""
    folder = TemporaryDirectory()
    Installation(Path(folder.name)).migrate()
    return folder


def _in(status: Answer, statuses: tuple[str, ...]) -> Answer | None:
    return status if status["status"] in statuses else None


def _clean_environment() -> dict[str, str]:
    """The environment without any setting of the service: a developer's own must not reach the tests."""
    from service.settings import Settings

    ours = {name.upper() for name in Settings.model_fields}
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    paths = os.pathsep.join([str(Path(sys.executable).parent), kept.get("PATH", "")])
    return kept | {"PYTHONPATH": str(ROOT), "PATH": paths, "PYTHONUNBUFFERED": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
