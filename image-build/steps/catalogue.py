"""What a card holds: `catalogue.py INSTALL.tar IMAGE` writes IMAGE.manifest.tsv and IMAGE.cdx.json.

Debian packages have the SHA-256 that the signed index gives their file; Python distributions that of their
RECORD, which in turn has one of every file. The bill of materials is CycloneDX 1.6.
"""

import hashlib
import json
import os
import re
import sys
import tarfile
import uuid
from datetime import UTC, datetime
from email.parser import HeaderParser
from pathlib import Path

ORIGINS = "./usr/share/comptoir-image/origins"
RECORD = re.compile(r"\./(usr|opt)/.*\.dist-info/RECORD")
NAMESPACE = uuid.UUID("c0377012-0003-4000-8000-000000000003")


def debian(text):
    """Kind, name, version, architecture and SHA-256 of each stanza."""
    for stanza in text.split("\n\n"):
        fields = HeaderParser().parsestr(stanza.strip())
        if fields["Package"]:
            yield "deb", fields["Package"], fields["Version"], fields["Architecture"], fields["SHA256"]


def python(archive):
    """The same of each installed distribution."""
    for member in archive:
        if RECORD.fullmatch(member.name):
            name, version = member.name.split("/")[-2].removesuffix(".dist-info").rsplit("-", 1)
            yield "pypi", name, version, "", hashlib.sha256(archive.extractfile(member).read()).hexdigest()


def bill(components, epoch):
    """The bill of materials; the same components give the same document."""
    listed = [
        {
            "type": "library",
            "name": name,
            "version": version,
            "purl": f"pkg:deb/debian/{name}@{version}?arch={architecture}"
            if kind == "deb"
            else f"pkg:pypi/{name.replace('_', '-').lower()}@{version}",
            **({"hashes": [{"alg": "SHA-256", "content": digest}]} if kind == "deb" else {}),
        }
        for kind, name, version, architecture, digest in components
    ]
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, json.dumps(listed))}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(epoch, UTC).isoformat(),
            "component": {"type": "operating-system", "name": "comptoir-image"},
        },
        "components": listed,
    }


def main(source, image):
    """Write both."""
    with tarfile.open(source) as archive:
        origins = archive.extractfile(ORIGINS).read().decode()
        components = sorted({*debian(origins), *python(archive)})
    if any(not digest for *_, digest in components):
        raise SystemExit("a package has no hash: the mirror's index does not list it")
    rows = "".join("\t".join(row) + "\n" for row in components)
    Path(f"{image}.manifest.tsv").write_text(rows, encoding="utf-8")
    document = json.dumps(bill(components, int(os.environ["SOURCE_DATE_EPOCH"])), indent=1)
    Path(f"{image}.cdx.json").write_text(document, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
