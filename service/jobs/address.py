"""Which addresses belong to the public internet, however they are written."""

import ipaddress
import socket

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")

_INNER = (ipaddress.ip_network("fec0::/10"), ipaddress.ip_network("3fff::/20"))
"""What Python 3.11 takes for global: sites' own addresses [RFC 3879] and those of documents [RFC 9637]."""


def literal(host: str) -> Address | None:
    """The address that a host is, written in any form that the system's resolver takes (127.1, 0x7f.1); or None.

    Raises ValueError for what can be no host.
    """
    host = host.encode("idna").decode().rstrip(".")  # which also makes plain digits of those of other scripts
    try:
        return ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_global(address: Address) -> bool:
    """Whether an address belongs to the public internet, also where an IPv4 address hides in an IPv6 one."""
    if isinstance(address, ipaddress.IPv6Address):
        hidden = _hidden(address)
        if hidden is not None:
            return is_global(hidden)
        if any(address in network for network in _INNER):
            return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _hidden(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    teredo = address.teredo
    return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
