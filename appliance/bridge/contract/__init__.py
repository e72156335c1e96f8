"""The contract of `/v1` as an OpenAPI 3.1 document."""

from __future__ import annotations

from appliance.bridge.contract.document import API_VERSION, METRICS_TYPE, document, document_bytes

__all__ = ["API_VERSION", "METRICS_TYPE", "document", "document_bytes"]
