"""The protocol by which a run is asked to stop, and its worker killed, and never another one."""

import os
import select
from types import SimpleNamespace

from workers.slots import make_slot, run_of, token_of


def job(seq: int, run: int = 1) -> SimpleNamespace:
    return SimpleNamespace(seq=seq, run=run)


def test_a_token_names_one_run() -> None:
    assert run_of(token_of(123_456_789_012, 3)) == (123_456_789_012, 3)
    assert token_of(1, 1) != token_of(1, 2) != token_of(2, 1)


def test_a_run_is_asked_by_its_own_name_only() -> None:
    slot = make_slot()
    with slot.hold(job(7)):
        slot.ask_to_stop(token_of(6, 1))
        assert not slot.stopping
        slot.ask_to_stop(token_of(7, 1))
        assert slot.stopping
    assert not slot.stopping
    with slot.hold(job(8)):
        assert not slot.stopping


def test_a_worker_that_moved_on_is_spared() -> None:
    slot = make_slot()
    with slot.hold(job(7)):
        pass
    with slot.hold(job(8)):
        assert not slot.doom(token_of(7, 1))
    with slot.hold(job(9)):
        assert slot.doom(token_of(9, 1))
        slot.doom(0)  # or this process would end here


def test_a_doomed_worker_takes_no_other_run() -> None:
    """The announcement came while the run was ending: the worker ends by itself before it can take another."""
    slot = make_slot()
    pid = os.fork()
    if pid == 0:
        with slot.hold(job(7)):
            slot.doom(token_of(7, 1))
        os._exit(1)  # reached only when the worker would have gone on
    handle = os.pidfd_open(pid)
    assert select.select([handle], [], [], 10)[0]
    os.close(handle)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def test_slots_are_shared_with_forked_children() -> None:
    first, second = make_slot(), make_slot()
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        with second.hold(job(9)):
            os.write(writer, b"!")
            os.read(reader, 0)
            os._exit(0)
    os.read(reader, 1)
    assert (first.current, second.current) == (0, token_of(9, 1))
    os.waitpid(pid, 0)
