"""The web process: `python -m service.main`."""

from service import startup  # isort: skip

import uvicorn

from service.app import create_app
from service.jobs.files import require_writable
from service.jobs.schema import require_current_schema
from service.listening import require_free
from service.logs import configure_logs
from service.manager import Manager
from service.protocol import Protocol
from service.server import Server
from service.settings import load_settings

STOP_SECONDS = 3
"""Seconds open requests get to end after SIGTERM."""


def main() -> None:
    """Serve until SIGTERM, SIGINT, or the end of the process manager."""
    settings = load_settings()
    require_writable(*settings.folders)
    require_current_schema(settings.database_url)
    require_free(settings.host, settings.port)
    log = configure_logs(settings, "web")
    config = uvicorn.Config(
        create_app(settings, log, lambda: server.should_exit),
        host=settings.host,
        port=settings.port,
        http=Protocol,
        ws="none",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,  # nothing here asks where a request came from
        timeout_graceful_shutdown=STOP_SECONDS,
    )
    server = Server(config)
    Manager().followed()
    startup.end()
    server.run()


if __name__ == "__main__":
    main()
