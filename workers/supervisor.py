"""The supervisor: Huey's consumer, made to stop runs, replace dead workers and take back their jobs.

One rule: the job's row decides, the slot follows. A cancel, a deadline and a shutdown each change the row first; the
supervisor then finds a slot whose run is over and asks it to stop, and kills its worker when it does not.
"""

import logging
import os
import select
import signal
import sqlite3
import time
import uuid
from collections.abc import Callable
from typing import Any

from huey.consumer import Consumer, ConsumerStopped
from sqlalchemy.exc import SQLAlchemyError

from service.jobs.bell import Bell
from service.jobs.presence import BEAT, Attendance, this_host
from service.jobs.queue import Queue
from service.jobs.store import Store
from service.logs import Logger
from service.manager import Manager
from service.settings import Settings
from workers.cage.keeper import Keeper
from workers.calls import Calls
from workers.crew import Crew
from workers.hand import PATIENCE, Hand
from workers.maintenance import Maintenance
from workers.memory import held_by
from workers.rescuer import Rescuer
from workers.warden import Warden
from workers.worker import JobWorker


class Supervisor(Consumer):  # type: ignore[misc]
    """Runs `settings.max_workers` workers. Only it stops runs; only its own children does it touch."""

    scheduler: Any
    _next_beat = 0.0

    def __init__(
        self,
        settings: Settings,
        queue: Queue,
        keeper: Keeper,
        store: Store,
        attendance: Attendance,
        prepare_worker: Callable[[JobWorker], None],
        prepare_maintenance: Callable[[Maintenance], None],
        facts: Callable[[], dict[str, Any]],
        calls: Calls,
        manager: Manager,
        log: Logger,
    ) -> None:
        self.id = uuid.uuid4().hex[:12]
        self._settings = settings
        self._queue = queue
        self._keeper = keeper
        self._store = store
        self._attendance = attendance
        self._prepare_worker = prepare_worker
        self._prepare_maintenance = prepare_maintenance
        self._engine_facts = facts
        self._calls = calls
        self._manager = manager
        self._log = log.bind(supervisor=self.id)
        self._bell = Bell(settings.data_dir / "supervisor.bell")
        self._courier_bell = Bell(settings.data_dir / "courier.bell")
        self._crew = Crew(settings.max_workers, self.id, self._start_worker)
        self._rescuer = Rescuer(store, queue, self._courier_bell, settings.max_attempts, self._log)
        self._warden = Warden(settings, self._crew, store, self._courier_bell, self._log)
        super().__init__(
            queue.huey,
            workers=0,  # the crew hires them
            periodic=False,
            worker_type="process",
            graceful_signal="TERM",
            shutdown_timeout=settings.shutdown_grace,
        )
        self._signal_actions[signal.SIGHUP] = (False, True)  # a terminal that is closed asks for no new start

    # Starting

    def start(self) -> None:
        """Take back what an earlier supervisor left, then start the workers."""
        self._rescuer.take_over(self.id)
        rung = self._ring_for_all()
        self._keeper.ensure()
        self._let_go()
        super().start()
        self._crew.fill()
        workers = self._settings.max_workers
        self._attendance.arrive(self.id, this_host(), os.getpid(), workers, self._facts())
        self._log.info("workers_started", workers=workers, rung=rung)

    def _ring_for_all(self) -> int:
        try:
            self._queue.huey.storage.flush_queue()
            return sum(self._queue.ring_for(job.id) for job in self._store.pending())
        except sqlite3.Error:
            self._log.warning("ring_failed", exc_info=True)  # another process holds the file: maintenance rings later
            return 0

    def _start_worker(self, hand: Hand) -> Any:
        worker = JobWorker(
            hand=hand,
            prepare=self._prepare_worker,
            huey=self.huey,
            stop_flag=self.stop_flag,
            default_delay=self.default_delay,
            max_delay=self.max_delay,
            backoff=self.backoff,
        )
        return self._started(worker, "Worker")

    def _create_scheduler(self) -> Maintenance:
        # Huey's scheduler has nothing to do here, for no task is scheduled or periodic. Its process does the chores.
        return Maintenance(self.huey, self.stop_flag, prepare=self._prepare_maintenance)

    # Running

    def loop(self, health_check_ts: float | None = None) -> float | None:
        """One round: wait for news, then act on it."""
        until_beat = max(0.0, self._next_beat - time.monotonic())
        self._wait(min(self._warden.patience(), self._crew.patience(), until_beat))
        if self._manager.gone():
            self._signum = signal.SIGTERM
        if self._signum is not None:
            self._log.info("stopping", signal=signal.Signals(self._signum).name)
            self.stop(graceful=True)
            raise ConsumerStopped
        self._round(respawn=True)
        return health_check_ts

    def _handle_signal(self, signum: int, frame: object) -> None:
        super()._handle_signal(signum, frame)
        self._bell.ring()

    def _round(self, *, respawn: bool) -> None:
        try:
            self._warden.watch()
            self._bury(respawn=respawn)
            if respawn and self._keeper.ensure():
                self._log.warning("keeper_replaced")
            self._rescuer.rescue()
            self._beat()
        except SQLAlchemyError:
            self._log.error("database_error", exc_info=True)
            self.stop_flag.wait(PATIENCE)  # what was left undone is tried again in the next round

    def _wait(self, seconds: float) -> None:
        """Until the bell rings, a worker dies, or the time is up."""
        poller = select.poll()
        poller.register(self._bell.fileno(), select.POLLIN)
        for process in filter(self.environment.is_alive, self._processes()):
            poller.register(process.sentinel, select.POLLIN)
        poller.poll(seconds * 1000)
        if self._bell.take():
            self._warden.look_at_once()

    def _bury(self, *, respawn: bool) -> None:
        """Note which workers died, and see that others are in their place."""
        for hand in self._crew.bury():
            self._note_death(hand)
        if respawn:
            self._crew.fill()
        if respawn and not self.environment.is_alive(self.scheduler):
            self._log.warning("maintenance_died", exit_code=self.scheduler.exitcode)
            self.scheduler = self._started(self._create_scheduler(), "Maintenance")

    def _note_death(self, hand: Hand) -> None:
        expected = hand.asked is not None or self.stop_flag.is_set()
        level = logging.INFO if expected else logging.WARNING
        self._log.log(level, "worker_ended", pid=hand.process.pid, exit_code=hand.process.exitcode)
        self._rescuer.note(hand.owner)

    def _started(self, runnable: Any, name: str) -> Any:
        self._let_go()
        process = self._create_process(runnable, name)
        process.start()
        return process

    def _let_go(self) -> None:
        """Close every connection: a child must not share one of ours."""
        self._queue.close()
        self._store.database.close()

    def _beat(self) -> None:
        if time.monotonic() >= self._next_beat:
            self._next_beat = time.monotonic() + BEAT
            with self._calls.news() as counted:
                self._attendance.beat(self.id, self._facts(), counted)

    def _facts(self) -> dict[str, Any]:
        held = [held_by(hand.process.pid) for hand in self._crew.at_work]
        return {**self._engine_facts(), "worker_memory_mb": held}

    # Stopping

    def stop(self, graceful: bool = False) -> None:
        """Let running jobs end within the grace; hand the others back as pending; leave no process behind."""
        self.stop_flag.set()
        self._queue.bell.ring(self._settings.max_workers)
        deadline = time.monotonic() + (self._settings.shutdown_grace if graceful else 0)
        while self._crew.at_work and time.monotonic() < deadline:
            self._wait(min(PATIENCE, max(0.0, deadline - time.monotonic())))
            self._round(respawn=False)
        self._say(self._hand_back)  # should that fail, the next supervisor rescues them
        for process in self._processes():
            process.kill()
        for process in self._processes():
            process.join()
        self._say(self._hand_back)  # a worker that was waking may have taken one more in between
        self._keeper.stop()
        self._say(self._leave)
        self._log.info("workers_stopped")

    def _say(self, word: Callable[[], None]) -> None:
        """Tell the database; no lock on it may keep a stop from ending every process."""
        try:
            word()
        except SQLAlchemyError:
            self._log.error("database_error", exc_info=True)

    def _leave(self) -> None:
        with self._calls.news() as counted:
            self._attendance.leave(self.id, counted)

    def _hand_back(self) -> None:
        for job in self._store.release(self.id):
            self._log.info("handed_back", **job.log_context())

    def _processes(self) -> list[Any]:
        return [*(hand.process for hand in self._crew.everybody), self.scheduler]
