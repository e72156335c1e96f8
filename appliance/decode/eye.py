"""The eye's loop: camera, change gate, reader, presence, and the messages that follow from them.

One thread does it all, frame after frame; a camera that is lost or frozen is closed and opened again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from appliance.base.clock import NS_PER_S, Clock
from appliance.capture.frame import Camera, CameraLostError, EndOfFramesError, Frame
from appliance.decode.announcer import Announcer
from appliance.decode.lamp_wish import LampWish
from appliance.decode.link import CounterLink
from appliance.decode.presence import Presentation
from appliance.decode.sightings import CameraState, EyeMessage
from appliance.decode.symbol import Symbol
from appliance.decode.unread import Unread

__all__ = ["FREEZE_S", "Eye", "Look", "Pages", "Preview"]

_log = logging.getLogger(__name__)

FREEZE_S = 0.9
"""A camera that gives no frame for so long is frozen: the slowest rate we set is 5 frames a second."""

_FIRST_RETRY_S = 0.2
_LAST_RETRY_S = 2.0
_IDLE_S = 0.1


class Look(Protocol):
    """What is read in a frame."""

    def __call__(self, frame: Frame) -> Sequence[Symbol] | None:
        """The symbols in view, or None where the frame shows what the last one showed."""
        ...


class Preview(Protocol):
    """Where a picture of what the eye sees goes, when somebody looks."""

    def offer(self, frame: Frame, in_view: Sequence[Presentation], unread: Sequence[Unread] = ()) -> None:
        """Take a frame; most are not wanted."""
        ...


Pages = Callable[[Frame, Sequence[Presentation], bool], Sequence[EyeMessage]]
"""Called after each frame, with what lies there and whether the counter hears."""


class Eye:
    """Runs until told to stop; `frames` counts what it looked at.

    `beat` is called whenever the loop advanced, by a frame or by waiting for a camera that is away: it stays
    out when a driver or a decoder never returns.
    """

    def __init__(  # noqa: PLR0913, PLR0917 - one seam an argument
        self,
        camera: Camera,
        look: Look,
        announcer: Announcer,
        link: CounterLink,
        preview: Preview,
        clock: Clock,
        beat: Callable[[], None] = lambda: None,
        steer: Callable[[Frame, bool], None] = lambda _frame, _is_read: None,
        unread: Callable[[], Sequence[Unread]] = tuple,
        pages: Pages = lambda _frame, _in_view, _is_heard: (),
    ) -> None:
        """Put the parts together.

        `beat` is called while the loop lives; `steer` is told after each frame whether something in it is
        read, and sets the camera for the next ones; `unread` says what lies there and cannot be read;
        `pages` makes pages of sheets that lie still, and gives what is to be said of them.
        """
        self.frames = 0
        self._steer = steer
        self._unread = unread
        self._pages = pages
        self._beat = beat
        self._camera = camera
        self._look = look
        self._announcer = announcer
        self._link = link
        self._preview = preview
        self._clock = clock
        self._wish = LampWish()

    def run(self, stopping: threading.Event) -> None:
        """Look until `stopping` is set or the source ends; then only keep the counter company."""
        retry_s = _FIRST_RETRY_S
        try:
            while not stopping.is_set():
                before = self.frames
                try:
                    with self._camera:
                        self._watch(stopping)
                except EndOfFramesError:
                    self._say_camera(CameraState.ENDED, "end of the files")
                    self._wait_for_stop(stopping)
                except CameraLostError as error:
                    self._say_camera(CameraState.LOST, type(error).__name__)
                    retry_s = _FIRST_RETRY_S if self.frames > before else min(2 * retry_s, _LAST_RETRY_S)
                    self._rest(retry_s, stopping)
        finally:
            self._link.close()

    def _watch(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._beat()
            frame = self._camera.capture(FREEZE_S)
            self.frames += 1
            symbols = self._look(frame)
            if symbols is None:
                messages = self._announcer.repeat(frame.captured_at_ns)
            else:
                messages = self._announcer.look(symbols, frame.captured_at_ns)
            unread = self._unread()
            reasons = [one.reason for one in unread]
            messages += self._announcer.unread(reasons)
            self._wish = self._wish.seen(
                reasons,
                frame.exposure,
                is_busy=bool(reasons or self._announcer.in_view),
                at_ns=frame.captured_at_ns,
            )
            messages += self._announcer.light(self._wish.level)
            self._link.send(messages)
            self._say_camera(CameraState.OK)
            self._link.pump(self.frames)
            self._link.send(self._pages(frame, self._announcer.in_view, self._link.welcomed))
            self._steer(frame, any(p.unseen_since_ns is None for p in self._announcer.in_view))
            self._preview.offer(frame, self._announcer.in_view, unread)

    def _say_camera(self, state: CameraState, reason: str = "") -> None:
        if state is not CameraState.OK:
            # The counter puts the lamp out with the camera.
            self._wish = LampWish()
        messages = self._announcer.camera(state, reason)
        if messages:
            _log.info("camera: %s %s", state.value, reason)
        self._link.send(messages)

    def _wait_for_stop(self, stopping: threading.Event) -> None:
        while not stopping.is_set():
            self._rest(_IDLE_S, stopping)

    def _rest(self, seconds: float, stopping: threading.Event) -> None:
        """Wait, but go on answering the counter."""
        until_ns = self._clock.monotonic_ns() + round(seconds * NS_PER_S)
        while not stopping.is_set() and self._clock.monotonic_ns() < until_ns:
            self._beat()
            self._link.pump(self.frames)
            self._clock.sleep(_IDLE_S)
