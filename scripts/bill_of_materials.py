"""Bills of materials in CycloneDX 1.6, for the Debian package and the card image; the standard library alone.

The image's is written in a Debian of its own without a package index. cyclonedx-python-lib, which has a model
of the whole standard, checks the documents in tests/packaging.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

__all__ = ["Component", "bill", "debian", "python"]

_NAMESPACE = uuid.UUID("c0377012-0003-4000-8000-000000000003")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, order=True)
class Component:
    """A package.

    Attributes:
        purl: its package URL (github.com/package-url/purl-spec).
        version: empty where it is chosen when the product is installed.
        sha256: of the file that it came in, in hexadecimal; empty where that is not known.
        needs: what is asked of its version, as the product's own metadata says it.
    """

    purl: str
    name: str
    version: str = ""
    sha256: str = ""
    needs: str = ""
    kind: str = "library"

    def __post_init__(self) -> None:
        """Refuse what is no SHA-256."""
        if self.sha256 and not _SHA256.fullmatch(self.sha256):
            raise ValueError(f"no SHA-256 of {self.name}")

    def as_json(self) -> dict[str, object]:
        """As CycloneDX has it; the package URL is its reference too."""
        listed: dict[str, object] = {"type": self.kind, "bom-ref": self.purl, "name": self.name}
        if self.version:
            listed["version"] = self.version
        if self.sha256:
            listed["hashes"] = [{"alg": "SHA-256", "content": self.sha256}]
        listed["purl"] = self.purl
        if self.needs:
            listed["properties"] = [{"name": "comptoir:debian:depends", "value": self.needs}]
        return listed


def _at(version: str) -> str:
    return f"@{quote(version, safe='.-_~:')}" if version else ""


def debian(
    name: str,
    version: str = "",
    architecture: str = "",
    sha256: str = "",
    *,
    needs: str = "",
    vendor: str = "debian",
) -> Component:
    """A Debian package; `vendor` is whose."""
    arch = f"?arch={architecture}" if architecture else ""
    return Component(f"pkg:deb/{vendor}/{quote(name)}{_at(version)}{arch}", name, version, sha256, needs)


def python(name: str, version: str, sha256: str = "") -> Component:
    """A distribution of PyPI; `sha256` is of its wheel."""
    normal = re.sub(r"[-_.]+", "-", name).lower()
    return Component(f"pkg:pypi/{normal}{_at(version)}", name, version, sha256)


def bill(product: Component, components: Iterable[Component], epoch_s: int) -> str:
    """The bill of materials of a product; the same components give the same document."""
    listed = [component.as_json() for component in sorted(set(components))]
    of = product.as_json()
    document = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_NAMESPACE, json.dumps([of, listed]))}",
        "version": 1,
        "metadata": {"timestamp": datetime.fromtimestamp(epoch_s, UTC).isoformat(), "component": of},
        "components": listed,
        "dependencies": [{"ref": product.purl, "dependsOn": [component["bom-ref"] for component in listed]}],
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"
