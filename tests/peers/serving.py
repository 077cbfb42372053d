"""How a peer runs: loopback only, its port told in one JSON line, gone soon after SIGTERM."""

import argparse
import json
import socket
import sys
import threading

import uvicorn
from starlette.types import ASGIApp


def main(app: ASGIApp, description: str | None) -> None:
    """Read `--port` (0: any free one) from the command line and serve until SIGTERM."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--until-stdin-closes", action="store_true", help="also end when whoever started it is gone")
    options = parser.parse_args()
    server = AnnouncingServer(_config(app, options.port))
    if options.until_stdin_closes:
        threading.Thread(target=_stop_at_end_of_stdin, args=(server,), daemon=True).start()
    server.run()


class AnnouncingServer(uvicorn.Server):
    """Prints `{"port": N}` as soon as connections are accepted."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        print(json.dumps({"port": self.servers[0].sockets[0].getsockname()[1]}), flush=True)


def _config(app: ASGIApp, port: int) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        host="127.0.0.1",
        port=port,
        lifespan="off",
        ws="none",
        log_config=None,
        log_level="critical",  # scripts cut connections on purpose; uvicorn would report each as an error
        access_log=False,
        timeout_keep_alive=60,
        timeout_graceful_shutdown=0,  # an open stream must not hold up the end
    )


def _stop_at_end_of_stdin(server: uvicorn.Server) -> None:
    # SIGKILL leaves a test run no chance to end its peers, but it does close this pipe.
    sys.stdin.buffer.read()
    server.should_exit = True
