"""The section of the settings that says where the status of prescriptions comes from."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from appliance.settings.fields import Section

__all__ = ["MAX_LOOK_UPS", "MAX_LOOK_UP_TIMEOUT_S", "PrescriptionSettings"]

MAX_LOOK_UP_TIMEOUT_S = 3
"""The screen says within 4 s that nobody answered; a source is to say so first, and why."""
MAX_LOOK_UPS = 8


class PrescriptionSettings(Section):
    """The status of prescriptions."""

    source: Literal["lgo", "tlsi", "simulated", "none"] = Field(
        default="lgo",
        description="Who says the status: the pharmacy software, the national base, a simulated one, nobody.",
    )
    timeout_s: float = Field(
        default=MAX_LOOK_UP_TIMEOUT_S,
        ge=1,
        le=MAX_LOOK_UP_TIMEOUT_S,
        allow_inf_nan=False,
        description="Seconds that a look-up may take.",
    )
    look_ups: int = Field(
        default=4, ge=1, le=MAX_LOOK_UPS, description="Look-ups under way at the same time, at most."
    )
