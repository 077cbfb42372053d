"""What a worker does with its memory once it ran out."""

import platform
import subprocess
import sys

import pytest

from tests.installation import ROOT

_PROGRAM = """
from workers.memory import make_room

def taken():
    return next(int(line.split()[1]) // 1024 for line in open("/proc/self/status") if line.startswith("VmData"))

large = bytearray(30 << 20)
del large  # from here on malloc keeps blocks as large as this for later
make_room()
before = taken()
blocks = [bytearray(1 << 20) for _ in range(40)]
assert taken() - before >= 38
del blocks
print(taken() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc's malloc is told; other ones keep the pieces")
def test_after_room_was_made_nothing_large_is_kept_for_later() -> None:
    done = subprocess.run([sys.executable, "-c", _PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 4, "MB that count against the limit, though they are free"
