"""Checks: what the device knows of its own state."""
