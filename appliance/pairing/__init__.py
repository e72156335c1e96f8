"""Pairing a pharmacy software with the device: what both sides compute, and how bridge and counter agree."""

from __future__ import annotations

__all__: list[str] = []
