"""These tests run in a Debian with libcamera's virtual pipeline only: `make test-picamera2`."""

from __future__ import annotations

import os

if not os.environ.get("COMPTOIR_PICAMERA2"):
    collect_ignore_glob = ["test_*.py"]
