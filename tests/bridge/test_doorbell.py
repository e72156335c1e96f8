"""The bell between processes: heard by all, blocked by nobody, harmless when lost."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import socket
import stat
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from appliance.journal.doorbell import MAX_LISTENERS, Doorbell

LONG_S = 20.0
"""Longer than any test may take: a wait that ends by time-out fails its test."""


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "doorbell"


def _ring_from_elsewhere(directory: str) -> None:
    Doorbell(Path(directory)).ring()


def test_a_ring_of_another_process_is_heard(directory: Path) -> None:
    with Doorbell(directory).listen() as listener:
        before = listener.rings
        process = multiprocessing.get_context("spawn").Process(
            target=_ring_from_elsewhere, args=(str(directory),)
        )
        process.start()
        assert listener.wait(LONG_S, after=before)
        process.join(LONG_S)
        process.close()


def test_every_thread_and_every_listener_hears_the_same_ring(directory: Path) -> None:
    bell = Doorbell(directory)
    with bell.listen() as one, bell.listen() as two, ThreadPoolExecutor(8) as pool:
        marks = [(listener, listener.rings) for listener in (one, two) for _ in range(4)]
        heard = [pool.submit(listener.wait, LONG_S, after=mark) for listener, mark in marks]
        bell.ring()
        assert all(future.result(LONG_S) for future in heard)


def test_a_ring_between_the_reading_and_the_wait_is_not_missed(directory: Path) -> None:
    bell = Doorbell(directory)
    with bell.listen() as listener:
        before = listener.rings
        bell.ring()
        assert listener.wait(LONG_S, after=before)
        assert listener.wait(LONG_S, after=before)  # it stays heard until the reader looks again
        assert not listener.wait(0.0, after=listener.rings)


def test_silence_ends_the_wait_at_its_time_out(directory: Path) -> None:
    with Doorbell(directory).listen() as listener:
        assert not listener.wait(0.01)


def test_ringing_where_nobody_ever_listened_does_nothing(directory: Path) -> None:
    Doorbell(directory).ring()
    assert not directory.exists()


def test_the_socket_of_the_dead_is_removed_and_the_living_still_hear(directory: Path) -> None:
    bell = Doorbell(directory)
    with bell.listen() as listener:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as dead:
            dead.bind(str(directory / "0-dead.bell"))
        before = listener.rings
        bell.ring()
        assert listener.wait(LONG_S, after=before)
        assert len(list(directory.iterdir())) == 1


def test_files_of_others_are_left_alone(directory: Path) -> None:
    directory.mkdir()
    (directory / "README").write_text("not a bell")
    Doorbell(directory).ring()
    assert (directory / "README").exists()


def test_a_listener_that_never_looks_blocks_no_ringer(directory: Path) -> None:
    directory.mkdir()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as deaf:
        deaf.bind(str(directory / "0-deaf.bell"))
        for _ in range(200):  # far more than a datagram queue holds
            Doorbell(directory).ring()
        assert (directory / "0-deaf.bell").exists()


@pytest.mark.parametrize("count", [MAX_LISTENERS, MAX_LISTENERS + 1])
def test_at_most_so_many_are_rung(directory: Path, count: int) -> None:
    directory.mkdir()
    bells = []
    for number in range(count):
        bell = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        bell.bind(str(directory / f"{number:04}.bell"))
        bell.setblocking(False)
        bells.append(bell)
    Doorbell(directory).ring()
    rung = 0
    for bell in bells:
        with contextlib.suppress(BlockingIOError):
            rung += bool(bell.recv(1))
        bell.close()
    assert rung == MAX_LISTENERS


def test_a_directory_whose_path_is_longer_than_a_socket_address_works(tmp_path: Path) -> None:
    directory = tmp_path / ("d" * 100) / ("e" * 100)
    with Doorbell(directory).listen() as listener:
        before = listener.rings
        Doorbell(directory).ring()
        assert listener.wait(LONG_S, after=before)


def test_leaving_removes_the_socket_and_may_be_done_twice(directory: Path) -> None:
    listener = Doorbell(directory).listen()
    with listener:
        assert len(list(directory.iterdir())) == 1
    listener.close()
    assert list(directory.iterdir()) == []
    assert not any(thread.name == "doorbell" for thread in threading.enumerate())


def test_the_socket_is_for_the_programs_own_group_only(directory: Path) -> None:
    with Doorbell(directory).listen():
        (file,) = directory.iterdir()
        assert stat.S_IMODE(file.stat().st_mode) == 0o660


def test_a_nudge_wakes_this_process_without_any_socket(directory: Path) -> None:
    listener = Doorbell(directory).listen()
    before = listener.rings
    listener.nudge()
    assert listener.wait(LONG_S, after=before)
    assert not directory.exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_directory_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(OSError), Doorbell(tmp_path / "doorbell").listen():
        pass
