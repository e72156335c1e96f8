"""How long the certificates on the device are good for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from cryptography import x509

from appliance.base.clock import Clock
from appliance.health.model import Answer

__all__ = ["WARNING_DAYS", "CertificatesCheck"]

WARNING_DAYS: Final = 30
_MAX_FILE_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class CertificatesCheck:
    """The dates of all certificates that the settings name; the bridge renews its own by itself.

    Attributes:
        files: PEM files, by what they are for.
        clock: today.
    """

    files: Mapping[str, Path]
    clock: Clock
    id: str = "certificates"

    def ask(self) -> Answer:
        """Read the dates; the first that ends is told."""
        if not self.files:
            return Answer.unused()
        ends: list[tuple[datetime, str]] = []
        for name, file in self.files.items():
            try:
                with file.open("rb") as opened:
                    loaded = x509.load_pem_x509_certificates(opened.read(_MAX_FILE_BYTES))
            except (OSError, ValueError):
                return Answer.fault("unreadable", name=name)
            ends += [(certificate.not_valid_after_utc, name) for certificate in loaded]
        end, name = min(ends)
        left = end - self.clock.now()
        values = {"name": name, "day": f"{end:%d/%m/%Y}"}
        if left <= timedelta(0):
            return Answer.fault("expired", **values)
        return (
            Answer.warning("soon", **values) if left < timedelta(days=WARNING_DAYS) else Answer.ok(**values)
        )
