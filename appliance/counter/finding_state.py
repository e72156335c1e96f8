"""How the people and the prescribers of a visit compare. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass

from appliance.decode.payloads.concordance import Verdict
from appliance.prescriptions.concordance import IdentitySource, Pair, verdict_of
from appliance.prescriptions.prescribers import PrescriberCheck, PrescriberVerdict

__all__ = ["Findings"]


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found of one visit, as far as told.

    Attributes:
        pairs: people compared, the gravest first.
        prescribers: of each ordonnance, by its sighting, its prescriber against the barcodes.
        noted: what somebody took note of with OK: a pair's two references, or an ordonnance's sighting.
    """

    pairs: tuple[Pair, ...] = ()
    prescribers: tuple[tuple[str, PrescriberCheck], ...] = ()
    noted: frozenset[tuple[str, ...]] = frozenset()

    @property
    def verdict(self) -> Verdict | None:
        """Of all people together."""
        return verdict_of(self.pairs)

    @property
    def strange_card(self) -> Pair | None:
        """The first discordant pair with a Vitale that nobody took note of.

        An INS code that does not go with the ordonnance has its own way of being told (`Suspicion`).
        """
        for pair in self.pairs:
            if (
                pair.concordance.verdict is Verdict.DISCORDANT
                and IdentitySource.VITALE in {pair.left.source, pair.right.source}
                and (pair.left.reference, pair.right.reference) not in self.noted
            ):
                return pair
        return None

    @property
    def strange_prescriber(self) -> str | None:
        """The sighting of the first ordonnance of another prescriber that nobody took note of."""
        return next(
            (
                sighting
                for sighting, check in self.prescribers
                if check.verdict is PrescriberVerdict.DIFFERENT and (sighting,) not in self.noted
            ),
            None,
        )

    def of(self, sighting: str) -> PrescriberCheck | None:
        """What was found of the prescriber of that ordonnance."""
        return next((check for one, check in self.prescribers if one == sighting), None)
