"""Landlock: the kernel's way for a process to give up rights for good [landlock(7), userspace-api/landlock].

No maintained package binds it, and all that is needed is to give up everything: three calls without a single rule.
"""

import ctypes
import struct

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_VERSION = 1
"""Flag of create_ruleset that asks for the version of the interface."""

_FILE_RIGHTS = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 4: 0x7FFF, 5: 0xFFFF}
"""Every right on files, by interface version: from execute and write (1) over refer, truncate, to ioctl (5)."""

_NETWORK_RIGHTS, _NETWORK_SINCE = 0x3, 4
"""Bind and connect TCP."""

_SCOPES, _SCOPES_SINCE = 0x3, 6
"""Abstract Unix sockets and signals to processes outside."""

_libc = ctypes.CDLL(None, use_errno=True)


def version() -> int:
    """The kernel's interface version, 0 where Landlock is not there."""
    found: int = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), ctypes.c_uint(_VERSION))
    return max(0, found)


def give_up_everything() -> bool:
    """Let this process open no file, no TCP connection; signal nobody outside. False where the kernel cannot.

    What is open already stays open. `no_new_privs` must be set. Raises OSError when the kernel refuses.
    """
    abi = version()
    if not abi:
        return False
    words = [_FILE_RIGHTS[min(abi, max(_FILE_RIGHTS))]]
    if abi >= _NETWORK_SINCE:
        words.append(_NETWORK_RIGHTS)
    if abi >= _SCOPES_SINCE:
        words.append(_SCOPES)
    rules = struct.pack(f"{len(words)}Q", *words)
    handle = _checked(_libc.syscall(_CREATE_RULESET, rules, ctypes.c_size_t(len(rules)), ctypes.c_uint(0)))
    _checked(_libc.syscall(_RESTRICT_SELF, ctypes.c_int(handle), ctypes.c_uint(0)))
    return True


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, "landlock")
    return result
