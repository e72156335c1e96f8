"""The simulated base as a program of the demonstration: where its keys are, how it is told to misbehave."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from appliance.simulation.national_base.keys import BaseKeys, base_keys, make_keys

__all__ = ["load_or_create_keys", "whims_path"]


def load_or_create_keys(state_directory: Path, now: datetime) -> BaseKeys:
    """The base's keys: made by the first program that asks, taken up by the others.

    Raises:
        OSError: the folder cannot be written.
    """
    folder = state_directory / "national-base"
    if folder.is_dir():
        return base_keys(folder)
    folder.mkdir(mode=0o700)
    return make_keys(folder, now)


def whims_path(runtime: Path) -> Path:
    """The file by which the base is told how to behave."""
    return runtime / "national-base.json"
