"""The console page: what the counter sees, shows and sends, in a browser."""

from appliance.bridge.console.answers import CONTENT_SECURITY_POLICY
from appliance.bridge.console.blueprint import console_extension

__all__ = ["CONTENT_SECURITY_POLICY", "console_extension"]
