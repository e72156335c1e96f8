"""What a decoder's process gives up before it sees its first picture: all that it never needs."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
from typing import Final

__all__ = ["ADDRESS_SPACE_BYTES", "confine"]

ADDRESS_SPACE_BYTES: Final = 3 * 1024**3
"""Libraries, the shared frame, four copies of the largest frame; one that wants more ends its worker."""

_OPEN_FILES: Final = 32
"""The channel, the log, and what Python opens when a library imports a part of itself late."""

# prctl(2), <linux/prctl.h>.
_PR_SET_PDEATHSIG: Final = 1
_PR_SET_DUMPABLE: Final = 4
_PR_SET_NO_NEW_PRIVS: Final = 38

# unshare(2), <linux/sched.h>.
_CLONE_NEWUSER: Final = 0x1000_0000
_CLONE_NEWNET: Final = 0x4000_0000


def confine(parent: int) -> bool:
    """Give up new privileges, writing files, core dumps and the network, and die with the process `parent`.

    Each is dropped where the kernel lets it: a user namespace may be forbidden (systemd's own hardening then
    takes the network away).

    Returns:
        Whether the process has no network of its own accord.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    isolated: bool = libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    # A core dump would hold the picture of somebody's prescription.
    libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
    for limit, value in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
        (resource.RLIMIT_AS, ADDRESS_SPACE_BYTES),
    ):
        _, hard = resource.getrlimit(limit)
        capped = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (capped, capped))
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:  # it died before we asked
        os.kill(os.getpid(), signal.SIGKILL)
    return isolated
