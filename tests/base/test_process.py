"""Signals that end a program in order."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from appliance.base.process import stop_on_signals


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_each_ends_the_program_in_order(number: signal.Signals) -> None:
    before = {one: signal.getsignal(one) for one in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)}
    stopping = threading.Event()
    try:
        stop_on_signals(stopping)
        os.kill(os.getpid(), number)
        assert stopping.wait(30)
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
