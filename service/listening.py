"""Whether the web process can listen where the settings say, asked before anything is started."""

import socket
import sys


def require_free(host: str, port: int) -> None:
    """End with a remedy where this address is another program's, or is none of this machine."""
    try:
        for family, kind, _, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            with socket.socket(family, kind) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as uvicorn will: not for what just ended
                probe.bind(address)
    except OSError as fault:
        sys.exit(
            f"Cannot listen on {host}:{port}: {fault.strerror}. Stop the program that does, or set another PORT "
            f"(make run PORT={port + 1 if port < 65535 else 8000})."
        )
