"""Namespaces and fixed names of a TLSi envelope, as in the published contract of INSi and its samples."""

from __future__ import annotations

from typing import Final

__all__ = [
    "ANONYMOUS",
    "CTXBAM",
    "CTXLPS",
    "DS",
    "SAML",
    "SIRAM",
    "SOAP",
    "SOAP_MEDIA_TYPE",
    "WSA",
    "WSSE",
    "qualified",
]

SOAP: Final = "http://www.w3.org/2003/05/soap-envelope"
SOAP_MEDIA_TYPE: Final = "application/soap+xml"
WSA: Final = "http://www.w3.org/2005/08/addressing"
ANONYMOUS: Final = "http://www.w3.org/2005/08/addressing/anonymous"
"""WS-Addressing: answer on the connection that asked."""
WSSE: Final = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd"
SAML: Final = "urn:oasis:names:tc:SAML:2.0:assertion"
DS: Final = "http://www.w3.org/2000/09/xmldsig#"
CTXBAM: Final = "urn:siram:bam:ctxbam"
CTXLPS: Final = "urn:siram:lps:ctxlps"
SIRAM: Final = "urn:siram"


def qualified(namespace: str, name: str) -> str:
    """A name as lxml writes it: `{namespace}name`."""
    return f"{{{namespace}}}{name}"
