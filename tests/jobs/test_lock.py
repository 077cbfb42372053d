"""What may run only once holds a lock that dies with it."""

import signal
import subprocess
import sys
from pathlib import Path

HOLD = """
import pathlib, sys, time
from service.jobs.lock import hold_alone
hold_alone(pathlib.Path(sys.argv[1]), "worker")
print("held", flush=True)
"""


def holder(path: Path, then: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD + then, str(path)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def test_a_second_holder_ends_with_a_remedy_until_the_first_is_dead(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with holder(path, "time.sleep(60)") as first:
        assert first.stdout is not None
        try:
            assert first.stdout.readline() == "held\n"
            with holder(path, "") as second:
                told, fault = second.communicate(timeout=30)
            assert (told, second.returncode) == ("", 1)
            assert f"worker process ({first.pid}) already" in fault
            assert "Stop it first, or use another DATA_DIR" in fault
        finally:  # or a broken lock is told of only when the first has slept enough
            first.send_signal(signal.SIGKILL)
        first.wait(10)
        with holder(path, "") as third:
            assert third.communicate(timeout=30) == ("held\n", "")
