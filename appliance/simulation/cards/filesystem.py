"""The tree of files of a virtual card: directories, files, what is selected, and what SELECT answers."""

from __future__ import annotations

from dataclasses import dataclass, field

from appliance.cards.apdu import MAX_LE, Sw
from appliance.simulation.cards.card import status
from appliance.simulation.cards.der import tlv

__all__ = ["Df", "Ef", "FileSystem"]

_SFI_IN_P1 = 0x80
_SFI_MASK = 0x1F
_ID_BYTES = 2


@dataclass(frozen=True, slots=True, repr=False)
class Ef:
    """A transparent file; `sfi` is its short identifier, 0 where it has none."""

    identifier: bytes
    content: bytes
    sfi: int = 0
    needs_pin: bool = False

    def fci(self) -> bytes:
        """What SELECT answers: size, type, identifiers, access rule, life cycle (as seen on a CPS3)."""
        return tlv(
            0x62,
            tlv(0x80, len(self.content).to_bytes(2, "big")),
            tlv(0x82, b"\x01"),
            tlv(0x83, self.identifier),
            tlv(0x88, bytes((self.sfi << 3,))),
            tlv(0xA1, _access_rule(needs_pin=self.needs_pin)),
            tlv(0x8A, b"\x05"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Df:
    """A directory."""

    identifier: bytes
    aids: tuple[bytes, ...] = ()
    files: tuple[Ef, ...] = ()
    directories: tuple[Df, ...] = field(default=())

    def fci(self) -> bytes:
        """What SELECT answers."""
        names = b"".join(tlv(0x84, aid) for aid in self.aids[:1])
        return tlv(
            0x62,
            tlv(0x82, b"\x38"),
            tlv(0x83, self.identifier),
            names,
            tlv(0xA1, _access_rule(needs_pin=False)),
            tlv(0x8A, b"\x05"),
        )

    def file(self, identifier: bytes) -> Ef | None:
        """The file of this directory with the identifier."""
        return next((file for file in self.files if file.identifier == identifier), None)

    def directory(self, identifier: bytes) -> Df | None:
        """The directory under this one with the identifier."""
        return next((below for below in self.directories if below.identifier == identifier), None)


class FileSystem:
    """What is selected, and the ways to select something else."""

    def __init__(self, root: Df) -> None:
        self.root = root
        self.reset()

    def reset(self) -> None:
        """The root is selected after a reset."""
        self._path: list[Df] = [self.root]
        self._file: Ef | None = None

    @property
    def at_root(self) -> bool:
        """Whether the root is the current directory."""
        return self._path == [self.root]

    def select_aid(self, aid: bytes) -> tuple[bytes, int]:
        """Select an application by its name."""
        for path in self._all(([self.root],)):
            if aid in path[-1].aids:
                return self._enter(path)
        return status(Sw.FILE_NOT_FOUND)

    def select_identifier(self, identifier: bytes) -> tuple[bytes, int]:
        """The root, the current directory, what is below it or beside it (ISO/IEC 7816-4, P1 = 00)."""
        if identifier in {b"", self.root.identifier}:
            return self._enter([self.root])
        current = self._path[-1]
        if identifier == current.identifier:
            return self._enter(self._path)
        for above in (self._path, self._path[:-1]):
            below = above[-1].directory(identifier) if above else None
            if below is not None:
                return self._enter([*above, below])
        return self.select_file(identifier)

    def select_file(self, identifier: bytes) -> tuple[bytes, int]:
        """A file of the current directory."""
        file = self._path[-1].file(identifier)
        if file is None:
            return status(Sw.FILE_NOT_FOUND)
        self._file = file
        return file.fci(), Sw.SUCCESS

    def select_parent(self) -> tuple[bytes, int]:
        """The directory above."""
        return self._enter(self._path[:-1] or self._path)

    def select_path(self, path: bytes, *, from_root: bool) -> tuple[bytes, int]:
        """Step by step; nothing changes where a step fails."""
        before = (list(self._path), self._file)
        steps = [path[at : at + _ID_BYTES] for at in range(0, len(path), _ID_BYTES)]
        if from_root or steps[:1] == [self.root.identifier]:
            self._enter([self.root])
            steps = steps[1:] if steps[:1] == [self.root.identifier] else steps
        answer = self._path[-1].fci(), int(Sw.SUCCESS)
        for step in steps:
            below = self._path[-1].directory(step)
            answer = self._enter([*self._path, below]) if below else self.select_file(step)
            if answer[1] != Sw.SUCCESS:
                self._path, self._file = before
                return answer
        return answer

    def read(self, p1: int, p2: int, length: int, *, verified: bool) -> tuple[bytes, int]:
        """READ BINARY: up to `length` bytes from where P1 and P2 say."""
        if p1 & _SFI_IN_P1:
            wanted = p1 & _SFI_MASK
            self._file = next((file for file in self._path[-1].files if file.sfi == wanted), None)
            if self._file is None:
                return status(Sw.FILE_NOT_FOUND)
            offset = p2
        else:
            offset = p1 * MAX_LE + p2
        if self._file is None:
            return status(Sw.NO_CURRENT_FILE)
        if self._file.needs_pin and not verified:
            return status(Sw.SECURITY_STATUS_NOT_SATISFIED)
        if offset > len(self._file.content) or (offset and offset == len(self._file.content)):
            return status(Sw.OFFSET_OUTSIDE_FILE)
        return self._file.content[offset : offset + length], Sw.SUCCESS

    def _enter(self, path: list[Df]) -> tuple[bytes, int]:
        self._path, self._file = list(path), None
        return path[-1].fci(), Sw.SUCCESS

    def _all(self, paths: tuple[list[Df], ...]) -> list[list[Df]]:
        found = []
        for path in paths:
            found.append(path)
            found += self._all(tuple([*path, below] for below in path[-1].directories))
        return found


def _access_rule(*, needs_pin: bool) -> bytes:
    """Compact rules of IAS ECC, for contact and for contactless.

    After the mask, a condition each: delete, terminate, write: never; read: always, or after the code.
    """
    read = b"\x11" if needs_pin else b"\x00"
    rule = b"\x9b" + b"\xff" * 3 + read * 3
    return tlv(0x8C, rule) + tlv(0x9C, rule)
