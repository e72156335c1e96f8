"""What a program needs of the system it runs on: signals that stop it, and a parent it does not outlive."""

from __future__ import annotations

import ctypes
import os
import signal
import threading
from types import FrameType

__all__ = ["SUPERVISED", "die_with_parent", "stop_on_signals"]

SUPERVISED = "COMPTOIR_SUPERVISED"
"""Environment variable: set to the supervisor's pid for programs that must end when it does."""

_PR_SET_PDEATHSIG = 1
"""prctl(2), <linux/prctl.h>."""


def stop_on_signals(stopping: threading.Event) -> None:
    """Set `stopping` on SIGTERM (systemd), SIGINT (Ctrl-C) and SIGHUP, instead of dying halfway.

    SIGHUP is what `systemctl reload` sends once the settings were found good: the program ends in order, and
    systemd starts it anew with them.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGHUP, stop)
    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)


def die_with_parent() -> None:
    """Have the kernel end this process when its supervisor dies, even by SIGKILL. Elsewhere, do nothing."""
    supervisor = os.environ.get(SUPERVISED)
    if supervisor is None:
        return
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(supervisor):  # it died before we asked
        os.kill(os.getpid(), signal.SIGTERM)
