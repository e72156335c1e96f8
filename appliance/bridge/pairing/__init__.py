"""Pairing over the bridge: the ceremony and its routes."""

from __future__ import annotations

from appliance.bridge.pairing.ceremony import Ceremonies
from appliance.bridge.pairing.routes import pairing_blueprint

__all__ = ["Ceremonies", "pairing_blueprint"]
