"""French names of what codes are and of what they hold: kinds, 2D-Doc types, traits and verdicts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["KIND_TEXTS", "TRAIT_TEXTS", "TWODOC_TYPE_TEXTS", "VERDICT_TEXTS"]

KIND_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ordonnance": "Ordonnance numérique",
        "ins": "Identité INS",
        "prescriber": "Prescripteur",
        "medicine": "Boîte de médicament",
        "twodoc": "2D-Doc",
        "link": "Lien",
        "opaque": "Code transmis tel quel",
    }
)
"""Label of a kind of code; never says whose it is."""

TRAIT_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "family_name": "Nom",
        "given_name": "Prénom",
        "birth_date": "Date de naissance",
    }
)
"""Label of a trait of identity that is compared."""

VERDICT_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "concordant": "Même personne",
        "to_check": "Identité à vérifier",
        "discordant": "Personnes différentes",
    }
)
"""What a comparison of identities comes to."""

TWODOC_TYPE_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "00": "Justificatif de domicile",
        "01": "Facture (justificatif de domicile)",
        "02": "Avis de taxe d'habitation",
        "03": "Relevé d'identité bancaire",
        "04": "Avis d'impôt sur les revenus",
        "05": "Relevé d'identité SEPAmail",
        "06": "Bulletin de salaire",
        "07": "Titre d'identité",
        "08": "Titre d'identité (MRZ)",
        "09": "Facture étendue",
        "10": "Contrat de travail",
        "11": "Relevé de compte",
        "12": "Acte d'huissier",
        "13": "Document étranger",
        "14": "Attestation DICEM",
        "15": "Autorisation de travail",
        "16": "Attestation de demande d'asile",
        "A0": "Certificat qualité de l'air",
        "A1": "Courrier permis à points",
        "A2": "Carte mobilité inclusion",
        "A3": "Macaron VTC",
        "A4": "Certificat de décès",
        "A5": "Carte T3P",
        "A6": "Carte de sapeur-pompier",
        "A7": "Certificat qualité de l'air",
        "A8": "Certificat de cession de véhicule",
        "A9": "Permis de chasser",
        "B0": "Diplôme",
        "B1": "Attestation de contribution à la vie étudiante",
        "B2": "Résultat de test virologique",
        "L1": "Attestation de vaccination",
    }
)
"""Types of 2D-Doc documents of the ANTS perimeter (specification of codes 2D-Doc)."""
