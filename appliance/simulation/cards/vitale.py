"""A virtual Vitale 2: identities in the root, NIRs in the VITALE application, joined by position."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.cards.apdu import MAX_LE, Ins, Sw
from appliance.cards.vitale import AID_VITALE
from appliance.simulation.cards.card import Command, T0Card, status
from appliance.simulation.cards.der import tlv
from appliance.simulation.cards.filesystem import Df, Ef, FileSystem

__all__ = ["Insured", "VirtualVitale2"]

_SFI = 0x02
_COUNTRY = b"250"
_MF_NAME = bytes.fromhex("D250000002") + b"MF_VITALE"


@dataclass(frozen=True, slots=True, repr=False)
class Insured:
    """A fictitious beneficiary; the date is eight digits, lunar ones allowed."""

    family_name: str
    given_name: str
    birth_date: str
    nir: str


class VirtualVitale2(T0Card):
    """Vitale 2; everything it holds here is free to read, nothing can be written."""

    atr = bytes.fromhex("3B751300004509EA9000")

    def __init__(self, family: tuple[Insured, ...], *, file_bytes: int = 384) -> None:
        super().__init__()
        identities = b"".join(
            tlv(
                0x65,
                tlv(0x80, person.family_name.encode("latin-1")),
                tlv(0x81, person.given_name.encode("latin-1")),
                tlv(0x82, person.birth_date.encode("ascii")),
            )
            for person in family
        )
        nirs = b"".join(
            tlv(0x65, tlv(0x90, _COUNTRY), tlv(0x93, person.nir.encode("ascii"))) for person in family
        )
        application = Df(
            bytes.fromhex("3F04"),
            (AID_VITALE,),
            (Ef(bytes.fromhex("2001"), nirs.ljust(file_bytes, b"\0"), _SFI),),
        )
        root = Df(
            bytes.fromhex("3F00"),
            (_MF_NAME,),
            (Ef(bytes.fromhex("2F02"), identities.ljust(file_bytes, b"\0"), _SFI),),
            (application,),
        )
        self._files = FileSystem(root)

    def reset(self) -> None:
        """The root is selected again."""
        super().reset()
        self._files.reset()

    def execute(self, command: Command) -> tuple[bytes, int]:
        """SELECT and READ BINARY; a Vitale refuses the rest without a professional's card."""
        if command.cla != 0:
            return status(Sw.CLA_NOT_SUPPORTED)
        if command.ins == Ins.SELECT:
            return self._select(command)
        if command.ins == Ins.READ_BINARY:
            return self._files.read(command.p1, command.p2, command.le or MAX_LE, verified=False)
        return status(Sw.INS_NOT_SUPPORTED)

    def _select(self, command: Command) -> tuple[bytes, int]:
        if command.p1 == 0x00:
            return self._files.select_identifier(command.data)
        if command.p1 == 0x04:
            return self._files.select_aid(command.data)
        return status(Sw.WRONG_P1_P2)
