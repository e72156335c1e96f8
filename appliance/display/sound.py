"""The seam that every buzzer stands behind: a frequency and how loud, now."""

from __future__ import annotations

from abc import abstractmethod

from appliance.display.closing import ClosedOnce

__all__ = ["NoSpeaker", "Speaker", "SpeakerUnavailableError"]


class SpeakerUnavailableError(Exception):
    """The pin of the buzzer cannot be had: another program has it, or a right is missing."""


class Speaker(ClosedOnce):
    """A buzzer is made, told what to sound, and closed. One thread uses it."""

    def sound(self, frequency_hz: int, loudness: float) -> None:
        """Sound this from now on; 0 Hz, or a loudness of 0, is silence.

        Args:
            frequency_hz: 0, or what the ear hears.
            loudness: 0 to 1, as the ear hears it.

        Raises:
            ValueError: the loudness is none, or the frequency is negative.
        """
        if not 0 <= loudness <= 1 or frequency_hz < 0:
            raise ValueError("a loudness is 0 to 1, a frequency not negative")
        if not self._is_closed:
            self._sound(frequency_hz, loudness)

    @abstractmethod
    def _sound(self, frequency_hz: int, loudness: float) -> None:
        """Sound it."""


class NoSpeaker(Speaker):
    """A device without a buzzer."""

    def _sound(self, frequency_hz: int, loudness: float) -> None:
        """Nothing to sound it on."""

    def _close(self) -> None:
        """Nothing to give back."""
