"""JSON log lines: to stdout, and to files in the results folder, one for each task and one for the service."""

import contextlib
import logging
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import structlog
from structlog.typing import EventDict, WrappedLogger

from service.settings import Settings

Logger = structlog.typing.FilteringBoundLogger

HIDDEN = "[hidden]"

SECRET_LENGTH = 8
"""Characters from which on a secret is hidden; a shorter one is a word that local models' servers take for a key."""


class LineWriter:
    """Where structlog's lines end: each is one write to stdout and one appended to its file."""

    def __init__(self, folder: Path, secrets: tuple[str, ...]) -> None:
        self._folder = folder
        self._secrets = [secret for secret in secrets if len(secret) >= SECRET_LENGTH]

    def msg(self, line: str, task_id: str | None) -> None:
        for secret in self._secrets:
            line = line.replace(secret, HIDDEN)
        data = f"{line}\n".encode()
        # A full disk or a reader of stdout that is gone must not stop the work that is told of.
        with contextlib.suppress(OSError):
            _write_whole(sys.stdout.fileno(), data)
        with contextlib.suppress(OSError):
            _append(self._folder / f"{task_id or f'service-{datetime.now(UTC):%Y-%m-%d}'}.jsonl", data)

    debug = info = warning = error = critical = msg


def configure_logs(settings: Settings, process: str) -> Logger:
    """Set structlog up for one process and return its logger; `process` names it in every line."""
    writer = LineWriter(settings.results_dir / "logs", settings.secrets)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            # Never the local variables: they hold prompts, keys and paths.
            structlog.processors.ExceptionRenderer(
                structlog.tracebacks.ExceptionDictTransformer(show_locals=False, max_frames=20)
            ),
            _to_line,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=lambda *_: writer,
        cache_logger_on_first_use=False,
    )
    _route_standard_logs(settings.log_level)
    return cast(Logger, structlog.get_logger().bind(process=process))


_RENDER = structlog.processors.JSONRenderer(ensure_ascii=False)


def _to_line(logger: WrappedLogger, name: str, event: EventDict) -> tuple[tuple[str, str | None], dict[str, Any]]:
    task_id = event.get("task_id")
    return (cast(str, _RENDER(logger, name, event)), task_id), {}


class _Standard(logging.Handler):
    """Hands the libraries' own log records to structlog."""

    def emit(self, record: logging.LogRecord) -> None:
        if record.getMessage().startswith("Exception in ASGI application"):
            return  # told already, with its request id
        log = structlog.get_logger(library=record.name)
        log.log(record.levelno, record.getMessage(), exc_info=record.exc_info)


def _route_standard_logs(level: str) -> None:
    root = logging.getLogger()
    root.handlers = [_Standard()]
    # Never less: what libraries tell below are headers, addresses with their queries, prompts and rows.
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level.upper()]))


def _append(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        _write_whole(handle, data)
    finally:
        os.close(handle)


def _write_whole(handle: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]
