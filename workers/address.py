"""Where a callback may go: addresses that are global, or of hosts the operator allowed."""

import ipaddress
import socket

from service.jobs.address import is_global


class Forbidden(Exception):
    """The host has no address that a callback may go to."""


def resolve(host: str, port: int, allowed_hosts: tuple[str, ...]) -> str:
    """One address of the host, to connect to as it is; blocks while the name is looked up.

    The name is looked up once and the connection made to this very address, so that a second answer of the name server
    cannot lead elsewhere. Raises Forbidden, or OSError when the name has no address.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]).partition("%")[0] for entry in found]
    if host in allowed_hosts:
        return addresses[0]
    for address in addresses:
        if is_global(ipaddress.ip_address(address)):
            return address
    raise Forbidden(host)
