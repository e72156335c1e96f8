"""`comptoir lgo-check --observe`: a proxy between an editor's code and a device, and a verdict on it."""

from appliance.cli.observing.proxy import observe

__all__ = ["observe"]
