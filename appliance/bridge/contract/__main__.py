"""`python -m appliance.bridge.contract > docs/openapi.json`: write the contract down."""

from __future__ import annotations

import sys

from appliance.bridge.contract.document import document_bytes

sys.stdout.buffer.write(document_bytes())
