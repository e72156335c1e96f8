"""Copies a root's archive without boot files, which lie on the FAT partition: `without_boot.py IN OUT`."""

import copy
import sys
import tarfile


def _in_boot(name):
    return name.startswith("./boot/") and name != "./boot/firmware"


def main(source: str, target: str) -> None:
    """Everything is copied as it is, in its order, but what lies under boot/.

    What was one file with a boot file (Debian's kernels link into their modules) becomes a file of its own.
    """
    with tarfile.open(source) as given, tarfile.open(target, "w", format=tarfile.PAX_FORMAT) as kept:
        for member in given.getmembers():
            if _in_boot(member.name):
                continue
            entry = copy.copy(member)
            if entry.islnk() and _in_boot(entry.linkname):
                entry.type, entry.linkname = tarfile.REGTYPE, ""
                entry.size = given.getmember(member.linkname).size
            kept.addfile(entry, given.extractfile(member) if entry.isreg() else None)


if __name__ == "__main__":
    main(*sys.argv[1:])
