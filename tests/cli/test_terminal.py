"""The command line in a real terminal: bars that move, questions, Ctrl-C."""

import sys
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import COMMAND
from tests.installation import Installation
from tests.terminal import in_terminal


@pytest.fixture
def typed(environment: dict[str, str], tmp_path: Path):
    """Type a command into a terminal of its own."""
    opened: list[pexpect.spawn] = []

    def type_(*words: str) -> pexpect.spawn:
        opened.append(in_terminal([*COMMAND, *words], tmp_path, environment, (30, 140), 30))
        return opened[-1]

    yield type_
    for spawned in opened:
        spawned.close(force=True)


def test_bars_follow_every_task_to_its_end(typed, image: Path) -> None:
    (image.parent / "second.png").write_bytes(image.read_bytes())
    screen = typed("submit", str(image.parent), "--prompt", "SLOW 3", "--wait")
    screen.expect("picture.png")
    screen.expect("30%|4[0-9]%|5[0-9]%|6[0-9]%")
    screen.expect("100%")
    screen.expect(pexpect.EOF)
    screen.wait()
    assert screen.exitstatus == 0


def test_ctrl_c_leaves_the_task_running_and_says_so(typed, service: Installation, image: Path) -> None:
    screen = typed("submit", str(image), "--prompt", "SLOW 20", "--wait")
    screen.expect("processing")
    screen.sendintr()
    screen.expect("The tasks go on")
    screen.expect(pexpect.EOF)
    screen.wait()
    assert screen.exitstatus == 130
    (task,) = service.get("/background/all-tasks?status=processing").json()["tasks"]
    service.cancel(task["task_id"])


def test_cleaning_up_asks_first(typed) -> None:
    screen = typed("cleanup", "--hours", "1000")
    screen.expect("Remove tasks that ended over 1000 hours ago")
    screen.sendline("n")
    screen.expect(pexpect.EOF)
    screen.wait()
    assert screen.exitstatus == 1


def test_a_workbook_is_not_poured_over_the_terminal(typed, service: Installation, image: Path) -> None:
    task_id = service.submitted((image.name, image.read_bytes()), "extract-tables")
    service.ended(task_id)
    screen = typed("result", task_id, "--format", "xlsx")
    screen.expect("--output")
    screen.expect(pexpect.EOF)
    screen.wait()
    assert screen.exitstatus == 2


def test_the_command_is_installed() -> None:
    assert (Path(sys.executable).parent / "document-analysis").exists()
