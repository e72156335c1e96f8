"""What the counter's core puts on the OLED beside the data: short, one line of the panel each."""

from __future__ import annotations

__all__ = [
    "AUTHORITIES_UNUSABLE",
    "BOTH_NAMES",
    "DISK_FULL",
    "DISK_FULL_FAULT",
    "FROM_INS",
    "FROM_ORDONNANCE",
    "JOURNAL_LOST_FAULT",
    "NOTHING",
]

AUTHORITIES_UNUSABLE = "Le dossier des autorités de l'IGC-Santé est inutilisable : {path}"
"""Of the command, before anything is shown."""

FROM_ORDONNANCE = "Ordonnance"
FROM_INS = "Code INS"
BOTH_NAMES = "Nom et prénom"
NOTHING = "—"

DISK_FULL = "Disque plein"
DISK_FULL_FAULT = (10, "Disque plein. Les codes lus attendent. Appelez le support.")
JOURNAL_LOST_FAULT = (11, "Journal illisible. Des codes ont pu être perdus. Touche OK.")
