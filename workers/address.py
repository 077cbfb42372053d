"""Where a callback may go: addresses that are global, or of hosts the operator allowed."""

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")


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


def is_global(address: Address) -> bool:
    """Whether an address belongs to the public internet, also where an IPv4 address hides in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = _hidden(address)
        if hidden is not None:
            return is_global(hidden)
    return address.is_global and not address.is_multicast and not address.is_reserved


def _hidden(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
