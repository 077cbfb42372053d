"""The worker side: `python -m workers.main` starts the supervisor, which starts the workers."""

from service import startup  # isort: skip

import os

# Before anything numeric is imported: a worker computes on one thread, its neighbours have the other cores.
for _name in ("OMP_NUM_THREADS", "OMP_THREAD_LIMIT", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import importlib.util  # noqa: E402
from typing import Any  # noqa: E402

from service.jobs.bell import Bell  # noqa: E402
from service.jobs.database import Database  # noqa: E402
from service.jobs.events import History  # noqa: E402
from service.jobs.files import Files, require_writable  # noqa: E402
from service.jobs.listing import Listing  # noqa: E402
from service.jobs.lock import hold_alone  # noqa: E402
from service.jobs.presence import Attendance  # noqa: E402
from service.jobs.queue import Queue  # noqa: E402
from service.jobs.schema import require_current_schema  # noqa: E402
from service.jobs.store import Store  # noqa: E402
from service.logs import Logger, configure_logs  # noqa: E402
from service.manager import Manager  # noqa: E402
from service.settings import Settings, load_settings  # noqa: E402
from workers.breaker import ASKS_MODEL, Breaker  # noqa: E402
from workers.cage import landlock  # noqa: E402
from workers.cage.keeper import Keeper  # noqa: E402
from workers.cage.nursery import Nursery  # noqa: E402
from workers.engines.base import Engine  # noqa: E402
from workers.engines.local import LocalEngine, languages, preload  # noqa: E402
from workers.executor import Executor  # noqa: E402
from workers.maintenance import Maintenance  # noqa: E402
from workers.memory import limit_memory  # noqa: E402
from workers.previews import Previewer  # noqa: E402
from workers.supervisor import Supervisor  # noqa: E402
from workers.tether import end_at_once  # noqa: E402
from workers.worker import JobWorker  # noqa: E402


def main() -> None:
    """Run jobs until SIGTERM, SIGINT, or the end of the process manager."""
    settings = load_settings()
    require_writable(*settings.folders)
    require_current_schema(settings.database_url)
    files = Files(settings.data_dir, settings.results_dir)
    files.prepare()
    log = configure_logs(settings, "worker")
    if not settings.has_model:
        preload()
    lock = hold_alone(settings.data_dir / "supervisor.lock", "worker")
    queue = Queue(settings.data_dir)
    database = Database(settings.database_url, busy_seconds=5)
    breaker = Breaker(log)
    keeper, engines = Keeper(), _engines(settings, breaker)
    facts = _facts(settings)
    supervisor = Supervisor(
        settings,
        queue,
        keeper,
        Store(database, settings.public_url),
        Attendance(database),
        prepare_worker=lambda worker: _prepare_worker(worker, settings, engines, queue, keeper, files, breaker, log),
        prepare_maintenance=lambda one: _prepare_maintenance(one, settings, queue, keeper, files, breaker, log),
        facts=lambda: facts | ({"model_server": breaker.facts()} if settings.has_model else {}),
        calls=breaker.calls,
        manager=Manager(),
        log=log,
    )
    startup.end()
    supervisor.run()
    os.close(lock)


def _facts(settings: Settings) -> dict[str, Any]:
    """What the engines here can do, for /health."""
    return {
        "default_engine": "openai" if settings.has_model else "local",
        "model": settings.openai_model if settings.has_model else None,
        "local_languages": list(languages()),
        "heic": importlib.util.find_spec("pi_heif") is not None,
        "cage": f"landlock {landlock.version()}" if landlock.version() else "no landlock in this kernel",
    }


def _prepare_worker(
    worker: JobWorker,
    settings: Settings,
    engines: dict[str, Engine],
    queue: Queue,
    keeper: Keeper,
    files: Files,
    breaker: Breaker,
    log: Logger,
) -> None:
    limit_memory(settings.worker_memory_mb)
    store = Store(Database(settings.database_url), settings.public_url)
    store.outlook(0)  # opens the database now, and not when the worker is called
    executor = Executor(
        settings,
        store,
        files,
        engines,
        Nursery(keeper.orders),
        Bell(settings.data_dir / "courier.bell"),
        breaker,
        worker.retire,
        log,
    )
    queue.runner = lambda job_id: executor.execute(job_id, worker.hand.owner, worker.hand.slot)


def _engines(settings: Settings, breaker: Breaker) -> dict[str, Engine]:
    """Every engine by its name, made before the workers are forked; none connects anywhere or loads a model yet."""
    local = LocalEngine()
    # A job stored when a key was set may meet workers without one: the embedded engine then reads it.
    return {LocalEngine.name: local, ASKS_MODEL: _vision(settings, breaker) if settings.has_model else local}


def _vision(settings: Settings, breaker: Breaker) -> Engine:
    from workers.engines.openai_vision import OpenAIVision  # 31 MB, which a service without a key does without

    return OpenAIVision(settings, breaker)


def _prepare_maintenance(
    maintenance: Maintenance,
    settings: Settings,
    queue: Queue,
    keeper: Keeper,
    files: Files,
    breaker: Breaker,
    log: Logger,
) -> None:
    database = Database(settings.database_url)
    store, log = Store(database, settings.public_url), log.bind(role="maintenance")
    maintenance.equip(settings, queue, store, Listing(database), History(database), files, breaker, log)
    Previewer(settings, files, Nursery(keeper.orders), log).start()


if __name__ == "__main__":
    main()
    end_at_once()
