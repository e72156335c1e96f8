"""The texts and codes of the simulated papers, boxes and telephones.

Codes and numbers are the published test vectors: the sample prescription of the specification's slide, the
INSi test persons, the 2D-Doc sample of the ANTS specification. Nobody real is named.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from appliance.simulation.documents import (
    Certificate,
    Document,
    Flyer,
    IdentityLabel,
    Letter,
    MedicineBox,
    Patient,
    PhoneScreen,
    Practice,
    Prescriber,
    Prescription,
    PrescriptionLine,
)

__all__ = ["DOCUMENTS"]

GS: Final = "\x1d"
US: Final = "\x1f"


def _ordonnance(
    number: str,
    family_name: str | None,
    given_name: str = "",
    birth_date: str = "",
    rpps: str = "99900038441",
    am: str = "991118019",
    version: int = 2,
) -> bytes:
    """The compact JSON of an ordonnance numérique (SESAM-Vitale, slide of the specifications V2)."""
    data: dict[str, object] = {"ID": number}
    if family_name is not None:
        data["P"] = {"N": family_name, "P": given_name, "D": birth_date}
    data["M"] = {"RPPS": rpps, "AM": am}
    content = {"S": {"V": version}, "D": data}
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


_DOMINIQUE = Patient(
    "Madame", "ADRTROIS", "DOMINIQUE", "Dominique", "26/02/1997", "F", "2 97 02 2A 020 778 78"
)
_TOUSSAINT = Patient(
    "Monsieur", "ADRTROIS", "TOUSSAINT", "Toussaint", "01/01/1960", "M", "1 60 01 2B 020 777 13"
)
_ALAIN = Patient("Monsieur", "GENE", "ALAIN", "Alain", "23/02/1966", "M")
_ANDREE = Patient("Madame", "D'ÂGE", "ANDRÉE-ZOÉ", "Andrée-Zoé", "25/06/1990", "F")

_INS_DOMINIQUE = (
    "IS010000000000000000000000S1297022A02077878S21.2.250.1.213.1.4.10"
    f"S3DOMINIQUE{GS}S4ADRTROIS{GS}S5FS626-02-1997S72A020"
).encode()
_INS_TOUSSAINT = (
    f"IS010000000000000000000000S1160012B02077713S21.2.250.1.213.1.4.8{GS}"
    f"S3TOUSSAINT{GS}S4ADRTROIS{GS}S5MS601-01-1960S72B020"
).encode()

_TRAL = Prescriber("Docteur ADEMIS TRAL", "99900038441", "991118019")
_TRAL_WRONG_KEY = Prescriber("Docteur ADEMIS TRAL", "99900038442", "991118019")
_ESSAI = Prescriber("Docteur Alain ESSAI", "99912345677", "0B9990017")
_THIRD = Prescriber("Docteur Catarina TCHITCHI", "89900012348")

_ADDRESS = ("12, rue de l'Exemple", "63999 VILLE-D'ESSAI", "Tél. 01 99 00 12 34")
_TRAL_PRACTICE = Practice(_TRAL.name, ("Médecine générale", "Conventionné secteur 1", *_ADDRESS), (_TRAL,))
_ESSAI_PRACTICE = Practice(
    _ESSAI.name, ("Cardiologie, maladies vasculaires", "Conventionné secteur 1", *_ADDRESS), (_ESSAI,)
)
_CENTRE = Practice(
    "Centre de santé de l'Exemple",
    ("Consultations de spécialités", *_ADDRESS),
    (_TRAL, _ESSAI, _THIRD),
    finess="2B9990015",
)
_DATE = "Ville-d'Essai, le 20 novembre 2026"

_PAIN = (
    PrescriptionLine("PARACÉTAMOL 1000 mg, comprimé", "1 comprimé toutes les 6 heures si douleur, 5 jours"),
    PrescriptionLine("IBUPROFÈNE 400 mg, comprimé pelliculé", "1 comprimé 3 fois par jour au repas, 3 jours"),
    PrescriptionLine("OMÉPRAZOLE 20 mg, gélule gastro-résistante", "1 gélule le matin, 5 jours"),
)
_HEART = (
    PrescriptionLine("BISOPROLOL 2,5 mg, comprimé", "1 comprimé le matin, 3 mois"),
    PrescriptionLine("RAMIPRIL 5 mg, comprimé sécable", "1 comprimé le soir, 3 mois"),
    PrescriptionLine("ATORVASTATINE 20 mg, comprimé", "1 comprimé le soir, 3 mois"),
    PrescriptionLine("ACIDE ACÉTYLSALICYLIQUE 75 mg, comprimé", "1 comprimé à midi, 3 mois"),
)
_CHEST = (
    PrescriptionLine("AMOXICILLINE 1 g, comprimé dispersible", "1 comprimé matin et soir, 6 jours"),
    PrescriptionLine("PREDNISOLONE 20 mg, comprimé orodispersible", "2 comprimés le matin, 4 jours"),
)


_LETTER = """\
Chère consœur, cher confrère,

J'ai reçu ce jour en consultation Monsieur Alain GENE, né le 23/02/1966, pour le suivi d'une hypertension
artérielle connue depuis huit ans et bien équilibrée sous traitement.

L'examen clinique est rassurant. La pression artérielle est mesurée à 132/78 mmHg au repos, la fréquence
cardiaque à 64 battements par minute. L'auscultation est sans particularité, il n'existe pas d'œdème des
membres inférieurs et les pouls périphériques sont tous perçus.

L'électrocardiogramme inscrit un rythme sinusal régulier, sans trouble de la repolarisation. Le bilan
biologique du mois dernier montre une fonction rénale normale et une kaliémie à 4,2 mmol/l.

Je propose de poursuivre le traitement à l'identique, avec un contrôle dans six mois. Les règles d'hygiène et
de diététique ont été rappelées, en particulier la réduction des apports en sel.

Je vous remercie de votre confiance et vous prie d'agréer mes salutations confraternelles."""


def _prescriptions() -> dict[str, Document]:
    """The ordonnances: one that is all right, and one a way of being odd."""
    whole = _ordonnance("202611201014370040", "ADRTROIS", "DOMINIQUE", "1997-02-26")
    plain = Prescription(
        _TRAL_PRACTICE, _DOMINIQUE, _DATE, _PAIN, "202611201014370040", whole, _INS_DOMINIQUE
    )
    no_patient = Prescription(
        _TRAL_PRACTICE, _ALAIN, _DATE, _CHEST, "202106180921110041",
        _ordonnance("202106180921110041", None, version=1),
    )  # fmt: skip
    accents = Prescription(
        _ESSAI_PRACTICE, _ANDREE, _DATE, _HEART, "202106180921110042",
        _ordonnance("202106180921110042", "D'ÂGE", "Andrée-Zoé", "1990-06-25", "99912345677", "0B9990017"),
    )  # fmt: skip
    discordant = Prescription(
        _TRAL_PRACTICE, _DOMINIQUE, _DATE, _HEART, "202611201131020043",
        _ordonnance("202611201131020043", "ADRTROIS", "TOUSSAINT", "1960-01-01"), _INS_DOMINIQUE,
    )  # fmt: skip
    # The sample as printed on the specification's slide: one closing brace short.
    damaged = Prescription(
        _TRAL_PRACTICE, _ALAIN, _DATE, _PAIN, "202106180921110040",
        _ordonnance("202106180921110040", "GENE", "Alain", "1966-02-23")[:-1],
    )  # fmt: skip
    wrong_key = Prescription(
        Practice(_TRAL_PRACTICE.title, _TRAL_PRACTICE.lines, (_TRAL_WRONG_KEY,)),
        _ALAIN, _DATE, _CHEST, "202611201502190044",
        _ordonnance("202611201502190044", "GENE", "Alain", "1966-02-23", "99900038442"),
    )  # fmt: skip
    several = Prescription(
        _CENTRE, _ALAIN, _DATE, _HEART, "202611201625480045",
        _ordonnance("202611201625480045", "GENE", "Alain", "1966-02-23", "99912345677", "0B9990017"),
        marked=1,
    )  # fmt: skip
    return {
        "ordonnance": plain,
        "ordonnance-sans-patient": no_patient,
        "ordonnance-accents": accents,
        "ordonnance-discordante": discordant,
        "ordonnance-endommagee": damaged,
        "ordonnance-rpps-errone": wrong_key,
        "ordonnance-prescripteurs": several,
    }


def _boxes_and_labels() -> dict[str, Document]:
    valid = MedicineBox(
        "PARALGINE ESSAI", "1000 mg, 8 comprimés", "Laboratoires Fictifs",
        ("PC 03400935955838", "SN SN0001234567", "LOT LOT42A", "EXP 11 2031"),
        f"01034009359558381731113010LOT42A{GS}21SN0001234567".encode(), 8.0,
    )  # fmt: skip
    # Day 00: the last day of the month (GS1 General Specifications, AI 17).
    expired = MedicineBox(
        "TOUSSILENE", "sirop sans sucre, 150 ml", "Laboratoires Fictifs",
        ("PC 03400900001232", "SN 7000000042", "LOT B17", "EXP 03 2024"),
        f"01034009000012321724030010B17{GS}217000000042".encode(), 7.5,
    )  # fmt: skip
    label = IdentityLabel(_TOUSSAINT, "Centre hospitalier de l'Exemple", _INS_TOUSSAINT)
    return {"etiquette-ins": label, "boite": valid, "boite-perimee": expired}


def _phones() -> dict[str, Document]:
    prescription = PhoneScreen(
        "Mon espace de test", "Ordonnance du 18 juin 2021", ("N° 202106180921110046", "Dr ADEMIS TRAL"),
        _ordonnance("202106180921110046", "GENE", "Alain", "1966-02-23"), 44.0,
    )  # fmt: skip
    # The content of an appli carte Vitale code is not public: any opaque string stands for it.
    opaque = b"ESSAI0.Zm9uY3Rpb24tb3BhcXVlLWRlLXRlc3Q.4f1d7c02a9e85b36.MjAyNi0xMS0yMFQxMDoxNDozN1o.7Qk2vXw9"
    vitale = PhoneScreen(
        "Carte de test", "Présentez ce code", ("au professionnel de santé", "Valable 00:48"), opaque, 46.0
    )
    return {"telephone-ordonnance": prescription, "telephone-carte-vitale": vitale}


def _papers() -> dict[str, Document]:
    # The sample of the ANTS specification of 2D-Doc (certificate FR00 0001).
    sealed = (
        f"DC04FR0000011E6D1E6DL101FRL0THEOULE SUR MER{GS}L1JEAN PAUL{GS}L231051962L3COVID-19{GS}L4J07BX03{GS}"
        f"L5COMIRNATY PFIZER/BIONTECH{GS}L6COMIRNATY PFIZER/BIONTECH{GS}L71L82L901032021LACO{US}"
        "32T2SI2RUMPDLBHAFSBDF2CUE7GI4NR5WC3NSBEU6AZ7QZJZCPMCTXTVIDZAKEYO7237SQ2ZPOCMZKG7U3Q2LIMPPVJMA7TQAAKC5DY"
    ).encode()
    certificate = Certificate(
        "Attestation de vaccination",
        (
            ("Nom", "THEOULE SUR MER"),
            ("Prénom", "JEAN PAUL"),
            ("Date de naissance", "31/05/1962"),
            ("Maladie ciblée", "COVID-19"),
            ("Vaccin", "COMIRNATY PFIZER/BIONTECH"),
            ("Injection", "1 sur 2, le 01/03/2021"),
        ),
        sealed,
    )
    flyer = Flyer(
        "Grippe : vaccinez-vous !",
        (
            "Dans votre pharmacie, sans rendez-vous,",
            "jusqu'au 31 janvier.",
            "Parlez-en à votre pharmacien.",
        ),
        b"https://www.example.org/vaccination-grippe",
    )
    letter = Letter(
        ("Centre de santé de l'Exemple", "12, rue de l'Exemple", "63999 VILLE-D'ESSAI"),
        "Compte rendu de consultation",
        tuple(_LETTER.replace("\n\n", "\f").replace("\n", " ").split("\f")),
    )
    return {"attestation-vaccination": certificate, "depliant": flyer, "courrier": letter}


DOCUMENTS: Final[Mapping[str, Document]] = MappingProxyType(
    {
        **_prescriptions(),
        **_boxes_and_labels(),
        **_phones(),
        **_papers(),
    }
)
"""Each document of the catalogue by slug, in the order people choose from."""
