"""The technician's page: opened by a button of the device, for a quarter of an hour."""

from appliance.bridge.technician.blueprint import technician_extension

__all__ = ["technician_extension"]
