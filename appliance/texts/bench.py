"""What `comptoir bench` says."""

from __future__ import annotations

from typing import Final

HELP: Final = "Mesurer la lecture : taux, temps, coût."
HELP_DECODE: Final = """Refaire les tableaux de docs/performance.md sur des images de synthèse.

Les mêmes images sont montrées à Comptoir et à chaque moteur seul. Compter une
heure, ou deux minutes avec --quick."""
HELP_QUICK: Final = "Moins de cas et moins d'images par cas (deux minutes)."
HELP_JSON: Final = "Écrire les valeurs en JSON."
HELP_ONLY: Final = "Seulement ces tableaux (plusieurs fois possible)."
HELP_SCENES: Final = "Scènes par case."
HELP_SEED: Final = "Première graine ; la même donne les mêmes images."
HELP_JOBS: Final = "Processus en parallèle."
HELP_MINUTES: Final = "Arrêter chaque tableau après ce temps, avec les scènes déjà faites."
NO_BENCHMARKS: Final = (
    "Les mesures ne sont pas installées avec l'appareil : lancez la commande depuis un clone du dépôt."
)
