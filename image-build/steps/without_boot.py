"""Copies a root's archive without boot files, which lie on the FAT partition: `without_boot.py IN OUT`."""

import sys
import tarfile


def main(source: str, target: str) -> None:
    """Everything is copied as it is, in its order, but what lies under boot/."""
    with tarfile.open(source) as given, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as kept:
        for member in given:
            if member.name.startswith("./boot/") and member.name != "./boot/firmware":
                continue
            kept.addfile(member, given.extractfile(member) if member.isreg() else None)


if __name__ == "__main__":
    main(*sys.argv[1:])
