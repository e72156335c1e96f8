"""What the pharmacist is told of an odd reading: a sentence for the page, a few words for the OLED."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

__all__ = ["SHORT_LENGTH", "WARNING_SHORT_TEXTS", "WARNING_TEXTS"]

SHORT_LENGTH: Final = 20
"""Characters of a short text: a line of the OLED."""

_TEXTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "damaged": ("Code endommagé", "Le code est incomplet ou mal formé : comparez avec le papier."),
        "too_long": ("Code trop long", "Le code est plus long que prévu : seul son début a été lu."),
        "too_deep": ("Structure anormale", "La structure du code est anormale : comparez avec le papier."),
        "trailing_data": ("Données en trop", "Des données inattendues suivent le contenu du code."),
        "duplicate_key": (
            "Champ en double",
            "Un champ figure deux fois dans le code : comparez avec le papier.",
        ),
        "charset_uncertain": ("Accents incertains", "Les accents sont incertains : comparez avec le papier."),
        "control_characters": (
            "Caractères cachés",
            "Le code contient des caractères invisibles : comparez avec le papier.",
        ),
        "number_as_text": ("Nombre trop long", "Un nombre trop long du code est transmis comme un texte."),
        "unknown_version": ("Version inconnue", "La version de ce code n'est pas connue de l'appareil."),
        "unexpected_symbology": (
            "Code inhabituel",
            "Ce contenu est imprimé dans un type de code inhabituel.",
        ),
        "prescription_id_missing": (
            "Numéro illisible",
            "Le numéro d'ordonnance est illisible : saisissez celui qui est imprimé sous le code.",
        ),
        "field_unreadable": ("Champ illisible", "Un champ du code n'a pas la forme attendue."),
        "birth_date_format": (
            "Date de naissance ?",
            "La date de naissance n'est pas écrite dans le format attendu.",
        ),
        "birth_date_incomplete": ("Naissance incomplète", "La date de naissance est incomplète."),
        "rpps_format": ("RPPS mal formé", "Le numéro RPPS du prescripteur n'a pas la forme attendue."),
        "rpps_key": ("Clé RPPS fausse", "La clé du numéro RPPS est fausse : comparez avec le papier."),
        "am_format": ("N° AM mal formé", "Le numéro AM du prescripteur n'a pas la forme attendue."),
        "am_key": ("Clé AM fausse", "La clé du numéro AM ou FINESS est fausse : comparez avec le papier."),
        "finess_key": ("Clé FINESS fausse", "La clé du numéro FINESS est fausse : comparez avec le papier."),
        "substitute_rpps_key": (
            "RPPS remplaçant faux",
            "La clé du numéro RPPS du remplaçant est fausse : comparez avec le papier.",
        ),
        "ins_header": ("En-tête INS faux", "L'en-tête du code INS n'est pas celui attendu."),
        "ins_field_missing": ("INS incomplète", "Un trait obligatoire manque dans le code INS."),
        "ins_matricule": ("Matricule illisible", "Le matricule INS n'a pas la forme attendue."),
        "ins_oid": ("OID illisible", "L'OID de l'autorité d'affectation n'a pas la forme attendue."),
        "ins_given_names": ("Prénoms illisibles", "Les prénoms du code INS ne sont pas valides."),
        "ins_birth_name": ("Nom illisible", "Le nom de naissance du code INS n'est pas valide."),
        "ins_sex": ("Sexe illisible", "Le sexe du code INS n'est ni M ni F."),
        "ins_birth_date": ("Date illisible", "La date de naissance du code INS n'est pas valide."),
        "ins_birth_place": ("Lieu illisible", "Le code du lieu de naissance n'est pas valide."),
        "nir_format": ("Matricule inhabituel", "Le matricule INS n'a pas la structure d'un NIR."),
        "nir_key": ("Clé NIR fausse", "La clé du matricule INS est fausse : comparez avec le papier."),
        "name_charset": ("Nom non conforme", "Un nom du code INS n'est pas écrit comme le veut l'INS."),
        "oid_unknown": ("OID inconnu", "L'autorité d'affectation du matricule n'est pas connue."),
        "unknown_field": ("Champ inconnu", "Le code INS contient un champ inconnu, qui n'a pas été lu."),
        "gs_missing": (
            "Séparateurs perdus",
            "Des séparateurs du code sont perdus : comparez avec l'imprimé.",
        ),
        "lower_case": ("Majuscules perdues", "Les majuscules du code INS ont été rétablies."),
        "test_identity": ("IDENTITÉ DE TEST", "Identité de test : ce n'est pas celle d'une personne réelle."),
        "demo_identity": (
            "IDENTITÉ DE DÉMO",
            "Identité de démonstration : ce n'est pas celle d'une personne réelle.",
        ),
        "gtin_key": ("Clé GTIN fausse", "La clé du code de la boîte est fausse : comparez avec l'imprimé."),
        "expiry_invalid": (
            "Péremption illisible",
            "La date de péremption du code n'existe pas : lisez la boîte.",
        ),
        "gs1_mark_missing": ("Code non GS1", "Le code de la boîte ne se déclare pas au format GS1."),
    }
)

WARNING_TEXTS: Final[Mapping[str, str]] = MappingProxyType({code: text for code, (_, text) in _TEXTS.items()})
"""A sentence by warning code."""

WARNING_SHORT_TEXTS: Final[Mapping[str, str]] = MappingProxyType(
    {code: short for code, (short, _) in _TEXTS.items()}
)
"""At most SHORT_LENGTH characters by warning code."""
